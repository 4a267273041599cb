/** A product on a shelf or in a grid: one link, one box, the same size before and after it is filled. */
import { picture } from './art.js';
import { el } from './dom.js';
import { productPath } from './paths.js';
import type { Product, Shop } from './shop.js';

export function card(product: Product, shop: Shop, reason?: string): HTMLLIElement {
  const link = el(
    'a',
    { class: 'card', href: productPath(product) },
    el('span', { class: 'card-picture' }, picture(product.id)),
    el('span', { class: 'card-brand' }, product.brand),
    el('span', { class: 'card-title' }, product.title),
    el('span', { class: 'card-price' }, shop.money(product.price)),
  );
  const why = reason === undefined ? null : el('p', { class: 'card-reason' }, reason);
  return el('li', { class: 'cell', 'data-item': product.id }, link, why);
}

/** The box of a card that is still on its way. */
export function cardBox(withReason: boolean): HTMLLIElement {
  const line = (name: string) => el('span', { class: name }, el('span', { class: 'bone' }));
  const box = el('div', { class: 'card' }, el('span', { class: 'card-picture bone' }), line('card-brand'), line('card-title'), line('card-price'));
  return el('li', { class: 'cell cell-empty', 'aria-hidden': 'true' }, box, withReason && el('p', { class: 'card-reason' }));
}
