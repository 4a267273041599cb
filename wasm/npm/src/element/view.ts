/**
 * What a shelf has in its tree, in the words of its page: it is built once and dressed again with every change of a look.
 * What a state looks like is said here; which one it is, and when, is not.
 */
import { make } from './card.js';
import { cardsOf, TOOLS, wait, type Cards } from './cells.js';
import type { ShelfState } from './events.js';
import { dress, frame } from './frame.js';
import { ENGLISH, say, type Labels } from './labels.js';
import { settings } from './open.js';
import { fields } from '../page-json.js';
import type { ResultItem } from '../types.js';

type Near = typeof import('./near.js');

/** Attributes that change no card and no question. */
export const LOOKS = ['heading', 'level', 'layout'];

export class View {
  readonly #shelf: HTMLElement;
  readonly #frame = frame();
  #labels: Labels = ENGLISH;
  #row: ReturnType<Near['follow']> | undefined;
  #internals: ElementInternals | undefined;

  constructor(shelf: HTMLElement) {
    this.#shelf = shelf;
  }

  get labels(): Labels {
    return this.#labels;
  }

  set busy(busy: boolean) {
    const { section } = this.#frame;
    if (busy) section.setAttribute('aria-busy', 'true');
    else section.removeAttribute('aria-busy');
  }

  build(press: (event: MouseEvent) => void): void {
    const shelf = this.#shelf;
    const { section, list } = this.#frame;
    if (shelf.hasAttribute('shadow')) (shelf.shadowRoot ?? shelf.attachShadow({ mode: 'open' })).append(make('slot', 'slot'), section);
    else shelf.append(section);
    list.onclick = list.onauxclick = press;
  }

  /** Whether there is something of the page to show meanwhile. */
  get brought(): boolean {
    return [...this.#shelf.children].some((child) => child !== this.#frame.section && !child.matches('script,template'));
  }

  dress(): void {
    const shelf = this.#shelf;
    const own = shelf.querySelector(':scope > script[type="application/json"]')?.textContent;
    this.#labels = { ...ENGLISH, ...settings().labels, ...fields(own), ...fields(shelf.getAttribute('labels')) };
    const [heading = null, level = null, layout = null] = LOOKS.map((name) => shelf.getAttribute(name));
    dress(this.#frame, { heading, level, layout, labels: this.#labels });
  }

  /** The next list makes its cells anew. */
  forget(): void {
    for (const cell of this.#frame.list.children) cell.removeAttribute('data-item');
  }

  /** How the shelf wants its cards. */
  get cards(): Cards {
    const lang = this.#shelf.closest<HTMLElement>('[lang]')?.lang || document.documentElement.lang || undefined;
    return cardsOf(this.#shelf, this.#labels, lang);
  }

  /** Boxes in the place of the list. */
  wait(limit: number | undefined): void {
    wait(this.#frame.list, limit, this.cards);
  }

  /** Makes what is new in a list; what is given back puts it in. `aloud` says to who cannot see it that the list is another one. */
  prepare({ adoptFor, prepare }: Near, items: readonly ResultItem[], reasons: ReadonlyMap<string, string> | undefined): (aloud: boolean) => void {
    const { list, status } = this.#frame;
    const { cards } = this;
    const fill = prepare(list, items, cards, reasons, TOOLS);
    return (aloud) => {
      adoptFor(list);
      fill();
      if (aloud) status.textContent = say(this.#labels['updated'], { count: items.length }, cards.lang);
    };
  }

  show(state: ShelfState): void {
    const shelf = this.#shelf;
    shelf.setAttribute('state', state);
    try {
      const { states } = (this.#internals ??= shelf.attachInternals());
      states.clear();
      states.add(state);
    } catch {
      // An older browser; the attribute says the same.
    }
    this.#frame.section.hidden = state !== 'filled' && state !== 'loading';
    const slot = shelf.shadowRoot?.querySelector('slot');
    if (slot) slot.hidden = state !== 'fallback';
    this.#row?.look();
  }

  /** Keeps the buttons of the row right, from now on or no longer. */
  follow(part: Near | undefined): void {
    this.#row?.stop();
    this.#row = part?.follow(this.#frame);
  }
}
