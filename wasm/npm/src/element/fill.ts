/**
 * Puts a list into the row of a shelf, in two steps, so that neither takes long. A cell that stays from one list to the
 * next is the same node, with its picture and its focus.
 */
import { bind, fieldsOf } from './fields.js';
import type { Cards, Tools } from './cells.js';
import type { ResultItem } from '../types.js';

/** Makes what a list needs besides the cells that are there; what is given back puts it in, and the focus where it was. */
export function prepare(list: HTMLElement, items: readonly ResultItem[], cards: Cards, reasons: ReadonlyMap<string, string> | undefined, { cellOf, say }: Tools): () => void {
  const dress = (cell: HTMLElement, item: ResultItem): HTMLElement => {
    bind(cell, fieldsOf(item, reasons?.get(item.id) ?? '', cards));
    cell.querySelector('.cook-shelf-dismiss')?.setAttribute('aria-label', say(cards.labels['dismiss'], { title: item.card?.title ?? item.id }));
    return cell;
  };
  const stays = ({ id }: ResultItem): HTMLElement | undefined => cells.find(({ dataset }) => dataset['item'] === id);
  const cells = [...list.children].filter((cell) => cell instanceof HTMLElement);
  // Made once and copied: that takes a fraction of the time.
  let blank: HTMLElement | undefined;
  const made = items.map((item) => {
    if (stays(item)) return undefined;
    blank ??= cellOf(cards, item.id);
    const cell = document.importNode(blank, true);
    cell.dataset['item'] = item.id;
    return dress(cell, item);
  });
  return () => {
    const next = items.flatMap((item, at) => {
      const cell = stays(item);
      return made[at] ?? (cell ? dress(cell, item) : []);
    });
    const root = list.getRootNode();
    const active = root instanceof Document || root instanceof ShadowRoot ? root.activeElement : null;
    const at = cells.findIndex((cell) => cell.contains(active));
    list.removeAttribute('aria-hidden');
    list.replaceChildren(...next);
    if (!(active instanceof HTMLElement) || at < 0) return;
    const heir = active.isConnected ? active : next[Math.min(at, next.length - 1)]?.querySelector<HTMLElement>(active.matches('[data-dismiss]') ? '[data-dismiss]' : 'a');
    heir?.focus({ preventScroll: active.isConnected });
  };
}
