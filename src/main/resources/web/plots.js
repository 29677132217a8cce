// The plot over time. Its heights are whole micro-USD or tokens; what is written at them is exact text.
import { find, make } from '/assets/elements.js';
import { sums, usd } from '/assets/exact.js';
import { steps } from '/assets/ledger.js';
import { fill, figure, money, plain } from '/assets/tables.js';
import { word } from '/assets/words.js';

const MOST_STACKS = 6;
const MOST_STEPS = 400;
/** The colours that these have everywhere on the pages. */
const PROVIDERS = { anthropic: 1, google: 2, openai: 3, demo: 5 };

let chart = null;

/** Draws the rows; `measure` is cost or tokens, `stack` the column that the bars are made of. */
export function plot({ rows, step, stack, measure, range }) {
  const periodOf = (row) => (step === 'daily' ? row.date : row.month);
  const names = axis(rows.map(periodOf), step, range);
  const biggest = sums(rows, (row) => row[stack]).sort((a, b) => Number(b[measure] - a[measure]));
  const own = biggest.slice(0, MOST_STACKS).map((sum) => sum.key);
  const rest = biggest.length > MOST_STACKS ? word('others') : null;
  const stackOf = (row) => (own.includes(row[stack]) ? row[stack] : rest);
  const cells = new Map(sums(rows, (row) => `${periodOf(row)}\n${stackOf(row)}`).map((sum) => [sum.key, sum[measure]]));
  const series = [...own, ...(rest ? [rest] : [])].map((name, at) => ({
    name,
    colour: at + 1,
    values: names.map((period) => cells.get(`${period}\n${name}`) ?? 0n),
  }));
  const total = biggest.reduce((sum, one) => sum + one[measure], 0n);
  draw(names, series, measure, label(measure, step, names, total));
  table(rows, periodOf, step);
  find('#plot-empty').hidden = rows.length > 0;
  find('#plot').hidden = rows.length === 0;
}

function axis(present, step, range) {
  const there = [...new Set(present)].sort();
  const from = range.from ?? there[0];
  const to = range.to ?? there.at(-1);
  if (!from || !to) {
    return there;
  }
  const all = steps(step, from, to);
  return all.length <= MOST_STEPS ? all : there;
}

const written = (measure, value) => (measure === 'cost' ? `$${usd(value)}` : value.toString().replace(/\B(?=(\d{3})+$)/g, ','));

function label(measure, step, names, total) {
  return word('plotLabel', {
    measure: word(measure),
    step: word(step === 'daily' ? 'byDay' : 'byMonth'),
    from: names[0] ?? '–',
    to: names.at(-1) ?? '–',
    total: written(measure, total),
  });
}

function draw(names, series, measure, label) {
  const canvas = find('#plot');
  canvas.setAttribute('aria-label', label);
  const ink = colour('--muted');
  const line = colour('--line');
  const datasets = series.map((one) => ({
    label: one.name,
    data: one.values.map(Number),
    exact: one.values,
    backgroundColor: colour(`--plot-${PROVIDERS[one.name] ?? one.colour}`),
    maxBarThickness: 36,
    borderRadius: 2,
  }));
  const options = {
    responsive: true,
    maintainAspectRatio: false,
    animation: false,
    interaction: { mode: 'index', intersect: false },
    scales: {
      x: { stacked: true, grid: { display: false }, border: { color: line }, ticks: { color: ink, maxRotation: 0, autoSkipPadding: 16, callback: (at) => (names[at].length === 10 ? names[at].slice(5) : names[at]) } },
      y: {
        stacked: true,
        beginAtZero: true,
        grid: { color: line },
        border: { display: false },
        ticks: { color: ink, maxTicksLimit: 6, precision: 0, callback: (value) => tick(measure, value) },
      },
    },
    plugins: {
      legend: { position: 'bottom', align: 'start', labels: { color: ink, boxWidth: 10, boxHeight: 10, useBorderRadius: true, borderRadius: 2, padding: 14 } },
      tooltip: {
        filter: (item) => item.dataset.exact[item.dataIndex] > 0n,
        callbacks: { label: (item) => ` ${item.dataset.label}: ${written(measure, item.dataset.exact[item.dataIndex])}` },
      },
    },
  };
  window.Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  if (chart) {
    Object.assign(chart.data, { labels: names, datasets });
    chart.options = options;
    chart.update();
  } else {
    chart = new window.Chart(canvas, { type: 'bar', data: { labels: names, datasets }, options });
  }
}

/** A tick is a whole number of micro-USD or tokens. */
function tick(measure, value) {
  const whole = BigInt(Math.round(value));
  return measure === 'cost' ? `$${plain(usd(whole)) || '0'}` : written(measure, whole);
}

/** A colour of the style sheet, as it is in the light of now. */
function colour(name) {
  const probe = make('span', { class: 'offscreen' });
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

/** The same for those who do not see the plot. */
function table(rows, periodOf, step) {
  const groups = sums(rows, periodOf)
    .sort((a, b) => (a.key < b.key ? 1 : -1))
    .map((sum) => ({ key: sum.key, requests: `${sum.requests}`, tokens: `${sum.tokens}`, cost: plain(usd(sum.cost)) }));
  fill(
    find('#plot-table'),
    [
      { name: step === 'daily' ? 'date' : 'month', id: 'key', cell: (row) => row.key },
      { name: 'requests', id: 'requests', number: true, cell: (row) => figure(row.requests) },
      { name: 'totalTokens', id: 'tokens', number: true, cell: (row) => figure(row.tokens) },
      { name: 'totalCost', id: 'cost', number: true, cell: (row) => money(row.cost) },
    ],
    groups,
  );
}
