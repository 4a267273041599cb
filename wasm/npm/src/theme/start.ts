/**
 * Puts element, recommender, consent and events of a page together. The engine is fetched when the first shelf asks, or
 * on a page without one when the loader says so; what happens from then on is heard.
 */
import { CookShelf, define } from '../element.js';
import { pageElement } from '../page-json.js';
import type { ConsentSource, EventFeed, Recommender, Result } from '../types.js';

/** Once per page: the script may stand in it twice. */
let open: (() => Promise<Recommender>) | undefined;

/** `consent` is the page's, followed already; `now` opens the recommender also where no shelf asks for it. */
export function start(consent?: ConsentSource, now = false): void {
  if (open === undefined && pageElement()) {
    open = opener(consent);
    CookShelf.recommender = open;
  }
  define();
  if (now) {
    open?.().catch(() => {
      // Without a shelf nobody waits for it; the next page tries again.
    });
  }
}

function opener(consent: ConsentSource | undefined): () => Promise<Recommender> {
  let opened: Promise<Recommender> | undefined;
  return () => {
    opened ??= openPage(consent);
    // The next shelf may try again.
    opened.catch(() => {
      opened = undefined;
    });
    return opened;
  };
}

/** One for the page, however often it is tried. */
let feed: EventFeed | undefined;

async function openPage(consent: ConsentSource | undefined): Promise<Recommender> {
  const [{ createRecommender }, { pageOptions }, { shopifyCard, shopifyEvents }] = await Promise.all([import('../index.js'), import('../page-options.js'), import('../shopify.js')]);
  const options = pageOptions(undefined, consent);
  if (options === undefined) throw new Error('#cookshelf names no model');
  feed ??= shopifyEvents();
  const shelf = await createRecommender({ ...options, events: [feed] });
  /** The same recommender, whose cards lead to this page's language and market. */
  const local = (result: Result): Result => ({ ...result, items: result.items.map((item) => (item.card ? { ...item, card: shopifyCard(item.card) } : item)) });
  const own: Pick<Recommender, 'recommend' | 'recommendMany'> = {
    recommend: async (request) => local(await shelf.recommend(request)),
    recommendMany: async (requests, given) => (await shelf.recommendMany(requests, given)).map(local),
  };
  return Object.assign(Object.create(shelf), own);
}
