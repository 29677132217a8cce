// Tables of exact numbers. The text of a cell is the API's, digit for digit; what makes it easy to read, gaps between
// thousands and the zeros that align the points, is drawn by the style sheet.
import { missingPlaces } from '/assets/exact.js';
import { make } from '/assets/elements.js';
import { word } from '/assets/words.js';

/** A count or an amount. */
export function figure(text) {
  const [whole, part] = String(text).split('.');
  const groups = whole.match(/^-?\d{1,3}(?=(?:\d{3})*$)|\d{3}/g) ?? [whole];
  return make('span', { class: 'number' }, ...groups.map((group) => make('span', {}, group)), part === undefined ? null : `.${part}`);
}

/** An amount in USD. */
export function money(text) {
  const shown = figure(text);
  shown.dataset.pad = missingPlaces(text);
  return shown;
}

/** An amount of six places, written as the API writes it: without zeros at its end. */
export const plain = (usd) => usd.replace(/\.?0+$/, '');

/** A time as the API writes it, for reading. */
export const moment = (time) => time.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC');

/**
 * Fills a table.
 *
 * @param columns [{name, cell: row => node or text, number}]
 * @param foot the row of sums, in the same columns; none where it is missing
 */
export function fill(table, columns, rows, foot) {
  const cells = (row, tag = 'td') =>
    columns.map((column, at) =>
      make(at === 0 ? 'th' : tag, { class: column.number ? 'amount' : null, scope: at === 0 ? 'row' : null, 'data-column': column.id }, column.cell(row)),
    );
  const head = make('tr', {}, columns.map((column) => make('th', { scope: 'col', class: column.number ? 'amount' : null }, word(column.name))));
  table.replaceChildren(
    make('thead', {}, head),
    make('tbody', {}, rows.length > 0 ? rows.map((row) => make('tr', {}, cells(row))) : make('tr', {}, make('td', { class: 'empty', colspan: String(columns.length) }, word('nothingYet')))),
  );
  if (foot && rows.length > 0) {
    table.append(make('tfoot', {}, make('tr', {}, cells(foot))));
  }
}

const count = (name, id) => ({ name, id, number: true, cell: (row) => figure(row[id]) });

const cost = { name: 'totalCost', id: 'total_cost', number: true, cell: (row) => money(row.total_cost) };

const text = (name, id) => ({ name, id, cell: (row) => row[id] });

/** The columns of a breakdown: by model, by provider, by user. */
export const breakdown = (name, id) => [
  { name, id, cell: (row) => (id === 'provider' ? [make('span', { class: 'dot', 'data-provider': row.provider, 'aria-hidden': 'true' }), row[id]] : row[id]) },
  count('requests', 'request_count'),
  count('totalTokens', 'total_tokens'),
  cost,
];

/** The columns of the rows by day or month, user and model. */
export const ledgerColumns = (step) => [
  step === 'daily' ? text('date', 'date') : text('month', 'month'),
  text('user', 'user_id'),
  text('model', 'model_id'),
  text('provider', 'provider'),
  count('requests', 'request_count'),
  count('promptTokens', 'prompt_tokens'),
  count('completionTokens', 'completion_tokens'),
  count('totalTokens', 'total_tokens'),
  cost,
];

/** The columns of a session's requests. */
export const requestColumns = [
  { name: 'request', id: 'request_id', cell: (row) => make('code', {}, row.request_id) },
  { name: 'time', id: 'created_at', cell: (row) => make('time', { datetime: row.created_at }, moment(row.created_at)) },
  text('model', 'model_id'),
  { name: 'status', id: 'status', cell: (row) => make('span', { class: `tag status-${row.status}` }, row.status) },
  count('promptTokens', 'prompt_tokens'),
  count('completionTokens', 'completion_tokens'),
  count('totalTokens', 'total_tokens'),
  { ...cost },
  { name: 'latency', id: 'latency_ms', number: true, cell: (row) => [figure(row.latency_ms), ' ms'] },
];
