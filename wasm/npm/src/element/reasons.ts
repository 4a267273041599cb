/**
 * Loaded for the first shelf with `reasons`: why an item is in its list, in the words of the page.
 */
import type { Label, Labels } from './labels.js';
import type { ListRequest, Profile, Recommender, Result, ResultItem, Seeds } from '../types.js';

const ENGLISH: Labels = {
  bought: 'Because you bought {title}',
  cart: 'Because your cart has {title}',
  viewed: 'Because you viewed {title}',
  'similar-to': 'Similar to {title}',
  'together-with': 'Goes with {title}',
  'your-taste': 'Chosen for you',
  trending: 'Trending now',
  popular: 'Bestseller',
  new: 'New',
  recent: 'You viewed this',
  again: 'You bought this before',
  chosen: 'Our choice',
  given: '',
};

export interface Context {
  readonly engine: Recommender;
  readonly labels: Labels;
  readonly request: ListRequest;
  readonly say: (label: Label | undefined, words: { title: string | undefined }) => string;
  readonly allOf: (ids: readonly string[]) => ListRequest;
}

/** The line of every item of a list that has something to say. */
export async function reasonsOf({ items }: Result, { engine, labels, request, say, allOf }: Context): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(items.flatMap(({ reason: { because } }) => because ?? []))];
  const { cards = true, signal } = request;
  // With a rotation the question counts as one about the shopper: it fetches the same for every shopper.
  const { items: named } = ids.length === 0 ? { items: [] } : await engine.recommend({ ...allOf(ids), rotate: 0, cards, ...(signal && { signal }) });
  const titles = new Map(named.map(({ id, card }) => [id, card?.title]));
  const words = { ...ENGLISH, ...labels };
  const seeds = seedsOf(request.seeds);
  const line = ({ reason: { kind, because = '' } }: ResultItem): string => {
    const title = titles.get(because);
    const seeded = seeds.includes(because);
    // That it is about the item of the page is what the heading says.
    if (seeded && seeds.length === 1) return '';
    const own = seeded ? '' : say(words[deed(because, engine.profile)], { title });
    return own || say(words[kind], { title }) || (because && say(words['your-taste'], { title }));
  };
  return new Map(items.map((item) => [item.id, line(item)]));
}

function seedsOf(seeds: Seeds | undefined): readonly string[] {
  if (seeds === undefined || (typeof seeds === 'object' && 'image' in seeds)) return [];
  return [seeds].flat().map(String);
}

/** What the shopper did with the item that counted most. */
function deed(item: string, profile: Profile): string {
  if (profile.cart.includes(item)) return 'cart';
  const did = profile.explain().items.find((known) => known.item === item)?.did;
  return did === undefined ? '' : did.includes('purchase') ? 'bought' : 'viewed';
}
