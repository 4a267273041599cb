/**
 * Puts element, recommender, consent and events of a page together. The engine is fetched when the first shelf asks, or
 * on a page without one, where the config wants that, once the shopper has agreed and the page is idle.
 */
import { googleConsent } from '../consent/google.js';
import { tcf } from '../consent/tcf.js';
import { CookShelf, define } from '../element.js';
import { shopifyCard } from '../shopify/card.js';
import { shopifyConsent } from '../shopify/consent.js';
import { shopifyEvents } from '../shopify/events.js';
import type { ConsentSource, Recommender, Result } from '../types.js';
import { readConfig, type ThemeConfig } from './config.js';
import { early } from './early.js';
import { pageConsent } from './page-consent.js';

/** Once per page: the script may stand in it twice. */
let started = false;

export function start(): void {
  const config = readConfig();
  if (config !== undefined && !started) {
    started = true;
    const consent = sourceOf(config);
    const open = opener(config, consent);
    CookShelf.recommender = open;
    if (config.everywhere) whenAgreed(consent, open);
  }
  define();
}

function opener({ options }: ThemeConfig, consent: ConsentSource | undefined): () => Promise<Recommender> {
  const feed = early((ear) => shopifyEvents().follow(ear));
  let opened: Promise<Recommender> | undefined;
  return () => {
    opened ??= import('../index.js')
      .then(({ createRecommender }) => createRecommender({ ...options, events: [feed], ...(consent === undefined ? { profile: 'off' } : { consent }) }))
      .then(inThisMarket);
    // The next shelf may try again.
    opened.catch(() => {
      opened = undefined;
    });
    return opened;
  };
}

/** The same recommender, whose cards lead to this page's language and market. */
function inThisMarket(shelf: Recommender): Recommender {
  const local = (result: Result): Result => ({ ...result, items: result.items.map((item) => (item.card ? { ...item, card: shopifyCard(item.card) } : item)) });
  const own: Pick<Recommender, 'recommend' | 'recommendMany'> = {
    recommend: async (request) => local(await shelf.recommend(request)),
    recommendMany: async (requests, options) => (await shelf.recommendMany(requests, options)).map(local),
  };
  return Object.assign(Object.create(shelf), own);
}

function sourceOf({ consent, element }: ThemeConfig): ConsentSource | undefined {
  switch (consent) {
    case 'shopify':
      return shopifyConsent();
    case 'google':
      return googleConsent();
    case 'tcf':
      return tcf();
    case 'page':
      return pageConsent(element);
    case 'none':
      return undefined;
  }
}

/** Opens the recommender when the shopper has agreed, and the page has nothing better to do. */
function whenAgreed(source: ConsentSource | undefined, open: () => Promise<Recommender>): void {
  let due = false;
  source?.follow((mode) => {
    if (mode === 'off' || due) return;
    due = true;
    const idle = globalThis.requestIdleCallback ?? ((work: () => void) => setTimeout(work, 200));
    idle(() => void open().catch(() => {
      // Without a shelf nobody waits for it; the next page tries again.
    }));
  });
}
