/** The integration, live: what is printed here is what runs here, since both are the same file. */
import { el } from '../dom.js';
import type { Shop } from '../shop.js';
import { recommend } from '../ten-lines/recommend.js';
import script from '../ten-lines/recommend.js?raw';
import tag from '../ten-lines/tag.html?raw';
import type { Page } from './page.js';

export function tenLinesPage(shop: Shop): Page {
  const heading = el('h1', { tabindex: -1 }, 'Ten lines');
  const words = 'This is all that a shop writes. The text on this page is the file that made the list beside it, in your browser, just now.';
  const links = el('div', { class: 'lines-links', 'data-testid': 'lines-result' });
  recommend(links).catch((problem: unknown) => links.append(el('p', {}, `No list could be made: ${String(problem)}`)));
  const content = el(
    'div',
    { class: 'lines' },
    el('div', { class: 'page-head' }, heading, el('p', {}, words)),
    example('By script', 'Your own list, from what this page knows about you.', script, 'lines-script', links),
    example('Or by a tag', 'The element of the package, in the cards of this shop.', tag, 'lines-tag', parsed(tag)),
    el('p', { class: 'lines-more' }, 'Every shelf of this shop is such a tag.'),
  );
  return { title: `Ten lines · ${shop.name}`, heading, content };
}

function example(title: string, words: string, source: string, testid: string, result: Node): HTMLElement {
  const count = source.trim().split('\n').length;
  return el(
    'section',
    { class: 'lines-example', 'aria-label': title },
    el('div', { class: 'lines-words' }, el('h2', {}, title), el('p', {}, words)),
    el('figure', { class: 'lines-source' }, el('figcaption', {}, `${count} ${count === 1 ? 'line' : 'lines'}`), el('pre', { tabindex: 0, 'aria-label': `Source: ${title}`, role: 'region', 'data-testid': testid }, el('code', {}, source.trim()))),
    el('div', { class: 'lines-result' }, result),
  );
}

/** Markup of our own file, never of a catalogue. */
function parsed(markup: string): DocumentFragment {
  const fragment = document.createDocumentFragment();
  fragment.append(...new DOMParser().parseFromString(markup, 'text/html').body.childNodes);
  return fragment;
}
