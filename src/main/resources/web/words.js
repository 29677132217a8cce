// English and Korean. Static text names its word in data-words; the rest asks for it by word().
import en from '/assets/words-en.js';
import ko from '/assets/words-ko.js';

const BOOKS = { en, ko };

export const language = () => (document.documentElement.lang === 'ko' ? 'ko' : 'en');

/** The word of that name; {name} in it is replaced by the value of that name. */
export function word(name, values = {}) {
  const text = BOOKS[language()][name] ?? en[name];
  if (text === undefined) {
    throw new Error(`no such word: ${name}`);
  }
  return text.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? values[key] : whole));
}

export const hasWord = (name) => name in en;

/** Puts the words in place: data-words is the text, data-words-x the attribute x. */
export function speak(root = document) {
  for (const element of root.querySelectorAll('[data-words]')) {
    element.textContent = word(element.dataset.words);
  }
  for (const attribute of ['aria-label', 'placeholder', 'title']) {
    for (const element of root.querySelectorAll(`[data-words-${attribute}]`)) {
      element.setAttribute(attribute, word(element.getAttribute(`data-words-${attribute}`)));
    }
  }
}
