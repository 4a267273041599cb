/**
 * A shelf of the shop: the package's `<cook-shelf>` with the shop's own cards in it, and below it a line that says what
 * stands in for a list, and why it is short.
 */
import type { ListRequest } from 'cookshelf';
import { CookShelf, define } from 'cookshelf/element';
import { el } from './dom.js';
import { shownTo } from './visitor.js';
import { whyShort } from './why.js';

export interface ShelfPlan {
  readonly testid: string;
  readonly heading: string;
  readonly request: ListRequest;
}

// Asked for by every shelf: who is here may change.
CookShelf.recommender = shownTo;
define();

export function shelf({ testid, heading, request }: ShelfPlan): HTMLElement {
  const node = el('cook-shelf', { heading, card: '#shop-card' });
  // The shop has its own cards: none need to be fetched with the list.
  node.request = { cards: false, ...request };
  const why = el('div', { class: 'why' });
  node.addEventListener('cook-shelf:list', ({ detail }) => why.replaceChildren(whyShort(detail, request, heading)));
  node.addEventListener('cook-shelf:error', ({ detail }) => why.replaceChildren(el('p', {}, `${heading}: no list. ${detail.hint}`)));
  return el('div', { class: 'shelf', 'data-testid': testid }, node, why);
}
