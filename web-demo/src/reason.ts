/** Says in words why something is on a shelf, and what stands in when a list has too little to go on. */
import type { Level, Profile, Reason, Result } from 'cookshelf';
import type { Shop } from './shop.js';

/** What the shopper did with the item that counted most. */
function deed(item: string, profile: Profile): string {
  const did = profile.explain().items.find((known) => known.item === item)?.did ?? [];
  if (did.includes('purchase')) return 'Because you bought';
  if (profile.cart.includes(item)) return 'Because your cart has';
  return 'Because you viewed';
}

export function reasonText(reason: Reason, shop: Shop, profile: Profile, seeds: readonly string[]): string {
  const { kind, because } = reason;
  const product = because === undefined ? undefined : shop.product(because);
  const seeded = because !== undefined && seeds.includes(because);
  switch (kind) {
    case 'similar-to':
      if (seeded && seeds.length === 1) return 'Chosen by the same people';
      return product ? `${seeded ? 'Like' : deed(product.id, profile)} ${product.title}` : 'Like what you viewed';
    case 'together-with':
      if (seeded && seeds.length === 1) return 'Often in the same basket';
      return product ? `Goes with ${product.title}` : 'Often in the same basket';
    case 'your-taste':
      return product ? `${deed(product.id, profile)} ${product.title}` : 'Close to what you viewed';
    case 'trending':
      return 'Trending now';
    case 'popular':
      return 'A bestseller';
    case 'new':
      return 'New in the shop';
    case 'recent':
      return 'You viewed this';
    case 'again':
      return 'You bought this before';
    case 'chosen':
      return 'Picked by the shop';
    case 'given':
      return 'Picked for this page';
  }
}

const STAND_INS: Partial<Record<Reason['kind'], string>> = {
  'similar-to': 'similar goods',
  trending: 'trending goods',
  popular: 'bestsellers',
  new: 'new arrivals',
};

/** Empty for a list that is what its heading says. */
export function levelText(result: Result): string {
  // What stands in comes after what was asked for.
  const last = result.items.at(-1);
  const instead = (last && STAND_INS[last.reason.kind]) ?? 'other goods';
  const texts: Record<Level, string> = {
    asked: '',
    'partly-fallback': `Topped up with ${instead}.`,
    fallback: `Nothing to go on yet. Instead: ${instead}.`,
    empty: 'Nothing to show here.',
  };
  return texts[result.level];
}
