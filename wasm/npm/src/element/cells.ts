/** The cells of a shelf: empty ones for items, and boxes of the size of cards until there are any. */
import { make, plainCard } from './card.js';
import { say, type Labels } from './labels.js';
import { settings } from './open.js';

/** A row that scrolls shows no more at once. */
const SCROLL_BOXES = 7;
const DEFAULT_LIMIT = 8;

/** In the lines of a box that waits for its card. */
const BLANK = '\u00a0';

/** What texts depend on besides the item. */
export interface Place {
  readonly lang: string | undefined;
  /** Of prices whose card names none. */
  readonly currency: string;
  /** The address of items whose card names none, with `{id}`. */
  readonly link: string;
}

/** How a shelf wants its cards. */
export interface Cards extends Place {
  readonly shelf: Element;
  readonly labels: Labels;
}

/** What fill.ts gets from here, since it must not hold a second copy of it. */
export const TOOLS = { cellOf, say };
export type Tools = typeof TOOLS;

export function cardsOf(shelf: Element, labels: Labels, lang: string | undefined): Cards {
  const [currency = '', link = ''] = (['currency', 'link'] as const).map((name) => shelf.getAttribute(name) ?? settings()[name]);
  return { shelf, labels, lang, currency, link };
}

/** Puts boxes in. */
export function wait(list: HTMLElement, limit: number | undefined, cards: Cards): void {
  const count = limit ?? (Number(cards.shelf.getAttribute('limit')) || DEFAULT_LIMIT);
  const box = cellOf(cards);
  for (const line of box.querySelectorAll('[data-text]:not(script,style)')) line.textContent = BLANK;
  list.setAttribute('aria-hidden', 'true');
  list.replaceChildren(...Array.from({ length: cards.shelf.getAttribute('layout') === 'grid' ? count : Math.min(count, SCROLL_BOXES) }, () => box.cloneNode(true)));
}

function cellOf({ shelf }: Cards, id?: string): HTMLElement {
  const cell = make('li', 'item');
  const template = templateOf(shelf);
  cell.append(template ? document.importNode(template.content, true) : plainCard(shelf.hasAttribute('reasons')));
  if (id === undefined) return cell;
  cell.dataset['item'] = id;
  // A template may bring its own with data-dismiss.
  if (shelf.hasAttribute('dismissible')) cell.append(make('button', 'dismiss', { type: 'button', 'data-dismiss': '' }));
  return cell;
}

/** The page's own card: near the shelf, in its document, or in the shelf itself. */
function templateOf(shelf: Element): HTMLTemplateElement | null {
  const selector = shelf.getAttribute('card');
  if (!selector) return shelf.querySelector<HTMLTemplateElement>(':scope > template');
  const root = shelf.getRootNode();
  const found = (root instanceof ShadowRoot && root.querySelector(selector)) || document.querySelector(selector);
  return found instanceof HTMLTemplateElement ? found : null;
}
