/** A product: what it is, what goes with it, what is like it. */
import { picture } from '../art.js';
import { addOne } from '../cart.js';
import { announce, button, el } from '../dom.js';
import { categoryPath, productPath } from '../paths.js';
import { shelf } from '../shelf.js';
import type { Product, Shop } from '../shop.js';
import { observe } from '../visitor.js';
import { swatch } from './category.js';
import type { Page } from './page.js';

export function productPage(product: Product, shop: Shop): Page {
  const heading = el('h1', { tabindex: -1 }, product.title);
  const seeds = [product.id];
  const content = el(
    'div',
    { class: 'product', 'data-product': product.id },
    el(
      'article',
      { class: 'product-main' },
      el('div', { class: 'product-picture' }, picture(product.id, `${product.title} by ${product.brand}`)),
      el('div', { class: 'product-words' }, trail(product, shop), heading, el('p', { class: 'product-brand' }, `by ${product.brand}`), ...details(product, shop)),
    ),
    shelf({ testid: 'shelf-together', heading: 'Bought together', request: { kind: 'together', seeds, limit: 8, exclude: ['cart'], fallback: ['similar', 'trending'] } }),
    shelf({ testid: 'shelf-similar', heading: 'People also chose', request: { kind: 'similar', seeds, limit: 12 } }),
  );
  return { title: `${product.title} · ${shop.name}`, heading, content };
}

function trail(product: Product, shop: Shop): HTMLElement | null {
  const category = shop.categoryNamed(product.category);
  if (!category) return null;
  return el('nav', { class: 'kicker', 'aria-label': 'Where this is' }, el('a', { href: categoryPath(category) }, category.name));
}

function details(product: Product, shop: Shop): HTMLElement[] {
  const add = button('Add to cart', { class: 'main-button', 'data-testid': 'add-to-cart' }, () => {
    addOne(product.id);
    observe('addToCart', product.id);
    announce(`${product.title} is in your cart`);
    add.classList.remove('added');
    // Restarts the tick when the button is pressed twice.
    requestAnimationFrame(() => add.classList.add('added'));
  });
  return [
    el('p', { class: 'product-price' }, shop.money(product.price)),
    el('p', { class: 'product-text' }, product.description),
    colours(product, shop),
    add,
    el(
      'dl',
      { class: 'facts' },
      el('div', {}, el('dt', {}, 'Material'), el('dd', {}, product.material)),
      el('div', {}, el('dt', {}, 'In the shop since'), el('dd', {}, since(product.released))),
      el('div', {}, el('dt', {}, 'Number'), el('dd', {}, product.id)),
    ),
  ];
}

function since(day: string): string {
  return new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));
}

function colours(product: Product, shop: Shop): HTMLElement {
  const links = shop.colours(product).map((other) => {
    const own = other.id === product.id;
    const link = el('a', { class: 'colour', href: productPath(other), 'aria-current': own ? 'true' : undefined }, swatch(shop.rgb(other.colour)), el('span', {}, other.colour));
    return el('li', {}, link);
  });
  return el('ul', { class: 'colours', role: 'list', 'aria-label': 'Colours' }, ...links);
}
