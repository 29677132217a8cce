// One route as a drawing: its steps under one another, what stands inside a step indented along a line.
import { find, make } from '/assets/elements.js';
import { everyStep, ms, shareOf } from '/assets/walks.js';
import { word } from '/assets/words.js';

/** Draws a route; `update` puts the numbers of a later answer into it. */
export function drawRoute(route, routes) {
  const numbers = make('span', { class: 'route-numbers' });
  const state = make('span', { class: 'tag warn' });
  const summary = make('summary', {}, make('span', { class: 'route-id' }, route.id), state, numbers);
  const about = make('p', { class: 'hint' }, [route.description, route.from, route.file && word('inFile', { file: route.file })].filter(Boolean).join(' · '));
  const node = make('details', { class: 'route card', id: `route-${route.id}` }, summary, about, drawSteps(route.steps, routes));
  if (route.on_error.length > 0) {
    node.append(make('p', { class: 'on-error' }, word('onError')), drawSteps(route.on_error, routes));
  }
  const update = (now) => {
    numbers.textContent = facts(now).join(' · ');
    state.textContent = now.state ?? '';
    state.hidden = now.state === 'Started';
    const rows = node.querySelectorAll('.step-row');
    [...everyStep(now.steps), ...everyStep(now.on_error)].forEach((step, at) => updateStep(rows[at], step, now));
  };
  return { id: route.id, node, update };
}

function drawSteps(steps, routes) {
  return make('ol', { class: 'steps' }, steps.map((step) => make('li', {}, drawRow(step, routes), step.steps?.length > 0 ? drawSteps(step.steps, routes) : null)));
}

function drawRow(step, routes) {
  const target = step.name?.startsWith('direct:') && routes.find((route) => route.from === step.name);
  const name = step.name ?? step.id ?? '';
  return make(
    'div',
    { class: 'step-row', 'data-step': step.id ?? '' },
    make('span', { class: 'tag' }, step.kind),
    make('span', { class: 'step-name' }, target ? make('a', { href: `#route-${target.id}` }, name) : make('code', {}, name)),
    make('span', { class: 'step-numbers' }),
  );
}

function updateStep(row, step, route) {
  const share = shareOf(step, route);
  row.style.setProperty('--share', share);
  row.classList.toggle('fails', Number(step.failed ?? 0) > 0);
  const all = facts(step);
  if (step.time_ms) {
    all.push(word('shareOf', { percent: (share * 100).toFixed(share < 0.0995 ? 1 : 0) }));
  }
  // What only chooses, such as a branch, is not counted itself.
  find('.step-numbers', row).textContent = step.count === null ? '' : all.join(' · ');
}

function facts(place) {
  const count = String(place.count ?? 0);
  const all = [count === '0' ? word('noWalks') : count === '1' ? word('walkedOnce') : word('walked', { count })];
  if (place.time_ms) {
    all.push(word('meanTime', { ms: ms(place.time_ms.mean) }), word('p95Time', { ms: ms(place.time_ms.p95) }));
  }
  if (Number(place.failed ?? 0) > 0) {
    all.push(word('failedTimes', { count: place.failed }));
  }
  if (Number(place.in_flight ?? 0) > 0) {
    all.push(word('inFlight', { count: place.in_flight }));
  }
  return all;
}
