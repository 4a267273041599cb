/** A product on a shelf or in a grid: one link, one box, the same size before and after it is filled. */
import { picture } from './art.js';
import { el } from './dom.js';
import { productPath } from './paths.js';
import { reasonText } from './reason.js';
import type { Product, Shop } from './shop.js';

/** What `<cook-shelf>` puts into each of its cells, by the template of index.html: it looks up the product by itself. */
export function defineCard(shop: Shop): void {
  customElements.define(
    'shop-card',
    class extends HTMLElement {
      connectedCallback(): void {
        const id = this.closest<HTMLElement>('[data-item]')?.dataset['item'];
        const product = id === undefined ? undefined : shop.product(id);
        // A cell that stays in the list is the same one, perhaps for another reason.
        if (this.firstChild === null) this.append(product ? link(product, shop) : emptyCard(), el('p', { class: 'card-reason' }));
        const shelf = this.closest('cook-shelf');
        const item = shelf?.items.find((other) => other.id === id);
        const why = this.querySelector('.card-reason');
        if (why && item) why.textContent = reasonText(item.reason, shop, shelf?.request?.seeds);
      }
    },
  );
}

export function card(product: Product, shop: Shop): HTMLLIElement {
  return el('li', { class: 'cell', 'data-item': product.id }, link(product, shop));
}

function link(product: Product, shop: Shop): HTMLElement {
  return el(
    'a',
    { class: 'card', href: productPath(product) },
    el('span', { class: 'card-picture' }, picture(product.id)),
    el('span', { class: 'card-brand' }, product.brand),
    el('span', { class: 'card-title' }, product.title),
    el('span', { class: 'card-price' }, shop.money(product.price)),
  );
}

/** The box of a card that is still on its way. */
function emptyCard(): HTMLElement {
  const line = (name: string) => el('span', { class: name }, el('span', { class: 'bone' }));
  return el('div', { class: 'card' }, el('span', { class: 'card-picture' }), line('card-brand'), line('card-title'), line('card-price'));
}
