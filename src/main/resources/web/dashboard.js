// The dashboard: what was used and what it cost, as the ledger has it, now.
import { find, findAll, make } from '/assets/elements.js';
import { errorBox } from '/assets/errors.js';
import { micros, sums, usd } from '/assets/exact.js';
import { getExact, gatewayKey, send } from '/assets/gateway.js';
import { audit, csvAddress, period, rows as readRows, summary } from '/assets/ledger.js';
import { begin } from '/assets/page.js';
import { plot } from '/assets/plots.js';
import { SessionPanel } from '/assets/session.js';
import { breakdown, figure, fill, ledgerColumns, moment, money, plain } from '/assets/tables.js';
import { language, word } from '/assets/words.js';

const LOOK_MS = 4000;
/** However large the ledger is, its answers may take this share of the time. */
const LOOK_SHARE = 0.05;
const AUDIT_MS = 60_000;
const PAGE_ROWS = 25;

const chosen = { measure: 'cost', step: 'daily', stack: 'model_id' };
const sessionPanel = new SessionPanel();
let catalogue = [];
let seen = { summary: null, rows: [], whole: true, verdict: undefined };
let page = 0;
let asked = 0;
let timer = null;
let auditing = false;
let auditAgainAt = 0;

/** What the filters say now, and the days that they span. */
function filters() {
  const days = find('#period').value;
  const range = days === 'custom' ? { from: find('#from').value, to: find('#to').value } : period(days);
  const { from, to } = range;
  return { from: from || undefined, to: to || undefined, provider: find('#provider').value, model: find('#model').value, user_id: find('#user').value.trim() };
}

/** Asks for all that has changed. The answers to an older question are thrown away. */
async function look({ anew = false } = {}) {
  clearTimeout(timer);
  if (document.hidden) {
    find('#live').textContent = word('pausedLive');
    return;
  }
  const number = ++asked;
  const began = performance.now();
  try {
    const part = filters();
    const total = await summary(part);
    const before = seen.summary;
    if (anew || !before || before.request_count !== total.request_count || before.total_cost !== total.total_cost) {
      const read = await readRows(chosen.step, part);
      if (number !== asked) {
        return;
      }
      Object.assign(seen, { summary: total, rows: read.rows, whole: read.whole });
      if (!anew) {
        sessionPanel.refresh();
      }
      draw();
    } else if (number === asked) {
      seen.summary = total;
    }
    find('#trouble').replaceChildren();
    find('#live').textContent = word('live', { time: new Date().toLocaleTimeString(language()) });
    lookAtAudit();
  } catch (failure) {
    if (number === asked) {
      find('#trouble').replaceChildren(errorBox(failure));
    }
  }
  if (number === asked) {
    timer = setTimeout(look, Math.max(LOOK_MS, (performance.now() - began) / LOOK_SHARE));
  }
}

/** Beside the looks, which do not wait for it: of a large ledger it takes a minute. */
async function lookAtAudit() {
  if (auditing || Date.now() < auditAgainAt) {
    return;
  }
  auditing = true;
  const began = Date.now();
  try {
    seen.verdict = await audit();
  } catch {
    seen.verdict = null;
  }
  auditing = false;
  auditAgainAt = Math.max(began + AUDIT_MS, Date.now() + (Date.now() - began) / LOOK_SHARE);
  drawAudit();
}

function draw() {
  const { summary: total } = seen;
  if (!total) {
    return;
  }
  drawTiles(total);
  drawAudit();
  plot({ rows: seen.rows, range: filters(), ...chosen });
  const byCost = (a, b) => Number(micros(b.total_cost) - micros(a.total_cost));
  fill(find('#models'), breakdown('model', 'model_id'), [...total.by_model].sort(byCost), { ...total, model_id: word('sum') });
  fill(find('#providers'), breakdown('provider', 'provider'), [...total.by_provider].sort(byCost));
  fill(find('#by-users'), breakdown('user', 'user_id'), byUser().sort(byCost));
  find('#users-note').textContent = seen.whole ? '' : word('usersNote', { rows: seen.rows.length });
  drawRows();
  drawChoices();
}

function byUser() {
  return sums(seen.rows, (row) => row.user_id).map((sum) => ({
    user_id: sum.key,
    request_count: `${sum.requests}`,
    total_tokens: `${sum.tokens}`,
    total_cost: plain(usd(sum.cost)),
  }));
}

function drawTiles(total) {
  const put = (id, ...nodes) => find(id).replaceChildren(...nodes);
  put('#tile-cost', make('span', { class: 'unit' }, '$'), money(total.total_cost));
  put('#tile-cost-parts', word('costParts', { input: `$${total.input_cost}`, output: `$${total.output_cost}` }));
  put('#tile-requests', figure(total.request_count));
  put('#tile-success', total.success_rate === null ? '' : word('successRate', { percent: percent(total.success_rate) }));
  put('#tile-tokens', figure(total.total_tokens));
  put('#tile-tokens-parts', word('tokensParts', { prompt: total.prompt_tokens, completion: total.completion_tokens }));
  const { mean, p95 } = total.latency_ms;
  put('#tile-latency', ...(mean === null ? ['–'] : [figure(mean), make('span', { class: 'unit' }, ' ms')]));
  put('#tile-latency-parts', p95 === null ? '' : word('latencyParts', { p95 }));
}

/** A share of one as hundredths, without a digit lost or made up. */
function percent(share) {
  const value = micros(share);
  return plain(`${value / 10_000n}.${(value % 10_000n).toString().padStart(4, '0')}00`);
}

function drawAudit() {
  const { verdict } = seen;
  const tile = find('#audit');
  tile.dataset.sound = verdict ? String(verdict.sound) : '';
  find('#audit-time').textContent = '';
  if (!verdict) {
    find('#audit-verdict').textContent = verdict === null ? word('noAudit') : '–';
    return;
  }
  const differences = verdict.differences?.length ?? 0;
  find('#audit-verdict').textContent = verdict.sound ? word('sound') : word(differences === 1 ? 'unsoundOne' : 'unsound', { count: differences });
  find('#audit-time').textContent = word('auditTime', { rows: String(verdict.rows), time: moment(verdict.checked_at) });
}

function drawRows() {
  const newest = seen.rows.toReversed();
  const pages = Math.max(1, Math.ceil(newest.length / PAGE_ROWS));
  page = Math.min(page, pages - 1);
  fill(find('#rows'), ledgerColumns(chosen.step), newest.slice(page * PAGE_ROWS, (page + 1) * PAGE_ROWS));
  find('#page-number').textContent = word('pageNumber', { page: `${page + 1} / ${pages}` });
  find('#previous').disabled = page === 0;
  find('#next').disabled = page >= pages - 1;
  find('#csv').href = csvAddress(chosen.step, filters());
}

/** The catalogue's names, and those that only the ledger still knows. */
function drawChoices() {
  const known = (field, name) => [...new Set([...catalogue.map((model) => model[field]), ...seen.rows.map((row) => row[name])])].sort();
  const options = (select, names) => {
    const before = select.value;
    select.replaceChildren(make('option', { value: '' }, word('all')), ...names.map((name) => make('option', { value: name }, name)));
    select.value = names.includes(before) ? before : '';
  };
  options(find('#provider'), known('provider', 'provider'));
  options(find('#model'), known('id', 'model_id'));
  find('#users').replaceChildren(...[...new Set(seen.rows.map((row) => row.user_id))].map((user) => make('option', { value: user })));
}

function choices() {
  for (const group of ['measure', 'step', 'stack']) {
    const buttons = findAll(`#${group} button`);
    for (const button of buttons) {
      button.addEventListener('click', () => {
        chosen[group] = button.dataset.value;
        buttons.forEach((one) => one.setAttribute('aria-pressed', String(one === button)));
        if (group === 'step') {
          page = 0;
          look({ anew: true });
        } else {
          draw();
        }
      });
    }
  }
  find('#filters').addEventListener('submit', (event) => event.preventDefault());
  find('#filters').addEventListener('change', () => {
    find('#filters').classList.toggle('has-custom', find('#period').value === 'custom');
    page = 0;
    look({ anew: true });
  });
  find('#previous').addEventListener('click', () => turnPage(-1));
  find('#next').addEventListener('click', () => turnPage(1));
  find('#csv').addEventListener('click', downloadWithKey);
  document.addEventListener('visibilitychange', () => look());
  document.addEventListener('caravan:key-given', () => look({ anew: true }));
}

function turnPage(by) {
  page += by;
  drawRows();
}

/** A link sends no key; where one is wanted, the file is fetched and then saved. */
async function downloadWithKey(event) {
  if (!gatewayKey()) {
    return;
  }
  event.preventDefault();
  try {
    const file = await (await send(find('#csv').href)).blob();
    const link = make('a', { href: URL.createObjectURL(file), download: `${chosen.step}_usage.csv` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  } catch (failure) {
    find('#trouble').replaceChildren(errorBox(failure));
  }
}

choices();
begin('usage', () => {
  draw();
  sessionPanel.draw();
});
drawChoices();
getExact('/api/models').then(
  (answer) => {
    catalogue = answer.models;
    drawChoices();
  },
  () => {},
);
const linked = new URLSearchParams(location.search).get('session');
if (linked) {
  sessionPanel.show(linked).then(() => find('#session-title').scrollIntoView());
}
await look();
