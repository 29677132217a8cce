// The playground: one prompt, one to six models, side by side.
import { Column } from '/assets/column.js';
import { Composer } from '/assets/composer.js';
import { announce, copy, copyButton, find, findAll, make } from '/assets/elements.js';
import { errorBox } from '/assets/errors.js';
import { getExact } from '/assets/gateway.js';
import { colour } from '/assets/markdown.js';
import { begin, keep, kept } from '/assets/page.js';
import { MOST, Picker } from '/assets/picker.js';
import { shortened, SNIPPETS } from '/assets/snippets.js';
import { userMessage } from '/assets/turn.js';
import { word } from '/assets/words.js';

const REMEMBERED_SESSIONS = 20;
const place = find('#columns');
let columns = [];
let session = '';
let snippet = 'curl';

const composer = new Composer({
  onSend: send,
  onStop: () => columns.forEach((column) => column.stop()),
  onTrouble: (text) => trouble(make('p', { class: 'fault' }, text)),
});
const picker = new Picker(arrange);

function newSession() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  session = `play_${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
  find('#session-id').textContent = session;
  find('#session-usage').href = `/usage?session=${session}`;
}

/** The body of a request; what is not set is not in it. */
function requestOf(model, messages) {
  const { system, temperature, maxTokens, user } = composer.settings();
  const body = {
    model: model.id,
    messages: system ? [{ role: 'system', content: system }, ...messages] : messages,
    stream: true,
    session_id: session,
  };
  if (temperature !== '') {
    body.temperature = Number(temperature);
  }
  if (maxTokens !== '') {
    body.max_tokens = Number(maxTokens);
  }
  if (user !== '') {
    body.user_id = user;
  }
  return body;
}

function send(question) {
  trouble();
  if (columns.length === 0) {
    picker.open();
    return false;
  }
  remember();
  columns.forEach((column) => column.ask(question));
  return true;
}

function remember() {
  const known = (kept('sessions') ?? '').split(' ').filter((id) => id && id !== session);
  keep('sessions', [session, ...known].slice(0, REMEMBERED_SESSIONS).join(' '));
}

/** One column for each chosen model; those that stay keep their conversation. */
function arrange(ids) {
  const before = new Map(columns.map((column) => [column.model.id, column]));
  columns = ids.map((id) => before.get(id) ?? newColumn(picker.models.find((model) => model.id === id)));
  for (const [id, column] of before) {
    if (!ids.includes(id)) {
      column.stop();
    }
  }
  place.replaceChildren(...columns.map((column) => column.element));
  place.dataset.count = String(columns.length);
  if (columns.length === 0) {
    place.append(make('p', { class: 'empty' }, word('noModels')));
  }
  find('#chosen-count').textContent = String(columns.length);
  keep('models', ids.join(' '));
  changed();
}

function newColumn(model) {
  return new Column(model, {
    requestOf,
    onChange: changed,
    onRemove: (column) => {
      picker.choose(picker.chosen.filter((id) => id !== column.model.id));
      find('#choose').focus();
    },
  });
}

function changed() {
  composer.runs(columns.some((column) => column.running));
}

function trouble(box) {
  find('#trouble').replaceChildren(...(box ? [box] : []));
}

function showCode() {
  const choice = find('#code-model');
  const id = choice.value || columns[0]?.model.id;
  choice.replaceChildren(...columns.map((column) => make('option', { value: column.model.id }, column.model.display_name)));
  choice.value = columns.some((column) => column.model.id === id) ? id : (columns[0]?.model.id ?? '');
  const column = columns.find((one) => one.model.id === choice.value);
  const model = column?.model ?? picker.models[0];
  const question = { text: composer.prompt.value.trim(), pictures: composer.pictures.pictures };
  const asked = question.text || question.pictures.length > 0;
  const last = column?.turns.at(-1)?.question;
  const messages = asked
    ? [...(column?.messages() ?? []), userMessage(question)]
    : last
      ? [...column.messages(column.turns.at(-1)), userMessage(last)]
      : [{ role: 'user', content: word('promptHint') }];
  const body = requestOf(model, messages);
  const shown = shortened(body);
  const code = find('#code code');
  code.textContent = SNIPPETS[snippet](location.origin, shown);
  colour(code, snippet === 'curl' ? 'bash' : snippet);
  const note = { curl: 'codeCurl', python: 'codeOpenAi', java: 'codeJava', javascript: 'codeNode' }[snippet];
  find('#code-note').textContent = word(note) + (JSON.stringify(shown) === JSON.stringify(body) ? '' : ` ${word('codePictures')}`);
  for (const button of findAll('[data-code]')) {
    button.setAttribute('aria-pressed', String(button.dataset.code === snippet));
  }
}

function prepareCode() {
  const dialog = find('#code-dialog');
  find('#show-code').addEventListener('click', () => {
    if (picker.models.length > 0) {
      showCode();
      dialog.showModal();
    }
  });
  find('#code-model').addEventListener('change', showCode);
  for (const button of findAll('[data-code]')) {
    button.addEventListener('click', () => {
      snippet = button.dataset.code;
      showCode();
    });
  }
  find('#code-copy').addEventListener('click', async () => {
    await copy(find('#code code').textContent);
    announce(word('copied'));
    find('#code-copy').textContent = word('copied');
    setTimeout(() => (find('#code-copy').textContent = word('copyCode')), 1500);
  });
  find('[data-close]', dialog).addEventListener('click', () => dialog.close());
}

function speakAgain() {
  columns.forEach((column) => column.speak());
  composer.speak();
  composer.pictures.show();
  find('#session-copy').replaceChildren(copyButton(word('copySession'), word('copied'), () => session));
}

async function loadModels() {
  try {
    picker.models = (await getExact('/api/models')).models;
    trouble();
  } catch (failure) {
    trouble(errorBox(failure));
    return;
  }
  const named = new URLSearchParams(location.search).getAll('model');
  const wanted = named.length > 0 ? named : (kept('models') ?? '').split(' ');
  const there = [...new Set(wanted)].filter((id) => picker.models.some((model) => model.id === id && model.available));
  picker.choose((there.length > 0 ? there : firstChoice()).slice(0, MOST));
}

/** The cheapest model that reasons, of up to three providers that have a key: those are the current ones. Else the demo. */
function firstChoice() {
  const open = picker.models.filter((model) => model.available);
  const current = open.filter((model) => model.capabilities.reasoning).sort((a, b) => Number(a.pricing.output) - Number(b.pricing.output));
  const cheapest = [...new Set(current.map((model) => model.provider))].map((provider) => current.find((model) => model.provider === provider).id);
  return cheapest.length > 0 ? cheapest.slice(0, 3) : open.slice(-1).map((model) => model.id);
}

find('#choose').addEventListener('click', () => picker.open());
find('#restart').addEventListener('click', () => {
  columns.forEach((column) => column.clear());
  newSession();
  find('#prompt').focus();
});
document.addEventListener('caravan:key-given', loadModels);
newSession();
prepareCode();
begin('playground', speakAgain);
speakAgain();
await loadModels();
find('#prompt').focus();
