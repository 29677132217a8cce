// What both pages have: the switches of language and light, and the question for a key.
import { find, findAll } from '/assets/elements.js';
import { gatewayKey, keepGatewayKey } from '/assets/gateway.js';
import { language, speak, word } from '/assets/words.js';

const root = document.documentElement;

/** Keeps a small choice of the reader; where the browser forbids that, it is good for this visit. */
export function keep(name, value) {
  try {
    localStorage.setItem(`caravan.${name}`, value);
  } catch {
    // A choice that cannot be kept is made again next time.
  }
}

export function kept(name) {
  try {
    return localStorage.getItem(`caravan.${name}`);
  } catch {
    return null;
  }
}

/** Begins the page; `changed` runs after a change of language or light, for what the page drew itself. */
export function begin(title, changed) {
  const show = () => {
    document.title = `${word(title)} – Caravan`;
    speak();
    press();
  };
  for (const button of findAll('[data-theme-choice]')) {
    button.addEventListener('click', () => {
      root.dataset.theme = button.dataset.themeChoice;
      keep('theme', root.dataset.theme);
      press();
      changed();
    });
  }
  for (const button of findAll('[data-language]')) {
    button.addEventListener('click', () => {
      root.lang = button.dataset.language;
      keep('language', root.lang);
      show();
      changed();
    });
  }
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed);
  askForKey();
  show();
}

function press() {
  for (const button of findAll('[data-theme-choice]')) {
    button.setAttribute('aria-pressed', String((root.dataset.theme ?? 'auto') === button.dataset.themeChoice));
  }
  for (const button of findAll('[data-language]')) {
    button.setAttribute('aria-pressed', String(language() === button.dataset.language));
  }
}

function askForKey() {
  const dialog = find('#key-dialog');
  const field = find('#key', dialog);
  document.addEventListener('caravan:key-wanted', () => {
    if (!dialog.open) {
      field.value = gatewayKey();
      dialog.showModal();
    }
  });
  find('form', dialog).addEventListener('submit', (event) => {
    event.preventDefault();
    keepGatewayKey(field.value);
    dialog.close();
    document.dispatchEvent(new CustomEvent('caravan:key-given'));
  });
  find('[data-close]', dialog).addEventListener('click', () => dialog.close());
}
