// The prompt, its settings and its keys.
import { find } from '/assets/elements.js';
import { word } from '/assets/words.js';
import { Pictures } from '/assets/pictures.js';

const HIGHEST_PX = 220;

export class Composer {
  constructor({ onSend, onStop, onTrouble }) {
    this.form = find('#composer');
    this.prompt = find('#prompt');
    this.sendButton = find('#send');
    this.stopButton = find('#stop');
    this.pictures = new Pictures(onTrouble);
    this.onSend = onSend;
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.submit();
    });
    this.prompt.addEventListener('keydown', (event) => {
      // While Korean is composed, Enter ends the syllable and must not send.
      if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
        event.preventDefault();
        this.submit();
      }
    });
    document.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !document.querySelector('dialog[open]')) {
        onStop();
      }
    });
    this.prompt.addEventListener('input', () => this.grow());
    this.prompt.addEventListener('paste', (event) => this.pictures.add([...event.clipboardData.files]));
    this.stopButton.addEventListener('click', onStop);
    find('#settings').addEventListener('change', () => this.speak());
  }

  submit() {
    const text = this.prompt.value.trim();
    if (this.sendButton.disabled || (text === '' && this.pictures.pictures.length === 0)) {
      return;
    }
    if (!this.form.checkValidity()) {
      // A field that is folded away could not say what is wrong with it.
      find('#settings').open = true;
      this.form.reportValidity();
      return;
    }
    if (this.onSend({ text, pictures: this.pictures.take() })) {
      this.prompt.value = '';
      this.grow();
    }
    this.prompt.focus();
  }

  runs(running) {
    this.sendButton.disabled = running;
    this.stopButton.hidden = !running;
  }

  grow() {
    this.prompt.style.height = 'auto';
    this.prompt.style.height = `${Math.min(this.prompt.scrollHeight + 2, HIGHEST_PX)}px`;
  }

  /** What is set, for the request; what is left empty is the provider's to choose. */
  settings() {
    const value = (id) => find(id).value.trim();
    return {
      system: value('#system'),
      temperature: value('#temperature'),
      maxTokens: value('#max-tokens'),
      user: value('#user-id'),
    };
  }

  /** What is set is said where the settings are folded away. */
  speak() {
    const set = this.settings();
    const what = [
      set.system && word('system'),
      set.temperature && `${word('temperature')} ${set.temperature}`,
      set.maxTokens && `${word('maxTokens')} ${set.maxTokens}`,
      set.user && `${word('userId')} ${set.user}`,
    ].filter(Boolean);
    const summary = find('#settings summary');
    summary.textContent = what.length > 0 ? word('settingsWith', { what: what.join(', ') }) : word('settings');
  }
}
