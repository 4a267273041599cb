/**
 * Puts a list into the row of a shelf. A cell that stays from one list to the next is the same node, with its picture
 * and its focus.
 */
import { bind, fieldsOf } from './fields.js';
import type { Cards, Tools } from './cells.js';
import type { ResultItem } from '../types.js';

/** The cells of a list: those that stay, and new ones. */
export function cellsFor(list: Element, items: readonly ResultItem[], cards: Cards, reasons: ReadonlyMap<string, string> | undefined, { cellOf, say }: Tools): HTMLElement[] {
  const cells = [...list.children].filter((cell) => cell instanceof HTMLElement);
  // Made once and copied: that takes a fraction of the time.
  let blank: HTMLElement | undefined;
  const cellFor = (id: string): HTMLElement => {
    blank ??= cellOf(cards, id);
    const cell = document.importNode(blank, true);
    cell.dataset['item'] = id;
    return cell;
  };
  return items.map((item) => {
    const cell = cells.find(({ dataset }) => dataset['item'] === item.id) ?? cellFor(item.id);
    bind(cell, fieldsOf(item, reasons?.get(item.id) ?? '', cards));
    cell.querySelector('.cook-shelf-dismiss')?.setAttribute('aria-label', say(cards.labels['dismiss'], { title: item.card?.title ?? item.id }));
    return cell;
  });
}

/** Puts the cells in, and the focus where it was, or on what came in its place. */
export function fill(list: HTMLElement, next: readonly HTMLElement[]): void {
  const root = list.getRootNode();
  const active = root instanceof Document || root instanceof ShadowRoot ? root.activeElement : null;
  const at = [...list.children].findIndex((cell) => cell.contains(active));
  list.removeAttribute('aria-hidden');
  list.replaceChildren(...next);
  if (!(active instanceof HTMLElement) || at < 0) return;
  const heir = active.isConnected ? active : next[Math.min(at, next.length - 1)]?.querySelector<HTMLElement>(active.matches('[data-dismiss]') ? '[data-dismiss]' : 'a');
  heir?.focus({ preventScroll: active.isConnected });
}
