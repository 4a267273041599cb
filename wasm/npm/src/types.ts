/**
 * The public vocabulary: what a page asks, what it gets back, what it may tell.
 * Types only; no behaviour lives here.
 */
/// <reference lib="esnext.disposable" preserve="true" />
import type { ManifestTrust } from './trusted.js';
import type { RecoError } from './errors.js';

/** An item id exactly as the data folder has it. Numbers are accepted and written out in decimal. */
export type ItemId = string | number;

/** The list kinds. A model that lacks a kind answers from the fallback chain. */
export type Kind =
  | 'picks'
  | 'similar'
  | 'together'
  | 'next'
  | 'popular'
  | 'trending'
  | 'new'
  | 'text'
  | 'look'
  | 'again'
  | 'recent'
  | 'named';

export type ProfileMode = 'off' | 'session' | 'device';

/** Says how much the shopper agreed to. `cookshelf/shopify` and `cookshelf/consent` have some; an own one is a few lines. */
export interface ConsentSource {
  /** Calls `allow` with the highest mode allowed, once that is decided and again with every change; returns how to stop. */
  follow(allow: (mode: ProfileMode) => void): () => void;
}

/** Tells the profile what happens in the shop. `cookshelf/shopify` has one for its storefront events. */
export interface EventFeed {
  /** Passes on what happens from now on; returns how to stop. */
  follow(profile: Profile): () => void;
}

/**
 * Where lists are made. `main`: in the page, by wasm. `worker`: in a worker, by wasm. `airlock`: in a worker whose own
 * response forbids every request. `js`: in the page, by a script, for pages where wasm is forbidden. `auto`: in
 * the page, or for large catalogues in a worker, and by the script when neither can be.
 */
export type RunMode = 'auto' | 'main' | 'worker' | 'airlock' | 'js';

/** What makes the lists. */
export type EngineKind = 'wasm' | 'worker' | 'airlock' | 'js';

/** Where the engine's bytes come from: a URL, the bytes, or an already compiled module. */
export type WasmSource = string | URL | Response | BufferSource | WebAssembly.Module;

/**
 * Several calls for the same model, channel and catalogue share one recommender. What a later call brings is followed as well:
 * of all `consent` the lowest mode counts, and until all have said theirs no more is remembered than before; `events` of all are heard. `profile` must be what the earlier calls named or the
 * mode that holds now, `run` theirs; or missing. Others are refused.
 */
export interface RecommenderOptions extends ManifestTrust {
  /** URL of the manifest. Everything else is found from it. */
  model: string | URL;
  /** Only needed for `cookshelf/slim`, or to serve the wasm file from another place. */
  wasm?: WasmSource;
  /**
   * `off` (default): nothing is remembered, lists depend on the page only.
   * `session`: remembered while the page lives. `device`: kept in IndexedDB. Ask for consent first.
   */
  profile?: ProfileMode;
  /**
   * Raises and lowers the profile's mode as the shopper agrees and takes it back; `profile` is then the most that is kept, `device` when missing.
   * It is followed from the call on, also when the model cannot be opened, until `dispose()`. What happens before the shopper has decided
   * waits in the memory of the page: it is noted with a yes and dropped with a no. What another tab or the page took back stays so until a
   * source says something new: what a source that comes later says first may be older.
   */
  consent?: ConsentSource;
  /** What tells the profile of views, the cart and purchases. */
  events?: readonly EventFeed[];
  /** Where lists are made; `auto` when missing. Where that cannot be, something that can; see `engine`. */
  run?: RunMode;
  /** Address of `cookshelf/worker`, to serve it from another place; for `airlock` one that sends its policy. */
  worker?: string | URL;
  /**
   * Where fetched blobs are kept. `auto` (default) keeps them in the Cache API when `profile` is
   * `device` and in memory otherwise, so that nothing is stored before the shopper agreed.
   */
  cache?: 'auto' | 'memory' | 'device';
  /** Channel of the shop that lists are made for when a call names none; without one, the whole shop. */
  channel?: ItemId | undefined;
  /** Catalogue of the channel; without one, the whole channel. */
  catalog?: ItemId | undefined;
  /** Replaces `globalThis.fetch`. */
  fetch?: typeof fetch;
  /** Milliseconds since 1970; replaces `Date.now`. */
  now?: () => number;
  /** Gives the opening up, as far as no other call waits for it. */
  signal?: AbortSignal;
  /** Told about every problem that was survived (storage refused, refresh failed, …). */
  onError?: (error: RecoError) => void;
}

export interface Range {
  readonly min?: number;
  readonly max?: number;
}

/**
 * Which items may appear. All named conditions must hold. Besides the four special names any
 * filter column of the model may be named: `{ colour: ['red', 'blue'], price: { max: 50 } }`.
 */
export interface Where {
  readonly category?: string | readonly string[] | undefined;
  readonly inStock?: boolean | undefined;
  readonly any?: readonly Where[] | undefined;
  readonly not?: Where | undefined;
  readonly [column: string]: string | readonly string[] | Range | boolean | Where | readonly Where[] | undefined;
}

type Known = 'cart' | 'seen' | 'purchased' | 'dismissed';

export type Exclude = readonly ItemId[] | Known | ReadonlyArray<Known | ItemId>;

export interface Query {
  /** How many items; 8 when missing, 50 at most. */
  limit?: number;
  where?: Where;
  /** Whether what the list is about, or what the profile holds, may be shown again; `hide` when missing. */
  repeats?: 'show' | 'hide';
  /** Item ids that must not appear; `'cart'`, `'seen'`, `'purchased'` and `'dismissed'` stand for what the profile knows. */
  exclude?: Exclude;
  /** Multiplies the scores of items that pass, by 0 to 100: below 1 buries, 0 takes out. Several may apply. */
  boost?: readonly { readonly where: Where; readonly by: number }[];
  /** Items with a place of their own, 1 for the first; what may not be shown is not shown here either. */
  pins?: readonly { readonly item: ItemId; readonly place: number }[];
  /** 0 to 1: how much an item that is unlike those above it is preferred to a better one. */
  diversity?: number;
  /** At most this many computed items of one category. */
  perCategory?: number;
  /** 0 to 1: the share of its score that an item loses that this page showed just now; half of it after 24 hours. */
  rotate?: number | { readonly rate: number; readonly halfLifeHours?: number };
  /** 0 to 1: items with less than this share of the best score of their list are left out. */
  minScore?: number;
  /** 0 to 1: how much of the score is this shopper's taste, in lists that are about items, and in charts. */
  personal?: number;
  /** Only these, put in the order of the list; what it says nothing about follows in the given order. */
  among?: readonly ItemId[];
  /**
   * 0 to 1: the share of the places that is kept for new items which the list does not show by itself, spread over it;
   * a shopper's taste chooses among them where the list is about it. None in `new`, `again`, `recent` and named lists.
   */
  explore?: number;
  /** Kinds tried in order when the list is short. An empty list means: stay short. */
  fallback?: readonly (Kind | 'none')[];
  /**
   * Also fetch title, price, address and image. For a list that depends on the profile `true`
   * fetches the cards of the whole catalogue, so that the requests say nothing about the shopper;
   * `'shown'` fetches only what is shown: fewer bytes, but the server can tell which items.
   */
  cards?: boolean | 'shown';
  /** Only what this channel sells; an unknown one sells nothing. `'0'` is the whole shop. */
  channel?: ItemId | undefined;
  /** Only what is in this catalogue of the channel. `'0'` is the whole channel. */
  catalog?: ItemId | undefined;
  signal?: AbortSignal;
}

/**
 * What a list is about: items, or an image of the shop that shows several. `'cart'` stands for what the profile knows of the
 * cart: the list fetches what it could need for any cart, so that the requests say nothing about this one. (An item with that
 * id is asked for as `['cart']`.)
 */
export type Seeds = ItemId | readonly ItemId[] | 'cart' | { readonly image: ItemId };

/** The generic question behind every method. */
export interface ListRequest extends Query {
  kind: Kind;
  seeds?: Seeds;
  /** Which list of the kind `named`. */
  name?: string;
}

export type ReasonKind = 'similar-to' | 'together-with' | 'your-taste' | 'trending' | 'popular' | 'new' | 'recent' | 'chosen' | 'given' | 'again';

/** `chosen`: the shop or the page put it there. `given`: it is one of `among`, and no list says more about it. `again`: bought before, and soon needed. */
export interface Reason {
  readonly kind: ReasonKind;
  /** The seed or profile item that contributed most. */
  readonly because?: string;
}

export interface Card {
  readonly id: string;
  readonly title: string;
  /** Decimal text, exactly as in the data. */
  readonly price?: string;
  readonly currency?: string;
  readonly address: string;
  readonly image: string;
}

export interface ResultItem {
  readonly id: string;
  readonly score: number;
  /** 1 for the first. */
  readonly rank: number;
  readonly reason: Reason;
  readonly card?: Card;
}

/** What can keep an item out of a list. `boost`: one by 0. `among`: none of these. `score`, `category`: `minScore`, `perCategory`. */
export type Rule =
  | 'excluded'
  | 'seed'
  | 'dismissed'
  | 'known'
  | 'unavailable'
  | 'filter'
  | 'shop'
  | 'shown'
  | 'boost'
  | 'among'
  | 'score'
  | 'category';

/** `asked`: all items come from the asked kind; `empty`: nothing fits, even after the fallback. */
export type Level = 'asked' | 'partly-fallback' | 'fallback' | 'empty';

export interface Result {
  readonly items: readonly ResultItem[];
  readonly level: Level;
  /** Why the list is short: how many items that came up each rule kept out. */
  readonly removed: Readonly<Partial<Record<Rule, number>>>;
  readonly used: { readonly profile: boolean; readonly engine: EngineKind; readonly ms: number };
  /** Names this answer within the page. Local only; never sent anywhere. */
  readonly resultId: string;
}

export type CauseKind = 'seed' | 'profile' | 'place' | 'boost' | 'rotation';

export interface ExplanationPart {
  /** The row of a seed, the shopper's taste, a place in a chart or a chosen order, a boost, or having been shown. */
  readonly cause: CauseKind;
  /** The seed, or the item of the profile. */
  readonly item?: string;
  /** Which boost, 0 for the first. */
  readonly boost?: number;
  /** What it gives to the score; below zero what it takes. */
  readonly amount: number;
}

/** Why an item is in a list, or why it is not. */
export interface Explanation {
  readonly item: string;
  /** Its place, 1 for the first; missing when it is not in the list. */
  readonly rank?: number;
  /** The list that it comes from: the asked one or a fallback. */
  readonly list?: Kind;
  readonly score: number;
  /** What adds up to the score, the largest first. */
  readonly parts: readonly ExplanationPart[];
  /** In `again`: on how many days it was bought, how many days lie between, as far as can be told, and since when. */
  readonly bought?: { readonly times: number; readonly everyDays: number; readonly daysAgo: number };
  /** Missing when it is there, and when other items were just better. */
  readonly keptOutBy?: Rule;
}

export type EventType = 'view' | 'select' | 'addToCart' | 'removeFromCart' | 'purchase' | 'like' | 'dismiss';

export interface ProfileEvent {
  readonly type: EventType;
  readonly item: ItemId;
  /** How often it counts, a whole number from 1 to 8; 1 when missing. However much was done with an item, it counts as 8 views at most. */
  readonly weight?: number;
}

/** One remembered event. The day is all the time that is kept (days since 1970-01-01, UTC). */
export interface StoredEvent {
  readonly item: string;
  readonly type: EventType;
  readonly day: number;
  /** 1 when missing. */
  readonly weight?: number;
}

export interface ProfileExportV1 {
  readonly schema: 1;
  /** Newest first. */
  readonly events: readonly StoredEvent[];
}

export interface ProfileSummary {
  readonly mode: ProfileMode;
  readonly paused: boolean;
  /** True when the events survive this page. */
  readonly stored: boolean;
  readonly events: number;
  readonly cart: readonly string[];
  /** What is known, by item, most recent first. */
  readonly items: ReadonlyArray<{
    readonly item: string;
    readonly did: readonly EventType[];
    readonly times: number;
    readonly daysAgo: number;
  }>;
}

/** What this device remembers of its shopper. Nothing here has a way to the network. */
export interface Profile {
  /** Setting it to a lower mode forgets what that mode may not keep, in every tab and on the device. */
  mode: ProfileMode;
  /**
   * The shopping cart as the page says it, changed by the cart events of this page; until the page says it, with those that a
   * stored profile has of today. Page memory only; works in every mode.
   */
  cart: readonly string[];
  readonly paused: boolean;
  /** Notes an event on this device. Not called "track", because nothing is sent. */
  observe(event: ProfileEvent): void;
  /** Until `resume()` nothing is noted and lists are made as if the mode were `off`; in the mode `device` on later pages, too, and in all tabs. */
  pause(): void;
  resume(): void;
  /** Plain data for a "why am I seeing this" panel. */
  explain(): ProfileSummary;
  export(): Promise<ProfileExportV1>;
  /** Replaces what is remembered. Rejects data it does not understand. */
  import(data: ProfileExportV1): Promise<void>;
  /** Forgets everything, in every tab: events, cart, and the stored copy of fetched blobs. Rejects with `STORAGE_DENIED` when something could not be deleted. */
  erase(): Promise<void>;
  /** Resolves when everything observed so far is stored (or known to be unstorable). */
  settled(): Promise<void>;
}

/** One line of the request log. */
export interface NetworkEntry {
  readonly url: string;
  /** Bytes of the body as read; 0 when the request failed before a body came. */
  readonly bytes: number;
  /** True when it came from the device's own store and no request was made. */
  readonly cached: boolean;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface ModelInfo {
  /** Hash of the index: changes exactly when the model does. */
  readonly id: string;
  /** Major number of the model format. */
  readonly format: number;
  readonly cookedAt: string;
  readonly items: number;
  /** Bytes of the whole model; a page fetches a small part of it. */
  readonly bytes: number;
  /** True when the manifest is past its expiry and no newer one could be had. */
  readonly stale: boolean;
  /** The arm of a canary or a comparison that this device assigned itself to. */
  readonly arm: string | undefined;
}

export interface RecommenderEvents {
  change: { readonly what: 'profile' | 'model' };
  error: RecoError;
}

export interface Recommender extends Disposable {
  /** Picks for this shopper; without a profile the fallback chain answers. */
  forYou(query?: Query): Promise<Result>;
  similar(seeds: Seeds, query?: Query): Promise<Result>;
  /** Bought together with these items; `together('cart')` completes the cart. */
  together(seeds: Seeds, query?: Query): Promise<Result>;
  /** Looks similar. */
  look(seeds: Seeds, query?: Query): Promise<Result>;
  /** Described similarly. */
  text(seeds: Seeds, query?: Query): Promise<Result>;
  /** What comes next after these, the newest last; without seeds, after what the profile holds. */
  next(seeds?: Seeds, query?: Query): Promise<Result>;
  trending(query?: Query): Promise<Result>;
  popular(query?: Query): Promise<Result>;
  fresh(query?: Query): Promise<Result>;
  /** Recently seen by this shopper. */
  recent(query?: Query): Promise<Result>;
  /** What this shopper bought and is about to need again, the most due first; nothing fills it up. */
  again(query?: Query): Promise<Result>;
  /** A list that the shop made itself, in its order. Nothing fills it up; outside its dates it is empty. */
  list(name: string, query?: Query): Promise<Result>;
  recommend(request: ListRequest): Promise<Result>;
  /** The lists of a page, in order; none shows what an earlier one shows, unless `distinct` is false. */
  recommendMany(requests: readonly ListRequest[], options?: { readonly distinct?: boolean }): Promise<Result[]>;
  /** Why an item is in the list of a request, in parts that add up to its score, or which rule keeps it out. */
  explain(item: ItemId, request: ListRequest): Promise<Explanation>;
  /** Fetches ahead what later calls will need. */
  warm(what?: 'context' | 'personal' | 'all'): Promise<void>;
  readonly profile: Profile;
  readonly model: ModelInfo;
  /** What makes the lists, and why it is not what `run` asked for. */
  readonly engine: { readonly kind: EngineKind; readonly why?: RecoError };
  readonly network: { log(): readonly NetworkEntry[] };
  on<K extends keyof RecommenderEvents>(kind: K, listener: (event: RecommenderEvents[K]) => void): () => void;
  dispose(): void;
}
