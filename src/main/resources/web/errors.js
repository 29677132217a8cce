// An error as a person can understand and mend it: what happened, what to do, and the id to ask with.
import { copyButton, icon, make } from '/assets/elements.js';
import { hasWord, word } from '/assets/words.js';

/** The box of a GatewayError; `values` may hold the environment variable that is missing. */
export function errorBox(failure, values = {}) {
  const box = make('div', { class: 'fault', role: 'alert' });
  const head = make('p', { class: 'fault-head' }, icon('warn'), make('strong', {}, title(failure)));
  box.append(head);
  if (failure.message) {
    box.append(make('p', { class: 'fault-message' }, failure.message));
  }
  const hint = advice(failure, values);
  if (hint) {
    box.append(make('p', { class: 'fault-hint' }, hint));
  }
  const facts = make('dl', { class: 'facts' });
  const fact = (name, value, extra) => value && facts.append(make('div', {}, make('dt', {}, name), make('dd', {}, make('code', {}, value), extra)));
  fact('HTTP', failure.status ? String(failure.status) : '');
  fact('code', failure.code ?? '');
  fact('param', failure.param ?? '');
  if (failure.requestId) {
    fact(word('requestId'), failure.requestId, copyButton(word('copyId'), word('copied'), () => failure.requestId));
  }
  if (facts.childElementCount > 0) {
    box.append(facts);
  }
  return box;
}

function title(failure) {
  const name = `error_${failure.code}`;
  return hasWord(name) ? word(name) : word('error_other');
}

function advice(failure, values) {
  if (failure.retryAfter) {
    return word('hint_wait', { seconds: failure.retryAfter });
  }
  if (failure.code === 'provider_key_missing' && !values.variable) {
    return '';
  }
  const name = `hint_${failure.code}`;
  return hasWord(name) ? word(name, values) : '';
}
