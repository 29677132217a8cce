// One model's conversation.
import { icon, make } from '/assets/elements.js';
import { Turn, userMessage } from '/assets/turn.js';
import { word } from '/assets/words.js';

const NEAR_END_PX = 80;

export class Column {
  /** @param requestOf makes a request's body of a model and its messages */
  constructor(model, { onRemove, onChange, requestOf }) {
    this.model = model;
    this.onChange = onChange;
    this.requestOf = requestOf;
    this.turns = [];
    this.following = true;
    this.head = make('header', { class: 'column-head' });
    this.scroller = make('div', { class: 'turns', tabindex: '0', role: 'group' });
    this.scroller.addEventListener('scroll', () => {
      const { scrollHeight, scrollTop, clientHeight } = this.scroller;
      this.following = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    });
    this.onRemove = onRemove;
    this.element = make('section', { class: 'column', 'data-model': model.id }, this.head, this.scroller);
    this.speak();
  }

  /** Writes its own words again, in the language of now. */
  speak() {
    const { model } = this;
    const id = `column-${model.id.replace(/[^\w-]/g, '_')}`;
    this.element.setAttribute('aria-labelledby', id);
    this.scroller.setAttribute('aria-label', word('conversation', { model: model.display_name }));
    this.stopButton = make('button', { type: 'button', class: 'quiet small', hidden: !this.running, onclick: () => this.stop(), 'aria-label': word('stopOne', { model: model.display_name }) }, word('stop'));
    const remove = word('removeColumn', { model: model.display_name });
    this.head.replaceChildren(
      make('span', { class: 'dot', 'data-provider': model.provider, 'aria-hidden': 'true' }),
      make('div', { class: 'column-name' }, make('h2', { id }, model.display_name), make('p', {}, model.id === model.display_name ? model.provider : `${model.provider} · ${model.id}`)),
      this.stopButton,
      make('button', { type: 'button', class: 'quiet small', 'aria-label': remove, title: remove, onclick: () => this.onRemove(this) }, icon('close')),
    );
    if (this.turns.length === 0) {
      this.scroller.replaceChildren(about(model));
    }
    this.turns.filter((turn) => !turn.running).forEach((turn) => turn.show());
  }

  get running() {
    return this.turns.some((turn) => turn.running);
  }

  /** The messages of all turns before that one; all where none is given. */
  messages(before) {
    const end = before ? this.turns.indexOf(before) : this.turns.length;
    return this.turns.slice(0, end).flatMap((turn) => turn.messages);
  }

  async ask(question) {
    const turn = new Turn(this.model, question, { onRetry: (again) => this.run(again), onGrow: () => this.follow() });
    if (this.turns.length === 0) {
      this.scroller.replaceChildren();
    }
    this.turns.push(turn);
    this.scroller.append(turn.element);
    this.following = true;
    await this.run(turn);
  }

  async run(turn) {
    if (this.running) {
      return;
    }
    const body = this.requestOf(this.model, [...this.messages(turn), userMessage(turn.question)]);
    const end = turn.run(body);
    this.stopButton.hidden = false;
    this.element.classList.add('runs');
    this.onChange();
    await end;
    this.stopButton.hidden = true;
    this.element.classList.remove('runs');
    this.onChange();
  }

  stop() {
    this.turns.forEach((turn) => turn.stop());
  }

  clear() {
    this.stop();
    this.turns = [];
    this.speak();
  }

  follow() {
    if (this.following) {
      this.scroller.scrollTop = this.scroller.scrollHeight;
    }
  }
}

function about(model) {
  const abilities = [model.capabilities.vision && word('sees'), model.capabilities.reasoning && word('reasons')].filter(Boolean);
  return make(
    'div',
    { class: 'about' },
    make('p', {}, word('context', { tokens: grouped(model.context_window) })),
    make('p', {}, word('price', { input: model.pricing.input, output: model.pricing.output })),
    abilities.length > 0 && make('p', {}, abilities.join(' · ')),
  );
}

const grouped = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ',');
