// The routes as a graph: which are walked by whom, and how long each step took by itself. Times are milliseconds.

const DIRECT = 'direct:';
const ENTRANCE = 'platform-http:';

const total = (place) => Number(place.time_ms?.total ?? 0);

/** Every step of a route, those inside others too, in the order of the file. */
export const everyStep = (steps) => steps.flatMap((step) => [step, ...everyStep(step.steps ?? [])]);

/** The routes that are walked from there on, the first one included; what is only tapped is not waited for. */
function walkedFrom(first, routes, seen = new Set()) {
  if (!first || seen.has(first)) {
    return seen;
  }
  seen.add(first);
  for (const step of everyStep(first.steps)) {
    if (step.kind === 'to' && step.name?.startsWith(DIRECT)) {
      walkedFrom(routes.find((route) => route.from === step.name), routes, seen);
    }
  }
  return seen;
}

/** The routes in three groups, each in the order in which they are walked. */
export function grouped(routes) {
  const walk = walkedFrom(routes.find((route) => route.id === 'chat'), routes);
  const entrances = new Set();
  for (const route of routes.filter((one) => one.from?.startsWith(ENTRANCE))) {
    walkedFrom(route, routes, entrances);
  }
  return {
    walk: [...walk],
    entrances: [...entrances].filter((route) => !walk.has(route)),
    background: routes.filter((route) => !walk.has(route) && !entrances.has(route)),
  };
}

/** What a step took without what is inside it. Where it leads to another route, all is inside that. */
function ownTime(step) {
  if (step.name?.startsWith(DIRECT)) {
    return 0;
  }
  const inside = (steps) => steps.reduce((sum, one) => sum + (one.time_ms ? total(one) : inside(one.steps ?? [])), 0);
  return Math.max(0, total(step) - inside(step.steps ?? []));
}

/** The steps that took the most time of requests, the first ones first: [{step, route, own, share}]. */
export function slowest(routes, most) {
  const { walk, entrances } = grouped(routes);
  const all = [...walk, ...entrances].flatMap((route) =>
    [...everyStep(route.steps), ...everyStep(route.on_error)].map((step) => ({ step, route, own: ownTime(step) })),
  );
  const whole = all.reduce((sum, one) => sum + one.own, 0);
  return all
    .filter((one) => one.own > 0)
    .sort((a, b) => b.own - a.own)
    .slice(0, most)
    .map((one) => ({ ...one, share: one.own / whole }));
}

/** The share of a route's time that a step took, 0 to 1. */
export const shareOf = (step, route) => (total(route) > 0 ? Math.min(1, total(step) / total(route)) : 0);

/** Milliseconds with as many digits as can be read at a glance. */
export function ms(text) {
  const value = Number(text);
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value >= 1 ? value.toFixed(2) : value.toFixed(3);
}
