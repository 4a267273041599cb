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
  readonly recommender: Recommender;
  readonly labels: Labels;
  readonly request: ListRequest;
  /** Whether the list is about the shopper, by its question or its group's. */
  readonly aboutShopper: boolean;
  readonly say: (label: Label | undefined, words: { title: string | undefined }) => string;
  readonly allOf: (ids: readonly string[]) => ListRequest;
}

/** The line of every item of a list that has something to say. */
export async function reasonsOf(result: Result, context: Context): Promise<ReadonlyMap<string, string>> {
  const { recommender, labels, request, say } = context;
  const titles = await titlesOf(result, context);
  const words = { ...ENGLISH, ...labels };
  const seeds = seedsOf(request.seeds);
  const line = ({ reason: { kind, because = '' } }: ResultItem): string => {
    const title = titles.get(because);
    const seeded = seeds.includes(because);
    // That it is about the item of the page is what the heading says.
    if (seeded && seeds.length === 1) return '';
    const own = seeded ? '' : say(words[deed(because, recommender.profile)], { title });
    return own || say(words[kind], { title }) || (because && say(words['your-taste'], { title }));
  };
  return new Map(result.items.map((item) => [item.id, line(item)]));
}

/**
 * The titles of what is behind a list: of the page's seeds, where it names them; in a list about the shopper of the profile's
 * items, out of the cards of the whole catalogue, which such a list has fetched. Where it has not, there are none: which
 * items those are is nobody's business. Whether it asks is the same for every shopper.
 */
async function titlesOf({ items }: Result, { recommender, request, aboutShopper, allOf }: Context): Promise<ReadonlyMap<string, string | undefined>> {
  const { cards = true, seeds, signal } = request;
  const page = seedsOf(seeds);
  if (aboutShopper ? cards !== true : page.length < 2) return new Map();
  const among = aboutShopper ? items.flatMap(({ reason: { because } }) => because ?? []) : page;
  const question = { ...allOf([...new Set(among)]), ...(aboutShopper && { rotate: 0 }), cards, ...(signal && { signal }) };
  const { items: named } = await recommender.recommend(question);
  return new Map(named.map(({ id, card }) => [id, card?.title]));
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
