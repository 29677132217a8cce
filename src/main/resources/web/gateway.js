// Every word with the gateway goes through here: its errors, its key, its exact numbers.
import { parseExact } from '/assets/exact.js';

const KEY = 'caravan.key';

/** What the gateway answered in place of what was asked for. */
export class GatewayError extends Error {
  constructor({ message, code = null, param = null, requestId = null, status = 0, retryAfter = null }) {
    super(message);
    Object.assign(this, { code, param, requestId, status, retryAfter });
  }
}

/** A key for gateways that want one; kept until the tab is closed. */
export const gatewayKey = () => sessionStorage.getItem(KEY) ?? '';

export function keepGatewayKey(key) {
  sessionStorage.setItem(KEY, key.trim());
}

/** Sends a request; returns the answer where it is a good one, else throws a GatewayError. */
export async function send(path, { body, signal } = {}) {
  const headers = {};
  if (gatewayKey()) {
    headers.Authorization = `Bearer ${gatewayKey()}`;
  }
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  let response;
  try {
    response = await fetch(path, {
      method: body === undefined ? 'GET' : 'POST',
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
    });
  } catch (failure) {
    if (signal?.aborted) {
      throw failure;
    }
    throw new GatewayError({ message: '', code: 'unreachable' });
  }
  if (!response.ok) {
    throw await refusal(response);
  }
  return response;
}

/** GET, with every number as text. */
export async function getExact(path) {
  return parseExact(await (await send(path)).text());
}

/** The error in an answer's body or in an event of a stream. */
export function told(error, requestId = null, status = 0) {
  return new GatewayError({
    message: String(error.message ?? ''),
    code: error.code ?? null,
    param: error.param ?? null,
    requestId: error.request_id ?? requestId,
    status,
  });
}

async function refusal(response) {
  const requestId = response.headers.get('X-Request-Id');
  let failure;
  try {
    failure = told((await response.json()).error, requestId, response.status);
  } catch {
    failure = new GatewayError({ message: `HTTP ${response.status}`, requestId, status: response.status });
  }
  failure.retryAfter = response.headers.get('Retry-After');
  if (failure.code === 'gateway_key_invalid') {
    document.dispatchEvent(new CustomEvent('caravan:key-wanted'));
  }
  return failure;
}
