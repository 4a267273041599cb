/**
 * Puts a list into the row of a shelf. A cell that stays from one list to the next is the same node, with its picture
 * and its focus.
 */
import { bind, fieldsOf } from './fields.js';
import type { Cards, Tools } from './cells.js';
import type { ResultItem } from '../types.js';

/** Puts the cards in, and the focus where it was, or on what came in its place. */
export function fill(list: HTMLElement, items: readonly ResultItem[], cards: Cards, reasons: ReadonlyMap<string, string> | undefined, { cellOf, say }: Tools): void {
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
