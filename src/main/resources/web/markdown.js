// A model's words as HTML. They are a stranger's text: three walls stand between them and the page. Markup in them is shown
// as text, what Markdown makes of the rest is cleaned, and the Content-Security-Policy runs and loads nothing of it.
import DOMPurify from '/assets/purify.js';
import { Marked } from '/assets/marked.js';
import { copyButton, make } from '/assets/elements.js';
import { word } from '/assets/words.js';

const escape = (text) =>
  text.replace(/[&<>"']/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[c]);

const marked = new Marked({
  gfm: true,
  breaks: true,
  renderer: {
    html: ({ text }) => escape(text),
    // A picture would be fetched from a host that the model chose.
    image: ({ href, text }) => `<a href="${escape(href)}">${escape(text || href)}</a>`,
  },
});

const CLEAN = {
  ALLOWED_TAGS: [
    'a', 'blockquote', 'br', 'code', 'del', 'em', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'input', 'li', 'ol', 'p',
    'pre', 'strong', 'table', 'tbody', 'td', 'th', 'thead', 'tr', 'ul',
  ],
  ALLOWED_ATTR: ['align', 'checked', 'class', 'disabled', 'href', 'start', 'title', 'type'],
  ALLOWED_URI_REGEXP: /^(?:https?|mailto):/i,
  RETURN_DOM_FRAGMENT: true,
};

DOMPurify.addHook('afterSanitizeAttributes', (node) => {
  if (node.tagName === 'A') {
    node.setAttribute('target', '_blank');
    node.setAttribute('rel', 'noopener noreferrer nofollow');
  } else if (node.tagName === 'INPUT' && node.getAttribute('type') !== 'checkbox') {
    node.remove();
  } else if (node.tagName === 'INPUT') {
    node.setAttribute('aria-hidden', 'true');
  }
});

/** The text as a fragment of safe HTML. */
export function render(text, { finished = true } = {}) {
  const fragment = DOMPurify.sanitize(marked.parse(text), CLEAN);
  for (const heading of fragment.querySelectorAll('h1, h2, h3, h4, h5, h6')) {
    // The page's own headings end at the model's name.
    const level = Math.min(6, Number(heading.tagName[1]) + 2);
    const lower = make(`h${level}`, {}, ...heading.childNodes);
    heading.replaceWith(lower);
  }
  if (finished) {
    fragment.querySelectorAll('pre').forEach(dress);
  }
  for (const corner of fragment.querySelectorAll('th:empty')) {
    // An empty corner is the head of nothing.
    corner.replaceWith(make('td'));
  }
  fragment.querySelectorAll('table').forEach((table) => {
    const frame = make('div', { class: 'scrolls', tabindex: '0', role: 'group', 'aria-label': word('table') });
    table.replaceWith(frame);
    frame.append(table);
  });
  return fragment;
}

/** Colours a block of code where its language is known, and gives it a button that copies it. */
function dress(block) {
  const code = block.querySelector('code');
  const name = /language-([\w+#-]+)/.exec(code?.className ?? '')?.[1]?.toLowerCase() ?? '';
  block.setAttribute('tabindex', '0');
  const text = (code ?? block).textContent;
  colour(code, name);
  const frame = make('div', { class: 'code' });
  block.replaceWith(frame);
  frame.append(
    make('div', { class: 'code-bar' }, make('span', {}, name), copyButton(word('copyCode'), word('copied'), () => text)),
    block,
  );
}

const ALIASES = { js: 'javascript', ts: 'typescript', py: 'python', sh: 'bash', shell: 'bash', html: 'markup', xml: 'markup', yml: 'yaml' };

/** Colours code; of no effect for a language that the highlighter does not have. */
export function colour(code, name) {
  const language = ALIASES[name] ?? name;
  const grammar = window.Prism?.languages[language];
  if (code && typeof grammar === 'object') {
    const html = window.Prism.highlight(code.textContent, grammar, language);
    code.replaceChildren(DOMPurify.sanitize(html, { ALLOWED_TAGS: ['span'], ALLOWED_ATTR: ['class'], RETURN_DOM_FRAGMENT: true }));
  }
}
