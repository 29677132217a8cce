// What the usage API is asked, and for which part of the ledger.
import { getExact } from '/assets/gateway.js';

const MOST_ROWS = 10_000;
const MOST_PAGES = 5;
const DAY_MS = 86_400_000;

const day = (time) => new Date(time).toISOString().slice(0, 10);

/** The first and the last day of a period that ends today, in UTC; nothing for everything. */
export function period(days, now = Date.now()) {
  return days === 'all' ? {} : { from: day(now - (Number(days) - 1) * DAY_MS), to: day(now) };
}

/** Every day from the first to the last, or every month. */
export function steps(step, from, to) {
  const all = [];
  if (step === 'daily') {
    for (let time = Date.parse(from); time <= Date.parse(to); time += DAY_MS) {
      all.push(day(time));
    }
    return all;
  }
  for (let [year, month] = from.split('-').map(Number); ; month++) {
    if (month > 12) {
      month = 1;
      year++;
    }
    const name = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}`;
    if (name > to.slice(0, 7)) {
      return all;
    }
    all.push(name);
  }
}

/** The filters as a query; months know no days. */
export function query(filters, step = 'daily', more = {}) {
  const { from, to, ...rest } = filters;
  const length = step === 'monthly' ? 7 : 10;
  const all = { from: from?.slice(0, length), to: to?.slice(0, length), ...rest, ...more };
  return new URLSearchParams(Object.entries(all).filter(([, value]) => value)).toString();
}

export const summary = (filters) => getExact(`/api/usage/summary?${query(filters)}`);

export const audit = () => getExact('/api/usage/audit');

export const csvAddress = (step, filters) => `/api/usage/${step}?${query(filters, step, { format: 'csv' })}`;

export const session = (id, cursor) => getExact(`/api/usage/session/${encodeURIComponent(id)}?${query({}, 'daily', { limit: '50', cursor })}`);

/** All rows of the filters, and whether these are really all. */
export async function rows(step, filters) {
  const all = [];
  let cursor = '';
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = await getExact(`/api/usage/${step}?${query(filters, step, { limit: String(MOST_ROWS), cursor })}`);
    all.push(...answer.data);
    cursor = answer.next_cursor;
    if (!cursor) {
      return { rows: all, whole: true };
    }
  }
  return { rows: all, whole: false };
}
