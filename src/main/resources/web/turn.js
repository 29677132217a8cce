// One question to one model: sends it, shows the answer as it comes, and what it took.
import { announce, copy, copyButton, icon, make } from '/assets/elements.js';
import { errorBox } from '/assets/errors.js';
import { events } from '/assets/events.js';
import { getExact, GatewayError, send, told } from '/assets/gateway.js';
import { parseExact, six } from '/assets/exact.js';
import { render } from '/assets/markdown.js';
import { word } from '/assets/words.js';

const PAINT_MS = 60;
/** Painting may take this share of the time, however long the answer is. */
const PAINT_SHARE = 0.2;
const LOOKS = 5;
const LOOK_MS = 400;

export class Turn {
  /** @param question {text, pictures: [{name, url}]} */
  constructor(model, question, { onRetry, onGrow }) {
    this.model = model;
    this.question = question;
    this.onGrow = onGrow;
    this.answer = '';
    this.state = 'new';
    this.place = make('div', { class: 'answer' });
    this.facts = make('div', { class: 'turn-foot' });
    this.onRetry = onRetry;
    this.element = make(
      'article',
      { class: 'turn' },
      make(
        'div',
        { class: 'question' },
        make('span', { class: 'offscreen' }, `${word('you')}: `),
        question.pictures.map((picture) => make('img', { src: picture.url, alt: picture.name })),
        make('p', {}, question.text),
      ),
      this.place,
      this.facts,
    );
  }

  /** What this turn adds to the conversation: nothing where there is no answer. */
  get messages() {
    return this.answer === '' ? [] : [userMessage(this.question), { role: 'assistant', content: this.answer }];
  }

  get running() {
    return this.state === 'running';
  }

  stop() {
    this.abort?.abort();
  }

  async run(body) {
    this.abort = new AbortController();
    this.answer = '';
    this.end = null;
    this.bill = null;
    this.requestId = null;
    this.first = null;
    this.state = 'running';
    this.sessionId = body.session_id;
    this.facts.replaceChildren();
    this.place.setAttribute('aria-busy', 'true');
    this.place.replaceChildren(make('p', { class: 'waiting' }, make('span', { class: 'dots', 'aria-hidden': 'true' }), word('waiting')));
    this.onGrow();
    const began = performance.now();
    let failure = null;
    try {
      await this.read(body, began);
    } catch (caught) {
      failure = this.abort.signal.aborted ? null : asFailure(caught, this.requestId);
    }
    this.lasted = performance.now() - began;
    this.place.removeAttribute('aria-busy');
    this.state = failure ? 'failed' : this.end ? 'done' : 'stopped';
    this.failure = failure;
    this.show();
    this.tell();
    this.onGrow();
  }

  async read(body, began) {
    const response = await send('/api/chat/completions', { body, signal: this.abort.signal });
    this.requestId = response.headers.get('X-Request-Id');
    for await (const data of events(response.body)) {
      if (data === '[DONE]') {
        return;
      }
      const event = JSON.parse(data);
      if (event.error) {
        throw told(event.error, this.requestId);
      } else if (typeof event.delta === 'string') {
        this.first ??= performance.now() - began;
        this.answer += event.delta;
        this.paintSoon();
      } else if (event.usage) {
        this.end = parseExact(data);
      }
    }
    throw new GatewayError({ message: '', code: 'broken_stream', requestId: this.requestId });
  }

  paintSoon() {
    this.due ??= setTimeout(() => {
      this.due = null;
      if (this.running) {
        const began = performance.now();
        this.place.replaceChildren(render(this.answer, { finished: false }));
        this.onGrow();
        this.pause = Math.max(PAINT_MS, (performance.now() - began) / PAINT_SHARE);
      }
    }, this.pause ?? PAINT_MS);
  }

  /** Shows how it ended, in the language of now. */
  show() {
    this.place.replaceChildren(this.answer ? render(this.answer) : '');
    if (this.state === 'done' && !this.answer) {
      this.place.append(make('p', { class: 'hint' }, word('emptyAnswer')));
    }
    this.facts.replaceChildren();
    if (this.failure) {
      this.place.append(errorBox(this.failure, { variable: this.model.missing_variable ?? '' }));
    } else if (this.end) {
      this.showEnd();
    } else {
      const { bill } = this;
      this.facts.append(make('p', { class: 'stopped' }, bill ? word('stoppedRow', { tokens: bill.total_tokens, cost: six(bill.total_cost) }) : word('stopped')));
    }
    this.showButtons();
  }

  showEnd() {
    const { usage, cost, finish_reason: finish, adjustments = [] } = this.end;
    const cached = usage.prompt_tokens_details?.cached_tokens;
    const reasoning = usage.completion_tokens_details?.reasoning_tokens;
    const facts = make('dl', { class: 'facts' });
    const part = (name, count) => (count === undefined ? null : make('span', { class: 'part', 'data-part': name }, `(${word(name, { count })})`));
    const fact = (key, name, value, more) => facts.append(make('div', { 'data-fact': key }, make('dt', {}, name), make('dd', {}, make('span', {}, value), more)));
    fact('cost', word('costWord'), `$${six(cost.total_cost)}`);
    fact('prompt', word('tokensIn'), usage.prompt_tokens, part('cached', cached));
    fact('completion', word('tokensOut'), usage.completion_tokens, part('reasoning', reasoning));
    if (this.first !== null) {
      fact('first', word('firstToken'), seconds(this.first));
    }
    fact('duration', word('duration'), seconds(this.lasted));
    fact('finish', word('finish'), finish);
    this.facts.append(facts);
    if (adjustments.length > 0) {
      this.facts.append(adjusted(adjustments));
    }
  }

  /** Says the end to a screen reader; an error says itself. */
  tell() {
    if (this.state === 'done') {
      const { usage, cost } = this.end;
      announce(word('answered', { model: this.model.display_name, tokens: usage.total_tokens, cost: six(cost.total_cost) }));
    } else if (this.state === 'stopped') {
      announce(word('stopped'));
      this.lookForBill();
    }
  }

  showButtons() {
    const row = make('div', { class: 'turn-row' });
    if (this.requestId && this.state !== 'failed') {
      row.append(
        make('span', { class: 'row-id' }, make('span', { class: 'offscreen' }, `${word('requestId')} `), make('code', { class: 'request-id', title: this.requestId }, this.requestId)),
        copyButton(word('copyId'), word('copied'), () => this.requestId),
      );
    }
    row.append(make('span', { class: 'gap' }));
    if (this.answer) {
      row.append(make('button', { type: 'button', class: 'quiet small', 'data-do': 'copy-answer', 'aria-label': word('copyAnswer'), onclick: () => this.copyAnswer(row) }, icon('copy'), word('copyShort')));
    }
    row.append(make('button', { type: 'button', class: 'quiet small again', 'data-do': 'retry', onclick: () => this.onRetry(this) }, icon('retry'), word('retry')));
    this.facts.append(row);
  }

  async copyAnswer(row) {
    await copy(this.answer);
    row.querySelector('[data-do=copy-answer] svg').replaceWith(icon('check'));
    announce(word('copied'));
  }

  /** Who stops an answer pays for what had come: the ledger knows how much that was. */
  async lookForBill() {
    for (let look = 0; look < LOOKS && this.requestId && this.state === 'stopped'; look++) {
      await new Promise((later) => setTimeout(later, LOOK_MS));
      try {
        const session = await getExact(`/api/usage/session/${encodeURIComponent(this.sessionId)}`);
        this.bill = session.requests.find((request) => request.request_id === this.requestId) ?? null;
        if (this.bill && this.state === 'stopped') {
          this.show();
          return;
        }
      } catch {
        // The row is not there yet; the note says enough.
      }
    }
  }
}

/** A question in the API's words. */
export function userMessage({ text, pictures }) {
  if (pictures.length === 0) {
    return { role: 'user', content: text };
  }
  const parts = pictures.map((picture) => ({ type: 'image_url', image_url: { url: picture.url } }));
  return { role: 'user', content: text ? [{ type: 'text', text }, ...parts] : parts };
}

function adjusted(adjustments) {
  const shown = (value) => (value === null ? word('leftOut') : typeof value === 'string' ? value : JSON.stringify(value));
  return make(
    'details',
    { class: 'adjusted' },
    make('summary', {}, `${word('adjusted')}: ${adjustments.map((one) => one.param).join(', ')}`),
    make('ul', {}, adjustments.map((one) => make('li', {}, make('code', {}, one.param), ` ${shown(one.from)} → ${shown(one.to)}. ${one.reason}`))),
  );
}

const seconds = (ms) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`);

const asFailure = (caught, requestId) =>
  caught instanceof GatewayError ? caught : new GatewayError({ message: '', code: 'broken_stream', requestId });
