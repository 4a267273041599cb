/**
 * `<cook-shelf>`: a list of recommendations in a page. It shows what the page brought along until it has something
 * better, asks when it comes near the window, and never moves what the shopper looks at. The engine comes with its
 * first question; without one, this file is all that a page loads.
 */
import { make } from './card.js';
import { cardsOf, fill, wait } from './cells.js';
import type { CookShelfEvents, ShelfState } from './events.js';
import { dress, frame } from './frame.js';
import { queue } from './group.js';
import { ENGLISH, say, type Labels } from './labels.js';
import { openFor, problemOf, settings, type Source } from './open.js';
import { aboutShopper } from '../ask/about.js';
import { fields } from '../page-json.js';
import { allOf, QUESTION, requestOf } from './request.js';
import { follow } from './row.js';
import { adopt } from './style.js';
import type { ListRequest, Recommender, Result, ResultItem } from '../types.js';

declare global {
  interface HTMLElementTagNameMap {
    'cook-shelf': CookShelf;
  }
  interface HTMLElementEventMap extends CookShelfEvents {}
}

const CARDS = ['card', 'reasons', 'dismissible', 'labels', 'currency', 'link'];
const LOOKS = ['heading', 'level', 'layout'];
const PROPERTIES = ['recommender', 'request', 'items'];

/** Themes load what is below the window about this early. */
const MARGIN = '400px';

// A server has no elements, but may import this.
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;

const connected = new Set<CookShelf>();
let near: IntersectionObserver | undefined;

export class CookShelf extends Base {
  static readonly observedAttributes: readonly string[] = [...QUESTION, 'model', 'distinct-group', ...CARDS, ...LOOKS];

  /** The recommender of all shelves that have none of their own: opened, opening, or how to open it, which each shelf asks for. */
  static recommender: Source | undefined;

  #recommender: Source | undefined;
  #request: ListRequest | undefined;
  #given: readonly ResultItem[] | undefined;
  #result: Result | undefined;
  #shown: readonly ResultItem[] = [];
  #state: ShelfState | undefined;
  /** A state that would move the page now. */
  #later: ShelfState | undefined;
  /** The page's own least height, while the shelf has another. */
  #room: string | undefined;
  readonly #frame = frame();
  #row: ReturnType<typeof follow> | undefined;
  #engine: Recommender | undefined;
  #unfollow: (() => void) | undefined;
  #stop: AbortController | undefined;
  #near = false;
  #stale = true;
  #due = false;
  /** The next list answers something that the shopper did. */
  #asked = false;
  #aboutShopper = false;
  /** In this page; the profile may not remember. */
  readonly #dismissed = new Set<string>();
  #labels: Labels = ENGLISH;
  #internals: ElementInternals | undefined;

  /** Wins over the attribute `model` and over the page's. */
  get recommender(): Source | undefined {
    return this.#recommender;
  }

  set recommender(source: Source | undefined) {
    this.#recommender = source;
    this.#engine = undefined;
    this.refresh();
  }

  /** Wins over all attributes that are part of the question. */
  get request(): ListRequest | undefined {
    return this.#request;
  }

  set request(request: ListRequest | undefined) {
    this.#request = request;
    this.refresh();
  }

  /** What is in the list. Set, the shelf shows these and asks nobody. */
  get items(): readonly ResultItem[] {
    return this.#shown;
  }

  set items(items: readonly ResultItem[] | undefined) {
    this.#given = items;
    this.refresh();
  }

  /** The latest answer. */
  get result(): Result | undefined {
    return this.#result;
  }

  get state(): ShelfState | undefined {
    return this.#state;
  }

  /** Asks again, now or when it comes near. */
  refresh(): void {
    this.#stale = true;
    if (this.#due || !this.#near) return;
    this.#due = true;
    queueMicrotask(() => {
      this.#due = false;
      if (this.#near && this.#stale) this.#start();
    });
  }

  connectedCallback(): void {
    const { ownerDocument: page } = this;
    // What the page brought along may not have been read yet.
    if (page.readyState === 'loading') page.addEventListener('DOMContentLoaded', () => this.isConnected && this.#enter(), { once: true });
    else this.#enter();
  }

  disconnectedCallback(): void {
    connected.delete(this);
    near?.unobserve(this);
    this.#near = false;
    this.#stop?.abort();
    this.#unfollow?.();
    this.#row?.stop();
    this.#unfollow = this.#row = undefined;
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (!this.#state || before === after) return;
    this.#dress();
    // The next list makes its cells anew.
    if (CARDS.includes(name)) for (const cell of this.#frame.list.children) cell.removeAttribute('data-item');
    if (!LOOKS.includes(name)) this.refresh();
    if (name === 'model') this.#engine = undefined;
  }

  #enter(): void {
    for (const name of PROPERTIES.filter((name) => Object.hasOwn(this, name))) {
      // Set before the element was defined: it hides the one of the class.
      const value: unknown = Reflect.get(this, name);
      Reflect.deleteProperty(this, name);
      Reflect.set(this, name, value);
    }
    const room = this.getBoundingClientRect();
    adopt(this.getRootNode(), this.localName);
    this.#row = follow(this.#frame);
    if (!this.#state) {
      this.#build();
      this.#dress();
      this.#turn(this.#brought() ? 'fallback' : 'loading', undefined, room);
    }
    if (this.#engine) this.#follow(this.#engine);
    connected.add(this);
    near ??= new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) if (target instanceof CookShelf) target.#approach(isIntersecting);
    }, { rootMargin: MARGIN });
    near.observe(this);
  }

  #build(): void {
    const { section, list } = this.#frame;
    if (this.hasAttribute('shadow')) {
      const root = this.attachShadow({ mode: 'open' });
      adopt(root, this.localName);
      root.append(make('slot', 'slot'), section);
    } else this.append(section);
    const press = (event: MouseEvent): void => this.#press(event);
    list.addEventListener('click', press);
    list.addEventListener('auxclick', press);
  }

  /** Whether there is something of the page to show meanwhile. */
  #brought(): boolean {
    return [...this.children].some((child) => child !== this.#frame.section && !child.matches('script,template'));
  }

  #dress(): void {
    const own = this.querySelector(':scope > script[type="application/json"]')?.textContent;
    this.#labels = { ...ENGLISH, ...settings().labels, ...fields(own), ...fields(this.getAttribute('labels')) };
    const [heading = null, level = null, layout = null] = LOOKS.map((name) => this.getAttribute(name));
    dress(this.#frame, { heading, level, layout, labels: this.#labels });
  }

  #approach(isNear: boolean): void {
    this.#near = isNear;
    if (isNear && this.#stale) this.#start();
    if (!isNear) this.#settle();
  }

  #start(): void {
    this.#stop?.abort();
    const { signal } = (this.#stop = new AbortController());
    const work = (): Promise<void> => this.#load(signal);
    const group = this.getAttribute('distinct-group');
    if (group === null) void work();
    else queue(group, { node: this, work });
  }

  async #load(signal: AbortSignal): Promise<void> {
    const { section } = this.#frame;
    if (signal.aborted) return;
    section.setAttribute('aria-busy', 'true');
    try {
      if (this.#given) {
        // The page may have made it for this shopper.
        this.#aboutShopper = true;
        this.#show(this.#given);
      } else await this.#answer(signal);
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    } finally {
      if (!signal.aborted) section.removeAttribute('aria-busy');
    }
  }

  async #answer(signal: AbortSignal): Promise<void> {
    const engine = this.#engine ?? (await openFor(this.#recommender, this.getAttribute('model'), CookShelf.recommender));
    if (signal.aborted) return;
    if (engine !== this.#engine) {
      this.#engine = engine;
      this.#follow(engine);
      this.#tell('ready', engine);
    }
    const request = this.#question(signal);
    const result = await this.#ask(engine, request);
    const labels = this.#labels;
    const reasons = this.hasAttribute('reasons') ? await (await import('./reasons.js')).reasonsOf(result, { engine, labels, request, say, allOf }) : undefined;
    if (signal.aborted) return;
    this.#stale = false;
    this.#result = result;
    if (!this.#tell('list', result)) return;
    // What the page brought along was made for it; a list that is not what was asked for is no better.
    if (result.level === 'fallback' && this.#state === 'fallback') return;
    if (result.level === 'empty') this.#tell('empty', result);
    this.#show(result.items, reasons);
  }

  #follow(engine: Recommender): void {
    this.#unfollow?.();
    this.#unfollow = engine.on('change', ({ what }) => {
      if (what !== 'profile' || !this.hasAttribute('live')) return;
      this.#asked = true;
      this.refresh();
    });
  }

  #question(signal: AbortSignal): ListRequest {
    const request: ListRequest = { cards: true, ...(this.#request ?? requestOf((name) => this.getAttribute(name))), signal };
    if (this.hasAttribute('dismissible')) request.rotate ??= 0;
    return request;
  }

  /** Nothing that an item's dismissal or another shelf's shopper decided may show in what is fetched. */
  async #ask(engine: Recommender, request: ListRequest): Promise<Result> {
    const group = this.getAttribute('distinct-group');
    const others = [...connected].filter((other) => group && other !== this && other.getAttribute('distinct-group') === group);
    const personal = others.filter((other) => other.#aboutShopper);
    const shown = (shelves: readonly CookShelf[]): string[] => shelves.filter((other) => (other.#later ?? other.#state) === 'filled').flatMap(({ items }) => items.map(({ id }) => id));
    this.#aboutShopper = aboutShopper(request) || personal.length > 0;
    request.exclude = [...[request.exclude ?? []].flat(), ...shown(others.filter((other) => !personal.includes(other)))];
    if (personal.length === 0 && !this.hasAttribute('dismissible')) return engine.recommend(request);
    // Also when there is nothing to leave out: whether there is must not show.
    const [, result] = await engine.recommendMany([allOf([...shown(personal), ...this.#dismissed]), request]);
    return result ?? engine.recommend(request);
  }

  #show(items: readonly ResultItem[], reasons?: ReadonlyMap<string, string>): void {
    this.#shown = items;
    this.#stale = false;
    this.#turn(items.length > 0 ? 'filled' : this.#brought() ? 'fallback' : 'empty', () => fill(this.#frame.list, items, cardsOf(this, this.#labels, this.#lang()), reasons));
    this.#row?.look();
    if (this.#asked) this.#frame.status.textContent = say(this.#labels['updated'], { count: items.length }, this.#lang());
    this.#asked = false;
  }

  #fail(error: unknown): void {
    this.#tell('error', problemOf(error));
    if (this.#state !== 'filled') this.#turn(this.#brought() ? 'fallback' : 'error');
  }

  /** Changes what is shown, but not where anything else on the page is that the shopper sees. */
  #turn(state: ShelfState, change?: () => void, { top, height } = this.getBoundingClientRect()): void {
    const before = this.#state;
    if (state === 'loading') wait(this.#frame.list, this.#request?.limit, cardsOf(this, this.#labels));
    change?.();
    this.#set(state);
    this.#later = undefined;
    if (height === 0 || top >= innerHeight) return;
    const after = this.getBoundingClientRect().height;
    if (after < height - 1) {
      this.#room ??= this.style.minBlockSize;
      this.style.minBlockSize = `${height}px`;
    }
    if (after <= height + 1 || before !== 'fallback') return;
    this.#set(before);
    this.#later = state;
  }

  /** Below the window it may take the room that it needs. */
  #settle(): void {
    if (this.getBoundingClientRect().top < innerHeight) return;
    if (this.#room !== undefined) this.style.minBlockSize = this.#room;
    this.#room = undefined;
    if (this.#later) this.#turn(this.#later);
  }

  #set(state: ShelfState): void {
    this.#state = state;
    this.setAttribute('state', state);
    try {
      const { states } = (this.#internals ??= this.attachInternals());
      states.clear();
      states.add(state);
    } catch {
      // An older browser; the attribute says the same.
    }
    this.#frame.section.hidden = state !== 'filled' && state !== 'loading';
    const slot = this.shadowRoot?.querySelector('slot');
    if (slot) slot.hidden = state !== 'fallback';
  }

  #press(event: MouseEvent): void {
    const { target, button } = event;
    const cell = target instanceof Element ? target.closest('li') : null;
    const item = this.#shown.find(({ id }) => id === cell?.dataset['item']);
    if (!(target instanceof Element) || !item || button > 1) return;
    const profile = this.#engine?.profile;
    if (target.closest('[data-dismiss]')) {
      if (!this.#tell('dismiss', item)) return;
      this.#dismissed.add(item.id);
      this.#asked = true;
      if (this.#given) this.#given = this.#given.filter(({ id }) => id !== item.id);
      this.refresh();
      profile?.observe({ type: 'dismiss', item: item.id });
    } else if (target.closest('a') && this.#tell('select', item)) profile?.observe({ type: 'select', item: item.id });
  }

  #lang(): string | undefined {
    return this.closest<HTMLElement>('[lang]')?.lang || document.documentElement.lang || undefined;
  }

  /** False when the page prevented it. */
  #tell(name: string, detail: unknown): boolean {
    return this.dispatchEvent(new CustomEvent(`cook-shelf:${name}`, { detail, bubbles: true, composed: true, cancelable: /list|select|dismiss/.test(name) }));
  }
}

/** Makes the element known to the page, under its own name or another; once. On a server it does nothing. */
export function define(name = 'cook-shelf'): void {
  const registry: CustomElementRegistry | undefined = globalThis.customElements;
  if (registry && !registry.get(name)) registry.define(name, name === 'cook-shelf' ? CookShelf : class extends CookShelf {});
}
