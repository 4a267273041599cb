/**
 * `<cook-shelf>`: a list of recommendations in a page. It shows what the page brought along until it has something
 * better, and asks when it comes near the window. What it needs to ask, and the engine, come when the first shelf is
 * near; without one, this file is all that a page loads.
 */
import type { CookShelfEvents, ShelfState } from './events.js';
import { say } from './labels.js';
import { ATTRIBUTES, QUESTION } from './names.js';
import { openFor, problemOf, type Source } from './open.js';
import { Steady } from './steady.js';
import { LOOKS, View } from './view.js';
import type { ListRequest, Recommender, Result, ResultItem } from '../types.js';

type Near = typeof import('./near.js');

declare global {
  interface HTMLElementTagNameMap {
    'cook-shelf': CookShelf;
  }
  interface HTMLElementEventMap extends CookShelfEvents {}
}

const CARDS = ['card', 'reasons', 'dismissible', 'labels', 'currency', 'link'];
const PROPERTIES = ['recommender', 'request', 'items'];

/** Themes load what is below the window about this early. */
const MARGIN = '800px';

// A server has no elements, but may import this.
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;

const connected = new Set<CookShelf>();
let watcher: IntersectionObserver | undefined;

/** One promise for all: who waits for it goes on in the order in which they came. What could not be had is tried again. */
function shared<T>(load: () => Promise<T>): () => Promise<T> {
  let part: Promise<T> | undefined;
  return () => {
    part ??= load();
    part.catch(() => {
      part = undefined;
    });
    return part;
  };
}

const nearPart = shared(() => import('./near.js'));
const groupPart = shared(() => import('./group.js'));

export class CookShelf extends Base {
  static readonly observedAttributes: readonly string[] = [...QUESTION, 'model', 'distinct-group', ...CARDS, ...LOOKS];

  /** The recommender of all shelves that have none of their own: opened, opening, or how to open it, which each shelf asks for. */
  static recommender: Source | undefined;

  #recommender: Source | undefined;
  #request: ListRequest | undefined;
  #given: readonly ResultItem[] | undefined;
  #result: Result | undefined;
  #shown: readonly ResultItem[] = [];
  readonly #view = new View(this);
  readonly #steady = new Steady(this, (state) => this.#view.show(state));
  #part: Near | undefined;
  #opened: Recommender | undefined;
  #unfollow: (() => void) | undefined;
  /** Of what is under way. */
  #stop: AbortController | undefined;
  #near = false;
  #stale = true;
  #due = false;
  /** The shopper did something while a question was under way. */
  #again = false;
  /** The next list answers something that the shopper did. */
  #asked = false;
  #aboutShopper = false;
  /** In this page; the profile may not remember. */
  readonly #dismissed = new Set<string>();

  /** Wins over the attribute `model` and over the page's. */
  get recommender(): Source | undefined {
    return this.#recommender;
  }

  set recommender(source: Source | undefined) {
    this.#recommender = source;
    this.#opened = undefined;
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
    return this.#steady.state;
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
    if (page.readyState === 'loading') page.addEventListener('DOMContentLoaded', this.#enter, { once: true });
    else this.#enter();
  }

  disconnectedCallback(): void {
    connected.delete(this);
    watcher?.unobserve(this);
    this.#near = false;
    this.#stop?.abort();
    this.#done();
    this.#unfollow?.();
    this.#unfollow = undefined;
    this.#view.follow(undefined);
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (!this.state || before === after) return;
    this.#view.dress();
    if (CARDS.includes(name)) this.#view.forget();
    if (!LOOKS.includes(name)) this.refresh();
    if (name === 'model') this.#opened = undefined;
  }

  /** The same function always, so that a shelf that moves while the page is read enters once. */
  readonly #enter = (): void => {
    if (!this.isConnected) return;
    for (const name of PROPERTIES.filter((name) => Object.hasOwn(this, name))) {
      // Set before the element was defined: it hides the one of the class.
      const value: unknown = Reflect.get(this, name);
      Reflect.deleteProperty(this, name);
      Reflect.set(this, name, value);
    }
    const styled = this.hasAttribute('shadow') ? this.shadowRoot : getComputedStyle(this).getPropertyValue('--_few');
    if (styled) this.#stand();
    else {
      const stand = (): void => void (this.isConnected && this.#stand());
      import('./style.js').then(({ adopt }) => adopt(this)).then(stand, stand);
    }
  };

  #stand(): void {
    const room = this.getBoundingClientRect();
    if (!this.state) {
      this.#view.build((event) => this.#press(event));
      this.#view.dress();
      const { brought } = this.#view;
      if (!brought) this.#view.wait(this.#request?.limit);
      this.#steady.turn(brought ? 'fallback' : 'loading', undefined, room);
    }
    this.#view.follow(this.#part);
    if (this.#opened) this.#follow(this.#opened);
    connected.add(this);
    watcher ??= new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) if (target instanceof CookShelf) target.#approach(isIntersecting);
    }, { rootMargin: MARGIN });
    watcher.observe(this);
  }

  #approach(isNear: boolean): void {
    this.#near = isNear;
    if (isNear && this.#stale && !this.#stop) this.#start();
    if (!isNear) this.#steady.settle();
  }

  #start(): void {
    this.#stop?.abort();
    this.#stop = new AbortController();
    this.#again = false;
    void this.#load(this.#stop.signal);
  }

  /** Nothing is under way any more. */
  #done(): void {
    this.#stop = undefined;
    this.#view.busy = false;
  }

  async #load(signal: AbortSignal): Promise<void> {
    this.#view.busy = true;
    const work = async (part: Near): Promise<void> => {
      try {
        // The page may have made them for this shopper.
        if (this.#given) this.#fill(this.#given, true, this.#view.prepare(part, this.#given, undefined));
        else if (opening) await this.#answer(part, await opening, signal);
      } catch (error) {
        this.#fail(error, signal);
      }
      if (signal.aborted) return;
      this.#done();
      if (this.#again) this.#deed();
    };
    const opening = this.#given ? undefined : this.#open();
    opening?.catch(() => {});
    try {
      const part = (this.#part ??= await nearPart());
      if (signal.aborted) return;
      this.#view.follow(part);
      const group = this.getAttribute('distinct-group');
      if (group === null) return void work(part);
      const { queue } = await groupPart();
      if (!signal.aborted) queue(group, { node: this, signal, work: () => work(part) });
    } catch (error) {
      this.#fail(error, signal);
      if (!signal.aborted) this.#done();
    }
  }

  async #open(): Promise<Recommender> {
    return this.#opened ?? openFor(this.#recommender, this.getAttribute('model'), CookShelf.recommender);
  }

  async #answer(part: Near, opened: Recommender, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    if (opened !== this.#opened) {
      this.#opened = opened;
      this.#follow(opened);
      this.#tell('ready', opened);
    }
    const { questionOf, put, allOf } = part;
    const question = questionOf({ ...this.#question(part), signal }, this.#neighbours(part), this.hasAttribute('dismissible') ? this.#dismissed : undefined);
    const { aboutShopper, request } = question;
    this.#aboutShopper = aboutShopper;
    const result = await put(question, opened, this.#view.cards);
    const { labels } = this.#view;
    const reasons = this.hasAttribute('reasons') ? await (await import('./reasons.js')).reasonsOf(result, { recommender: opened, labels, request, aboutShopper, say, allOf }) : undefined;
    if (signal.aborted) return;
    const fill = this.#view.prepare(part, result.items, reasons);
    // Laying the cards out is a task of its own.
    await part.task();
    if (signal.aborted) return;
    this.#stale = false;
    this.#result = result;
    // The page shows it itself, in here or elsewhere.
    if (!this.#tell('list', result)) return this.#steady.turn('fallback');
    // What the page brought along was made for it; a list that is not what was asked for is no better.
    if (result.level === 'fallback' && this.state === 'fallback') return;
    if (result.level === 'empty') this.#tell('empty', result);
    this.#fill(result.items, aboutShopper, fill);
  }

  #question({ requestOf }: Near): ListRequest {
    return { cards: true, ...(this.#request ?? requestOf((name) => this.getAttribute(name), ATTRIBUTES)) };
  }

  /** A `live` shelf asks again after something that the shopper did: then nothing may be new that all others could show. */
  #neighbours(part: Near): { aboutShopper: boolean; shown: string[] }[] {
    const group = this.getAttribute('distinct-group');
    const others = [...connected].filter((other) => group && other !== this && other.getAttribute('distinct-group') === group);
    const live = this.hasAttribute('live');
    return others.map((other) => ({
      aboutShopper: other.#aboutShopper || (live && other.#willBeAboutShopper(part)),
      shown: other.#steady.wanted === 'filled' ? other.items.map(({ id }) => id) : [],
    }));
  }

  #willBeAboutShopper(part: Near): boolean {
    try {
      return this.#given !== undefined || this.hasAttribute('dismissible') || part.aboutShopper(this.#question(part));
    } catch {
      // It cannot ask at all.
      return false;
    }
  }

  #follow(opened: Recommender): void {
    this.#unfollow?.();
    this.#unfollow = opened.on('change', ({ what }) => {
      if (what === 'profile' && this.hasAttribute('live')) this.#deed();
    });
  }

  /**
   * The shopper did something that may change the list. That asks again from what is there, and causes no request: what is under
   * way goes on first, and a list that could not be had waits for the page to ask again.
   */
  #deed(): void {
    this.#asked = true;
    this.#again = this.#stop !== undefined;
    if (!this.#again && !this.#stale) this.refresh();
  }

  #fill(items: readonly ResultItem[], aboutShopper: boolean, fill: (aloud: boolean) => void): void {
    this.#shown = items;
    this.#aboutShopper = aboutShopper;
    this.#stale = false;
    this.#steady.turn(items.length > 0 ? 'filled' : this.#without('empty'), () => fill(this.#asked));
    this.#asked = false;
  }

  /** What it is without a list. */
  #without(state: ShelfState): ShelfState {
    return this.#view.brought ? 'fallback' : state;
  }

  #fail(error: unknown, { aborted }: AbortSignal): void {
    if (aborted) return;
    this.#tell('error', problemOf(error));
    if (this.state !== 'filled') this.#steady.turn(this.#without('error'));
  }

  #press(event: MouseEvent): void {
    const { target, button } = event;
    const cell = target instanceof Element ? target.closest('li') : null;
    const item = this.#shown.find(({ id }) => id === cell?.dataset['item']);
    if (!(target instanceof Element) || !item || button > 1) return;
    const profile = this.#opened?.profile;
    if (target.closest('[data-dismiss]')) {
      // The middle button opens links in the background; it does nothing to a button.
      if (button > 0 || !this.#tell('dismiss', item)) return;
      this.#dismissed.add(item.id);
      if (this.#given) this.#given = this.#given.filter(({ id }) => id !== item.id);
      this.#deed();
      profile?.observe({ type: 'dismiss', item: item.id });
    } else if (target.closest('a') && this.#tell('select', item)) profile?.observe({ type: 'select', item: item.id });
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
