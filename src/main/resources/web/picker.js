// Which models are asked: one to six of the catalogue. Those without a key are shown, with what they lack.
import { find, make } from '/assets/elements.js';
import { word } from '/assets/words.js';

export const MOST = 6;

export class Picker {
  /** @param chosen ids, in the order of their columns */
  constructor(onChange) {
    this.dialog = find('#picker');
    this.list = find('#picker-list');
    this.search = find('#picker-search');
    this.note = find('#picker-note');
    this.models = [];
    this.chosen = [];
    this.onChange = onChange;
    this.search.addEventListener('input', () => this.show());
    find('[data-close]', this.dialog).addEventListener('click', () => this.dialog.close());
    this.dialog.addEventListener('click', (event) => event.target === this.dialog && this.dialog.close());
  }

  open() {
    this.search.value = '';
    this.show();
    this.dialog.showModal();
    this.search.focus();
  }

  choose(ids) {
    this.chosen = ids;
    this.onChange(ids);
  }

  show() {
    const wanted = this.search.value.trim().toLowerCase();
    const found = this.models.filter((model) => `${model.id} ${model.display_name} ${model.provider}`.toLowerCase().includes(wanted));
    const providers = [...new Set(found.map((model) => model.provider))].sort((a, b) => this.rank(a) - this.rank(b) || a.localeCompare(b));
    this.list.replaceChildren(
      ...providers.map((provider) =>
        make(
          'fieldset',
          {},
          make('legend', {}, make('span', { class: 'dot', 'data-provider': provider, 'aria-hidden': 'true' }), provider),
          found.filter((model) => model.provider === provider).map((model) => this.option(model)),
        ),
      ),
    );
    if (found.length === 0) {
      this.list.append(make('p', { class: 'empty' }, word('noMatch')));
    }
    this.count();
  }

  /** What can be asked at once comes first. */
  rank(provider) {
    return this.models.some((model) => model.provider === provider && model.available) ? 0 : 1;
  }

  option(model) {
    const box = make('input', { type: 'checkbox', value: model.id });
    box.checked = this.chosen.includes(model.id);
    box.disabled = !model.available && !box.checked;
    box.addEventListener('change', () => {
      this.choose(box.checked ? [...this.chosen, model.id] : this.chosen.filter((id) => id !== model.id));
      this.count();
    });
    const lacks = model.missing_variable ? word('setVariable', { variable: model.missing_variable }) : word('off');
    return make(
      'label',
      { class: model.available ? 'option' : 'option lacking' },
      box,
      make('span', { class: 'option-name' }, model.display_name, make('small', {}, model.id)),
      make(
        'span',
        { class: 'option-more' },
        model.available ? '' : make('span', { class: 'tag warn' }, lacks),
        model.capabilities.vision && make('span', { class: 'tag' }, word('sees')),
        model.capabilities.reasoning && make('span', { class: 'tag' }, word('reasons')),
        make('span', { class: 'option-price', title: word('price', { input: model.pricing.input, output: model.pricing.output }) }, `${model.pricing.input} / ${model.pricing.output}`),
      ),
    );
  }

  count() {
    this.note.textContent = word('pickedCount', { count: this.chosen.length });
    for (const box of this.list.querySelectorAll('input')) {
      const model = this.models.find((one) => one.id === box.value);
      box.disabled = !box.checked && (!model.available || this.chosen.length >= MOST);
    }
  }
}
