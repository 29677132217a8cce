// Elements without a framework: text is always text, never markup.

/** Makes an element. Properties that begin with "on" are listeners, `class` and `data-…`, `aria-…` are attributes. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) {
      continue;
    }
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else if (name in element && !name.includes('-') && typeof value !== 'string') {
      element[name] = value;
    } else {
      element.setAttribute(name === 'className' ? 'class' : name, value === true ? '' : value);
    }
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const find = (selector, inside = document) => inside.querySelector(selector);

export const findAll = (selector, inside = document) => [...inside.querySelectorAll(selector)];

/** Puts a text on the clipboard, also where the page did not come over TLS from another machine. */
export async function copy(text) {
  if (navigator.clipboard && window.isSecureContext) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const area = make('textarea', { class: 'offscreen', readonly: true });
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}

/** Icons as paths of a 24 × 24 drawing. */
const ICONS = {
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  check: 'M4 12.5 10 18 20 6',
  retry: 'M4 4v6h6M20 20v-6h-6M5.5 15a7.5 7.5 0 0 0 13 2.5M18.5 9a7.5 7.5 0 0 0-13-2.5',
  close: 'M6 6 18 18M18 6 6 18',
  warn: 'M12 4 2.5 20h19zM12 10v4.5M12 17.2v.3',
};

export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}

/** A button that copies what `text` gives, and says so. */
export function copyButton(label, done, text) {
  const button = make('button', { type: 'button', class: 'quiet small', 'aria-label': label, title: label }, icon('copy'));
  button.addEventListener('click', async () => {
    await copy(text());
    button.replaceChildren(icon('check'));
    announce(done);
    setTimeout(() => button.replaceChildren(icon('copy')), 1500);
  });
  return button;
}

/** Tells a screen reader, once and politely. */
export function announce(text) {
  const place = find('#announcement');
  place.textContent = '';
  requestAnimationFrame(() => {
    place.textContent = text;
  });
}
