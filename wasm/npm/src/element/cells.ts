/**
 * What is in the row of a shelf: a cell for each item, or boxes of the size of cards. A cell that stays from one list
 * to the next is the same node, with its picture and its focus.
 */
import { bind, fieldsOf, make, plainCard, type Place } from './card.js';
import { say, type Labels } from './labels.js';
import { settings } from './open.js';
import type { ResultItem } from '../types.js';

/** A row that scrolls shows no more at once. */
const SCROLL_BOXES = 7;
const DEFAULT_LIMIT = 8;

/** How a shelf wants its cards. */
export interface Cards extends Place {
  readonly shelf: Element;
  readonly labels: Labels;
}

export function cardsOf(shelf: Element, labels: Labels, lang?: string): Cards {
  const [currency = '', link = ''] = (['currency', 'link'] as const).map((name) => shelf.getAttribute(name) ?? settings()[name]);
  return { shelf, labels, lang, currency, link };
}

/** Puts the cards in, and the focus where it was, or on what came in its place. */
export function fill(list: HTMLElement, items: readonly ResultItem[], cards: Cards, reasons?: ReadonlyMap<string, string>): void {
  const cells = [...list.children];
  const root = list.getRootNode();
  const active = root instanceof Document || root instanceof ShadowRoot ? root.activeElement : null;
  const at = cells.findIndex((cell) => cell.contains(active));
  const next = items.map((item) => {
    const cell = cells.find((other) => other instanceof HTMLElement && other.dataset['item'] === item.id) ?? cellOf(cards, item.id);
    bind(cell, fieldsOf(item, reasons?.get(item.id) ?? '', cards));
    cell.querySelector('.cook-shelf-dismiss')?.setAttribute('aria-label', say(cards.labels['dismiss'], { title: item.card?.title ?? item.id }));
    return cell;
  });
  list.removeAttribute('aria-hidden');
  list.replaceChildren(...next);
  if (!(active instanceof HTMLElement) || at < 0) return;
  const heir = active.isConnected ? active : next[Math.min(at, next.length - 1)]?.querySelector<HTMLElement>(active.matches('[data-dismiss]') ? '[data-dismiss]' : 'a');
  heir?.focus({ preventScroll: active.isConnected });
}

/** Puts boxes in. */
export function wait(list: HTMLElement, limit: number | undefined, cards: Cards): void {
  const count = limit ?? (Number(cards.shelf.getAttribute('limit')) || DEFAULT_LIMIT);
  const box = cellOf(cards);
  bind(box, undefined);
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
