/** Home: what is for you, what is in demand, what is new, and the way to everything else. */
import { picture } from '../art.js';
import { el } from '../dom.js';
import { landscape } from '../landscape.js';
import { categoryPath } from '../paths.js';
import { shelf } from '../shelf.js';
import type { Shop } from '../shop.js';
import { shownTo, visitor } from '../visitor.js';
import type { Page } from './page.js';

export function homePage(shop: Shop, signal: AbortSignal, openPanel: () => void): Page {
  const heading = el('h1', { tabindex: -1 }, shop.line);
  const why = el('button', { type: 'button', class: 'hero-button' }, 'See what this page knows about you');
  why.addEventListener('click', openPanel);
  const hero = el(
    'div',
    { class: 'hero' },
    landscape(),
    el('div', { class: 'hero-words' }, heading, el('p', {}, 'Look around. The shelves follow your taste, and your taste stays with you.'), why),
  );
  const someone = visitor();
  const content = el(
    'div',
    { class: 'home' },
    hero,
    shelf({ testid: 'shelf-for-you', heading: someone ? `For ${someone.name}` : 'For you', request: { kind: 'picks', limit: 12, exclude: ['cart', 'seen'], fallback: ['popular', 'trending'] } }),
    shelf({ testid: 'shelf-trending', heading: 'Trending', request: { kind: 'trending', limit: 12 } }),
    shelf({ testid: 'shelf-new', heading: 'New in', request: { kind: 'new', limit: 12 } }),
    departments(shop),
  );
  void addRecent(content, signal);
  return { title: `${shop.name} · ${shop.line}`, heading, content };
}

/** The visitor's own trail, below everything else, so that it moves nothing when it comes. */
async function addRecent(content: HTMLElement, signal: AbortSignal): Promise<void> {
  const source = await shownTo().catch(() => undefined);
  if (!source || signal.aborted || source.profile.explain().events === 0) return;
  const heading = `${visitor()?.name ?? 'You'} viewed`;
  content.append(shelf({ testid: 'shelf-recent', heading, request: { kind: 'recent', limit: 12, fallback: [] } }));
}

function departments(shop: Shop): HTMLElement {
  const tiles = shop.categories.map((category) => {
    // The newest product stands for its category; the choice is the same for every visitor.
    const sample = shop.inCategory(category.name).at(-1);
    const art = el('span', { class: 'tile-picture' }, sample ? picture(sample.id) : null);
    return el('li', {}, el('a', { class: 'tile', href: categoryPath(category) }, art, el('span', {}, category.name)));
  });
  return el(
    'section',
    { class: 'departments', 'aria-labelledby': 'departments' },
    el('h2', { id: 'departments' }, 'All shelves'),
    el('ul', { role: 'list', class: 'tiles' }, ...tiles),
  );
}
