/** The storefront: loads the shop, shows the page the address names, moves the focus with it. */
import { loadArt } from './art.js';
import { createBar } from './bar.js';
import { defineCard } from './card.js';
import { cartCount, onCart } from './cart.js';
import { el, fixed } from './dom.js';
import { recallOffline } from './offline.js';
import { cartPage } from './pages/cart.js';
import { categoryPage } from './pages/category.js';
import { homePage } from './pages/home.js';
import type { Page } from './pages/page.js';
import { productPage } from './pages/product.js';
import { tenLinesPage } from './pages/ten-lines.js';
import { createPanel } from './panel.js';
import { categoryPath, HOME, type Place, readPlace } from './paths.js';
import { agreedTo, keepShop, recommender } from './recommender.js';
import { loadShop, type Shop } from './shop.js';
import { observe, onVisitor } from './visitor.js';

const main = fixed('main', HTMLElement);

function missingPage(shop: Shop): Page {
  const heading = el('h1', { tabindex: -1 }, 'Nothing here');
  const content = el('div', { class: 'page-head' }, heading, el('p', {}, 'This page has gone for a walk. ', el('a', { href: HOME }, 'Back to the shop')));
  return { title: `Nothing here · ${shop.name}`, heading, content };
}

function makePage(place: Place, shop: Shop, signal: AbortSignal, openPanel: () => void): Page {
  switch (place.page) {
    case 'home':
      return homePage(shop, signal, openPanel);
    case 'category': {
      const category = shop.category(place.name);
      return category ? categoryPage(category, place.search, shop) : missingPage(shop);
    }
    case 'product': {
      const product = shop.product(place.name);
      return product ? productPage(product, shop) : missingPage(shop);
    }
    case 'cart':
      return cartPage(shop, signal);
    case 'ten-lines':
      return tenLinesPage(shop);
    case 'missing':
      return missingPage(shop);
  }
}

function categoryLinks(shop: Shop): void {
  const links = shop.categories.map((category) => el('li', {}, el('a', { href: categoryPath(category) }, category.name)));
  fixed('categories', HTMLElement).replaceChildren(el('ul', { role: 'list' }, ...links));
}

function markCurrent(): void {
  const path = location.hash.split('?')[0];
  for (const link of document.querySelectorAll('#categories a')) {
    if (link.getAttribute('href') === path) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
}

function showCount(): void {
  const count = cartCount();
  fixed('cart-count', HTMLElement).textContent = String(count);
  fixed('cart-link', HTMLElement).setAttribute('aria-label', `Cart, ${count} ${count === 1 ? 'thing' : 'things'}`);
}

/** A page that is drawn again, after an erase for example, was not viewed again. */
function noteView(place: Place, shop: Shop): void {
  if (place.page === 'product' && shop.product(place.name)) observe('view', place.name);
}

function start(shop: Shop): void {
  let leaving = new AbortController();
  /** Where each page was scrolled to, for going back. */
  const scrolled = new Map<string, number>();
  let current = location.hash;
  let forward = false;

  const show = (visited: boolean, moveFocus: boolean, top: number) => {
    leaving.abort();
    leaving = new AbortController();
    const place = readPlace(location.hash);
    const page = makePage(place, shop, leaving.signal, () => panel.open());
    main.replaceChildren(page.content);
    if (visited) noteView(place, shop);
    document.title = page.title;
    markCurrent();
    window.scrollTo({ top, behavior: 'instant' });
    if (moveFocus) page.heading.focus({ preventScroll: true });
  };
  const again = () => show(false, false, window.scrollY);
  const panel = createPanel(shop, again);
  onVisitor(again);
  createBar(shop);

  history.scrollRestoration = 'manual';
  fixed('open-panel', HTMLButtonElement).addEventListener('click', () => panel.open());
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    const hash = link?.getAttribute('href') ?? '';
    if (hash.startsWith('#/')) forward = true;
    if (hash === '#main') {
      event.preventDefault();
      main.focus();
    }
  });
  window.addEventListener('hashchange', () => {
    const top = forward ? 0 : (scrolled.get(location.hash) ?? 0);
    forward = false;
    current = location.hash;
    show(true, true, top);
  });
  window.addEventListener('scroll', () => {
    if (location.hash === current) scrolled.set(current, window.scrollY);
  }, { passive: true });
  onCart(showCount);
  showCount();
  categoryLinks(shop);
  show(true, false, 0);
}

async function open(): Promise<void> {
  const kept = agreedTo() === 'device';
  if (kept) await recallOffline();
  // The recommender loads beside the shop, not after it.
  recommender().catch(() => undefined);
  if (kept) void keepShop('device');
  const [shop] = await Promise.all([loadShop(), loadArt()]);
  defineCard(shop);
  start(shop);
}

open().catch((problem: unknown) => {
  const text = problem instanceof Error ? problem.message : String(problem);
  main.replaceChildren(el('div', { class: 'page-head' }, el('h1', {}, 'The shop is closed'), el('p', {}, `It could not be opened: ${text}. Reload to try again.`)));
});
