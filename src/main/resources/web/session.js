// One session: its totals and its requests, newest first.
import { find, make } from '/assets/elements.js';
import { errorBox } from '/assets/errors.js';
import { session } from '/assets/ledger.js';
import { kept } from '/assets/page.js';
import { fill, figure, money, requestColumns } from '/assets/tables.js';
import { word } from '/assets/words.js';

export class SessionPanel {
  constructor() {
    this.id = '';
    this.answer = null;
    this.field = find('#session');
    find('#session-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.show(this.field.value.trim());
    });
    find('#session-more').addEventListener('click', () => this.more());
    find('#sessions').replaceChildren(...(kept('sessions') ?? '').split(' ').filter(Boolean).map((id) => make('option', { value: id })));
  }

  async show(id) {
    this.id = id;
    this.field.value = id;
    if (id === '') {
      return;
    }
    try {
      this.answer = await session(id);
      this.draw();
    } catch (failure) {
      this.answer = null;
      find('#session-requests').replaceChildren();
      find('#session-paging').hidden = true;
      find('#session-totals').replaceChildren(failure.code === 'not_found' ? make('p', { class: 'empty' }, word('unknownSession')) : errorBox(failure));
    }
  }

  async more() {
    const next = await session(this.id, this.answer.next_cursor);
    this.answer = { ...next, requests: [...this.answer.requests, ...next.requests] };
    this.draw();
  }

  /** Asks again where only the first page is shown, so that it lives like the rest. */
  async refresh() {
    if (this.answer && this.answer.requests.length <= 50) {
      await this.show(this.id);
    }
  }

  draw() {
    if (!this.answer) {
      return;
    }
    const { answer } = this;
    const fact = (name, id, value) => make('div', { 'data-fact': id }, make('dt', {}, word(name)), make('dd', {}, value));
    find('#session-totals').replaceChildren(
      make(
        'dl',
        { class: 'facts big' },
        fact('requests', 'request_count', figure(answer.request_count)),
        fact('promptTokens', 'prompt_tokens', figure(answer.prompt_tokens)),
        fact('completionTokens', 'completion_tokens', figure(answer.completion_tokens)),
        fact('totalTokens', 'total_tokens', figure(answer.total_tokens)),
        fact('totalCost', 'total_cost', money(answer.total_cost)),
      ),
    );
    fill(find('#session-requests'), requestColumns, answer.requests);
    find('#session-paging').hidden = !answer.next_cursor;
  }
}
