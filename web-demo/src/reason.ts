/** Says in words why something is on a shelf. */
import type { Reason, Seeds } from 'cookshelf';
import type { Shop } from './shop.js';
import { shownNow, visitor } from './visitor.js';

/** What the shopper did with the item that counted most. */
function deed(item: string): string {
  const who = visitor()?.name ?? 'you';
  const { profile } = shownNow() ?? {};
  const did = profile?.explain().items.find((known) => known.item === item)?.did ?? [];
  if (did.includes('purchase')) return `Because ${who} bought`;
  if (profile?.cart.includes(item)) return 'Because your cart has';
  return `Because ${who} viewed`;
}

/** `about`: the seeds of the list; reasons speak of them differently. */
export function reasonText(reason: Reason, shop: Shop, about: Seeds | undefined): string {
  const seeds = Array.isArray(about) ? about.map(String) : [];
  const { kind, because } = reason;
  const product = because === undefined ? undefined : shop.product(because);
  const seeded = because !== undefined && seeds.includes(because);
  switch (kind) {
    case 'similar-to':
      if (seeded && seeds.length === 1) return 'Chosen by the same people';
      return product ? `${seeded ? 'Like' : deed(product.id)} ${product.title}` : 'Like what was viewed';
    case 'together-with':
      if (seeded && seeds.length === 1) return 'Often in the same basket';
      return product ? `Goes with ${product.title}` : 'Often in the same basket';
    case 'your-taste':
      return product ? `${deed(product.id)} ${product.title}` : 'Close to what was viewed';
    case 'trending':
      return 'Trending now';
    case 'popular':
      return 'A bestseller';
    case 'new':
      return 'New in the shop';
    case 'recent':
      return 'Viewed before';
    case 'again':
      return 'Bought before';
    case 'chosen':
      return 'Picked by the shop';
    case 'given':
      return 'Picked for this page';
  }
}
