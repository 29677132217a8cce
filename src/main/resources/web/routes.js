// The running routes, drawn as Camel knows them, with how often each step was walked and how long it took.
import { find, findAll, make } from '/assets/elements.js';
import { errorBox } from '/assets/errors.js';
import { getExact } from '/assets/gateway.js';
import { begin } from '/assets/page.js';
import { drawRoute } from '/assets/steps.js';
import { figure, fill, moment } from '/assets/tables.js';
import { grouped, ms, slowest } from '/assets/walks.js';
import { language, word } from '/assets/words.js';

const LOOK_MS = 3000;
const MOST_STEPS = 12;

let seen = null;
let shape = '';
let drawn = [];
let timer = null;
let asked = 0;

async function look() {
  clearTimeout(timer);
  if (document.hidden) {
    find('#live').textContent = word('pausedLive');
    return;
  }
  const number = ++asked;
  try {
    const answer = await getExact('/api/routes');
    if (number !== asked) {
      return;
    }
    seen = answer;
    draw();
    find('#trouble').replaceChildren();
    find('#live').textContent = word('live', { time: new Date().toLocaleTimeString(language()) });
  } catch (failure) {
    if (number === asked) {
      find('#trouble').replaceChildren(errorBox(failure));
    }
  }
  if (number === asked) {
    timer = setTimeout(look, LOOK_MS);
  }
}

/** The routes are built anew only where they are others than before: who reads them with the keyboard stays where they are. */
function draw({ anew = false } = {}) {
  if (!seen) {
    return;
  }
  drawFiles();
  drawSlowest();
  const now = JSON.stringify(seen.routes, (name, value) => (['count', 'failed', 'time_ms', 'in_flight', 'state'].includes(name) ? undefined : value));
  if (anew || now !== shape) {
    build();
    shape = now;
  }
  const byId = new Map(seen.routes.map((route) => [route.id, route]));
  drawn.forEach((route) => route.update(byId.get(route.id)));
  find('#since').textContent = word('sinceStart', { version: seen.camel_version });
}

function build() {
  const open = new Map(findAll('details.route').map((route) => [route.id, route.open]));
  drawn = [];
  for (const [place, routes] of Object.entries(grouped(seen.routes))) {
    const nodes = routes.map((route) => {
      const one = drawRoute(route, seen.routes);
      one.node.open = open.get(one.node.id) ?? place === 'walk';
      drawn.push(one);
      return one.node;
    });
    find(`#${place}`).replaceChildren(...nodes);
  }
}

/** What became of the files that were saved since the start; what was refused comes first and loud. */
function drawFiles() {
  const { taken, refused } = seen.files;
  const line = (name, file) => word(name, { file: file.file, time: moment(file.at), problem: file.problem ?? '' });
  const place = find('#files');
  const nodes = [
    ...refused.map((file) => make('p', { class: 'fault', role: 'alert', 'data-file': file.file }, line('fileRefused', file))),
    ...taken.map((file) => make('p', { class: 'hint', 'data-file': file.file }, line('fileTaken', file))),
  ];
  if (place.textContent !== nodes.map((node) => node.textContent).join('')) {
    place.replaceChildren(...nodes);
  }
  place.hidden = nodes.length === 0;
}

function drawSlowest() {
  const columns = [
    { name: 'stepName', id: 'step', cell: ({ step }) => make('code', {}, step.name ?? step.id) },
    { name: 'route', id: 'route', cell: ({ route }) => make('a', { href: `#route-${route.id}` }, route.id) },
    { name: 'walks', id: 'count', number: true, cell: ({ step }) => figure(step.count) },
    { name: 'mean', id: 'mean', number: true, cell: ({ step }) => ms(step.time_ms.mean) },
    { name: 'p95', id: 'p95', number: true, cell: ({ step }) => ms(step.time_ms.p95) },
    { name: 'share', id: 'share', number: true, cell: ({ share }) => `${(share * 100).toFixed(1)} %` },
  ];
  // A row that is being read keeps its place under the keyboard: the table is left alone while a link in it has the focus.
  const table = find('#slow');
  if (!table.contains(document.activeElement)) {
    const rows = slowest(seen.routes, MOST_STEPS);
    fill(table, columns, rows);
    findAll('tbody tr', table).forEach((row, at) => row.style.setProperty('--share', rows[at]?.share ?? 0));
  }
}

/** A link to a route opens it. */
function openTarget() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target) {
    target.open = true;
    find('summary', target).focus();
  }
}

begin('routes', () => draw({ anew: true }));
document.addEventListener('visibilitychange', look);
document.addEventListener('caravan:key-given', look);
window.addEventListener('hashchange', openTarget);
await look();
openTarget();
