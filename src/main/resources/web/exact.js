// Numbers as the gateway wrote them. Money and tokens never become binary floats on their way to the screen.

const NUMBER_OR_STRING = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;
const MICROS_DIGITS = 6;

/** Parses JSON; every number is the text in which it was written. Throws a SyntaxError like JSON.parse. */
export function parseExact(text) {
  return JSON.parse(text.replace(NUMBER_OR_STRING, (token) => (token[0] === '"' ? token : `"${token}"`)));
}

/** A decimal text of at most six places, as whole micro-USD. */
export function micros(text) {
  const [, sign, whole, part = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? fail(text);
  if (part.length > MICROS_DIGITS) {
    fail(text);
  }
  const value = BigInt(whole + part.padEnd(MICROS_DIGITS, '0'));
  return sign ? -value : value;
}

/** Whole micro-USD as a decimal text with six places. */
export function usd(value) {
  const digits = (value < 0n ? -value : value).toString().padStart(MICROS_DIGITS + 1, '0');
  const at = digits.length - MICROS_DIGITS;
  return `${value < 0n ? '-' : ''}${digits.slice(0, at)}.${digits.slice(at)}`;
}

/** A cost as the API wrote it, with six places. */
export const six = (text) => usd(micros(text));

/** The zeros that a decimal text lacks to have six places, and its point where it has none. */
export function missingPlaces(text) {
  const at = text.indexOf('.');
  return at < 0 ? '.000000' : '0'.repeat(Math.max(0, MICROS_DIGITS - (text.length - at - 1)));
}

/** Adds rows up under a key; counts and micro-USD are BigInt. Ordered by first appearance. */
export function sums(rows, keyOf) {
  const groups = new Map();
  for (const row of rows) {
    const key = keyOf(row);
    const sum = groups.get(key) ?? { key, requests: 0n, tokens: 0n, prompt: 0n, completion: 0n, cost: 0n };
    sum.requests += BigInt(row.request_count);
    sum.prompt += BigInt(row.prompt_tokens);
    sum.completion += BigInt(row.completion_tokens);
    sum.tokens += BigInt(row.total_tokens);
    sum.cost += micros(row.total_cost);
    groups.set(key, sum);
  }
  return [...groups.values()];
}

function fail(text) {
  throw new RangeError(`not an amount of at most six decimal places: ${text}`);
}
