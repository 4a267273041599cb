/**
 * Changes what a shelf shows, but not where anything else on the page is that the shopper sees: what would take more room
 * waits until nobody looks, and what takes less keeps its room until then.
 */
import type { ShelfState } from './events.js';

/** A scroll bar that comes or goes makes the page so much narrower; that is no reason to move anything. */
const SCROLL_BAR = 20;

export class Steady {
  readonly #shelf: HTMLElement;
  readonly #set: (state: ShelfState) => void;
  #state: ShelfState | undefined;
  /** A state that would move the page now. */
  #later: ShelfState | undefined;
  /** The page's own least height, while the shelf has another. */
  #room: string | undefined;
  #width = 0;
  /** Who turns a phone, or resizes a window, sees everything move anyway. */
  readonly #turned = new ResizeObserver(() => {
    if (Math.abs(this.#shelf.clientWidth - this.#width) > SCROLL_BAR) this.#giveBack();
  });

  /** `set`: shows what stands for a state. */
  constructor(shelf: HTMLElement, set: (state: ShelfState) => void) {
    this.#shelf = shelf;
    this.#set = set;
  }

  get state(): ShelfState | undefined {
    return this.#state;
  }

  /** The state that it has or gets. */
  get wanted(): ShelfState | undefined {
    return this.#later ?? this.#state;
  }

  /** `change` is what comes with the state; the room is what the shelf took before, where that is known better. */
  turn(state: ShelfState, change?: () => void, { top, height } = this.#shelf.getBoundingClientRect()): void {
    const before = this.#state;
    change?.();
    this.#show(state);
    this.#later = undefined;
    if (height === 0 || top >= innerHeight) return;
    const after = this.#shelf.getBoundingClientRect().height;
    if (after < height - 1) this.#keep(height);
    if (after <= height + 1 || before !== 'fallback') return;
    this.#show(before);
    this.#later = state;
  }

  /** Below the window it may take the room that it needs. */
  settle(): void {
    if (this.#shelf.getBoundingClientRect().top < innerHeight) return;
    this.#giveBack();
    if (this.#later) this.turn(this.#later);
  }

  #show(state: ShelfState): void {
    this.#state = state;
    this.#set(state);
  }

  #keep(height: number): void {
    this.#room ??= this.#shelf.style.minBlockSize;
    this.#shelf.style.minBlockSize = `${height}px`;
    this.#width = this.#shelf.clientWidth;
    this.#turned.observe(this.#shelf);
  }

  #giveBack(): void {
    if (this.#room !== undefined) this.#shelf.style.minBlockSize = this.#room;
    this.#room = undefined;
    this.#turned.disconnect();
  }
}
