/**
 * Shopify's standard storefront events tell the profile what happens. They are DOM events that themes dispatch; this
 * listens on the document, patches nothing and asks nobody. Themes that do not have them yet are heard through the
 * page's own JSON and the form that puts a product into the cart.
 *
 * Cards that scroll into view are no views: only product pages and dialogs are. Purchases happen in the checkout, where
 * no theme script runs, so they are not heard.
 */
import { inTurn } from '../events/turn.js';
import type { EventType, ItemId, Profile } from '../types.js';
import { CartBook } from './cart.js';
import { at, inThemeEditor, plainId } from './host.js';
import { readPage, type ShopifyPage } from './page.js';

export interface ShopifyEventsOptions {
  /** What the page shows; read from the app embed's JSON, or Shopify's `meta`, when missing. */
  page?: ShopifyPage;
  /** The item of the model for a product id; the id itself when missing. `undefined` leaves the product out. */
  item?: (product: string) => ItemId | undefined;
}

/** A form and an event may tell of the same click; within this many milliseconds they count once. */
const SAME_CLICK_MS = 5_000;

/** So long an event may come after the form that a script of the theme sends: it knows what became of it. */
const EVENT_MS = 1_000;

/** As much of a profile as is told anything. */
export type Told = Pick<Profile, 'cart' | 'observe'>;

/** What the page said, and what became of its cart, when somebody stopped following it. */
let past: { readonly said: string; readonly book: CartBook; readonly profile: Told } | undefined;

/**
 * Feeds the profile from the storefront's own events; an `EventFeed`. Of several for one profile the first one does, so
 * that nothing counts twice; who follows after another has stopped hears of the page's product only when it is another.
 */
export function shopifyEvents(options: ShopifyEventsOptions = {}): { follow(profile: Told): () => void } {
  return {
    // What a merchant tries out in the editor is no shopper's taste.
    follow: (profile) => (inThemeEditor() ? () => {} : inTurn(profile, 'shopify', () => {
      const feed = new Feed(profile, options.item ?? ((product) => product));
      feed.open(options.page);
      const listening = new AbortController();
      const listen = (name: string, hear: (event: Event) => void): void =>
        document.addEventListener(name, hear, { signal: listening.signal });
      listen('shopify:product:view', (event) => feed.viewed(event));
      listen('shopify:product:select', (event) => feed.selected(event));
      listen('shopify:cart:view', (event) => feed.cartSeen(at(event, 'cart')));
      listen('shopify:cart:lines-update', (event) => void feed.cartChanged(event));
      listen('submit', (event) => feed.submitted(event));
      return () => {
        feed.close();
        listening.abort();
      };
    })),
  };
}

class Feed {
  #stopped = false;
  /** What the page said at the beginning. */
  #said = '';
  readonly #profile: Told;
  readonly #item: (product: string) => ItemId | undefined;
  #book = new CartBook();
  /** When a form put a product into the cart, by product. */
  readonly #submitted = new Map<string, number>();
  /** Products of forms whose end is not known yet. */
  readonly #sending = new Set<string>();

  constructor(profile: Told, item: (product: string) => ItemId | undefined) {
    this.#profile = profile;
    this.#item = item;
  }

  open(given: ShopifyPage | undefined): void {
    const known = readPage(given);
    const { product, variants, cart } = known;
    this.#said = JSON.stringify(known);
    if (past?.said === this.#said) {
      // The view has counted and may have been erased since; the cart is what became of it, and a new profile's as well.
      this.#book = past.book.copy();
      if (cart !== undefined && past.profile !== this.#profile) this.#tellCart();
      return;
    }
    for (const variant of variants) this.#book.learn(variant, product);
    for (const line of cart ?? []) {
      this.#book.note(line.key, line.product);
      this.#book.learn(line.variant, line.product);
    }
    if (cart !== undefined) this.#tellCart();
    this.#tell('view', product);
  }

  close(): void {
    this.#stopped = true;
    past = { said: this.#said, book: this.#book, profile: this.#profile };
  }

  viewed(event: Event): void {
    const product = this.#learn(at(event, 'product'));
    const context = at(event, 'context');
    if (context === 'page' || context === 'dialog') this.#tell('view', product);
  }

  selected(event: Event): void {
    const product = this.#learn(at(event, 'product'));
    this.#tell('select', product);
    void settled(event).then((answer) => {
      for (const name of ['variant', 'selectedVariant']) this.#book.learn(plainId(at(answer, name, 'id')), product);
      this.#learn(at(answer, 'product'));
    });
  }

  cartSeen(cart: unknown): void {
    if (this.#book.adopt(cart)) this.#tellCart();
  }

  /** The event comes before the change; its promise says whether it happened. */
  async cartChanged(event: Event): Promise<void> {
    const [lines, action, target] = [at(event, 'lines'), at(event, 'action'), event.target];
    const changed: readonly unknown[] = Array.isArray(lines) ? lines : [];
    const added = action === 'add' ? changed.map((line) => this.#productAdded(line, target)) : [];
    // From here on the event decides about the click, not the form.
    for (const product of added) if (product !== undefined) this.#sending.delete(product);
    const answer = await settled(event);
    if (this.#stopped || answer === undefined || hasErrors(answer) || changed.length === 0) return;
    for (const product of added) this.#added(product, event.timeStamp);
    const before = this.#book.products;
    const gone = action === 'add' ? [] : changed.map((line) => this.#lineGone(line, action));
    const cart = at(answer, 'cart');
    const isKnown = cart !== undefined && cart !== null && this.#book.adopt(cart, added.length === 1 ? added[0] : undefined);
    // A line that nobody can name is one of those that are not there any more.
    const missing = isKnown && action !== 'add' ? before.filter((product) => !this.#book.products.includes(product)) : [];
    for (const product of new Set([...gone, ...missing])) this.#tell('removeFromCart', product);
    if (isKnown) this.#tellCart();
  }

  /** A form that adds to the cart, in themes that have no events for it. */
  submitted(event: Event): void {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !/\/cart\/add(\.js)?$/.test(new URL(form.action, document.baseURI).pathname)) return;
    const variant = new FormData(form).get('id');
    const product = this.#productOf(plainId(variant), form);
    if (product === undefined) return;
    const add = (): void => {
      this.#added(product, event.timeStamp);
      this.#submitted.set(product, event.timeStamp);
    };
    if (!event.defaultPrevented) return add();
    // A script sends it, and the shop may refuse; if the theme has an event for that, it comes soon.
    this.#sending.add(product);
    setTimeout(() => {
      if (this.#sending.delete(product)) add();
    }, EVENT_MS);
  }

  #added(product: string | undefined, time: number): void {
    const before = product === undefined ? undefined : this.#submitted.get(product);
    if (before !== undefined && Math.abs(time - before) < SAME_CLICK_MS) return;
    this.#tell('addToCart', product);
  }

  #productAdded(line: unknown, target: EventTarget | null): string | undefined {
    const variant = plainId(at(line, 'merchandiseId') ?? at(line, 'merchandise', 'id'));
    const product = plainId(at(line, 'merchandise', 'product', 'id') ?? at(line, 'product', 'id')) ?? this.#productOf(variant, target);
    this.#book.learn(variant, product);
    return product;
  }

  /** A variant's product, as learnt, or as the product card around the button says. */
  #productOf(variant: string | undefined, target: EventTarget | null): string | undefined {
    const card = target instanceof Element ? target.closest('[data-product-id]') : null;
    return this.#book.productOf(variant) ?? plainId(card?.getAttribute('data-product-id'));
  }

  /** The product of a line that an event takes out, when no other line holds it. */
  #lineGone(line: unknown, action: unknown): string | undefined {
    const id = plainId(at(line, 'id'));
    return id !== undefined && (action === 'remove' || at(line, 'quantity') === 0) ? this.#book.drop(id) : undefined;
  }

  /** Notes which variants a product of an event has; its plain id. */
  #learn(product: unknown): string | undefined {
    const id = plainId(at(product, 'id'));
    this.#book.learn(plainId(at(product, 'selectedVariant', 'id')), id);
    return id;
  }

  #tell(type: EventType, product: string | undefined): void {
    const item = product === undefined ? undefined : this.#item(product);
    if (item !== undefined && !this.#stopped) this.#profile.observe({ type, item });
  }

  #tellCart(): void {
    this.#profile.cart = this.#book.products.flatMap((product) => {
      const item = this.#item(product);
      return item === undefined ? [] : [String(item)];
    });
  }
}

/** What the event's promise brings: an empty answer when it has none, `undefined` when it failed. */
async function settled(event: Event): Promise<unknown> {
  const promise = at(event, 'promise');
  if (promise === undefined) return {};
  try {
    return (await promise) ?? {};
  } catch {
    // The shop reports its own failures, by shopify:cart:error.
    return undefined;
  }
}

function hasErrors(answer: unknown): boolean {
  const errors = at(answer, 'userErrors');
  return (Array.isArray(errors) && errors.length > 0) || at(answer, 'detail', 'didError') === true;
}
