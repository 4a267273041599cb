/**
 * From a question of the page to bytes for the engine. Here lives the rule that keeps the requests
 * of two shoppers alike: what is *fetched* is decided by cover questions, which hold the page's
 * part of the question but nothing of the profile; only what is *scored* sees the profile.
 */
import { RecoError } from '../errors.js';
import { encodeRequest, KINDS, type WireEvent, type WireRequest } from './request.js';
import type { ItemId, Kind, ListRequest, Query, Seeds } from '../types.js';
import type { Wishes } from './wishes.js';

const DEFAULT_LIMIT = 8;
const MAX_LIMIT = 50;
const MAX_AMONG = 1000;
const DEFAULT_FALLBACK: readonly Kind[] = ['trending', 'popular'];

/** Lists that are made from the profile. */
const PROFILE_KINDS: readonly Kind[] = ['picks', 'next', 'again', 'recent'];

/** Lists for which other items would be a lie. */
const NO_FALLBACK: readonly Kind[] = ['recent', 'again', 'named'];

/** What the plan may know of the shopper. */
export interface Known {
  /** False when the profile is off or paused. */
  readonly remembers: boolean;
  /** Newest first. */
  readonly events: readonly WireEvent[];
  readonly cart: readonly string[];
  readonly seen: readonly string[];
  readonly purchased: readonly string[];
  readonly dismissed: readonly string[];
}

/** Words of `exclude` that stand for what the shopper did. */
export const WORDS = ['cart', 'seen', 'purchased', 'dismissed'] as const;

export interface Plan {
  readonly request: Uint8Array;
  /**
   * Questions that decide what is fetched, equal for all shoppers who see the same page. Empty when
   * the request itself holds nothing of the shopper.
   */
  readonly covers: readonly Uint8Array[];
  /** True when the answer may depend on what the shopper did. */
  readonly personal: boolean;
  /** True when the profile took part in the answer. */
  readonly usedProfile: boolean;
  readonly cards: NonNullable<Query['cards']>;
}

/** What comes before a list of the page. */
export interface Earlier {
  readonly ids: readonly string[];
  readonly aboutShopper: boolean;
}

/** What a question becomes besides its plain fields. */
export interface Parts {
  /** What `where` became. */
  readonly filter?: readonly number[] | undefined;
  /** What the rare options became. */
  readonly wishes?: Wishes | undefined;
  /** Seconds. */
  readonly moment?: number;
  /** What earlier lists of the page show, and whether one of them is about the shopper. */
  readonly earlier?: Earlier;
  /** Items with whose rows all rows are there, where the seeds are the cart. */
  readonly rows?: readonly string[] | undefined;
  /** Of the whole page, for questions that name none. */
  readonly channel?: ItemId | undefined;
  readonly catalog?: ItemId | undefined;
}

/** `anyItem` stands in for the history in cover questions. */
export function makePlan(ask: ListRequest, known: Known, anyItem: string | undefined, { filter, wishes, moment = 0, earlier, rows, channel, catalog }: Parts = {}): Plan {
  if (!KINDS.includes(ask.kind)) throw new RecoError('QUERY_INVALID', `kind "${String(ask.kind)}" is not a list`);
  const kinds = fallback(ask);
  const fromProfile = ([ask.kind, ...kinds].some((kind) => PROFILE_KINDS.includes(kind)) || (ask.personal ?? 0) > 0) && known.remembers;
  const exclusion = exclude(ask.exclude, known);
  const { seeds, image } = about(rows ? known.cart : ask.seeds);
  const wire: WireRequest = {
    kind: ask.kind,
    limit: limit(ask),
    seeds,
    profile: fromProfile ? known.events : [],
    exclude: [...exclusion.ids, ...(earlier?.ids ?? [])],
    filter,
    fallback: kinds,
    moment,
    texts: [optional(ask.channel ?? channel), optional(ask.catalog ?? catalog), ask.kind === 'named' ? idText(ask.name) : optional(ask.name), image],
    repeats: ask.repeats === 'show',
    wishes: wishes?.all,
  };
  // What was shown, too, may be there for what the shopper did.
  const personal = fromProfile || exclusion.personal || rows !== undefined || earlier?.aboutShopper === true || ask.rotate !== undefined;
  return {
    request: encodeRequest(wire),
    covers: personal ? coverQuestions({ ...wire, exclude: exclusion.page, wishes: wishes?.cover }, fromProfile, anyItem, rows) : [],
    personal,
    usedProfile: wire.profile.length > 0 || (exclusion.personal && exclusion.ids.length > 0),
    cards: ask.cards ?? false,
  };
}

/**
 * The question without the shopper, once as it is and once for each fallback list: whether this
 * shopper's list happens to be short must not show in what is fetched.
 */
function coverQuestions(wire: WireRequest, fromProfile: boolean, anyItem: string | undefined, rows: readonly string[] | undefined): Uint8Array[] {
  const profile: readonly WireEvent[] = (fromProfile || rows) && anyItem !== undefined ? [{ item: anyItem, type: 'view', ageHours: 0 }] : [];
  // Without the time: it only makes lists shorter, and each list that fills up has a question of its own.
  const cover = { ...wire, moment: 0 };
  const one = (kind: Kind, fallback: readonly Kind[]): Uint8Array =>
    // Without seeds `next` fetches the rows of any profile: all of them.
    encodeRequest({ ...cover, profile, kind, fallback, seeds: rows ? (kind === 'next' ? [] : rows) : wire.seeds });
  return [one(wire.kind, wire.fallback), ...wire.fallback.map((kind) => one(kind, []))];
}

/** A list that is put in order stays whole. */
function limit({ limit: asked = NaN, among }: ListRequest): number {
  const given = Number.isNaN(asked) ? among?.length ?? DEFAULT_LIMIT : Math.trunc(asked);
  return Math.min(among ? MAX_AMONG : MAX_LIMIT, Math.max(1, given));
}

function fallback(ask: ListRequest): readonly Kind[] {
  const kinds = ask.fallback ?? (NO_FALLBACK.includes(ask.kind) ? [] : DEFAULT_FALLBACK);
  return kinds.filter((kind): kind is Kind => kind !== ask.kind && KINDS.some((known) => known === kind));
}

interface Exclusion {
  readonly ids: readonly string[];
  /** The part that the page named itself. */
  readonly page: readonly string[];
  readonly personal: boolean;
}

function exclude(asked: Query['exclude'], known: Known): Exclusion {
  const parts: readonly ItemId[] = typeof asked === 'string' ? [asked] : (asked ?? []);
  const ids = new Set<string>();
  const page: string[] = [];
  let personal = false;
  for (const part of parts) {
    const word = WORDS.find((one) => one === part);
    if (word) {
      personal ||= known.remembers || word === 'cart';
      for (const id of known[word]) ids.add(id);
    } else {
      page.push(idText(part));
      ids.add(idText(part));
    }
  }
  return { ids: [...ids], page, personal };
}

function about(seeds: Seeds | undefined): { seeds: string[]; image: string } {
  if (typeof seeds === 'object' && 'image' in seeds) return { seeds: [], image: idText(seeds.image) };
  return { seeds: (typeof seeds === 'object' ? seeds : seeds === undefined ? [] : [seeds]).map(idText), image: '' };
}

function optional(id: ItemId | undefined): string {
  return id ? idText(id) : '';
}

export function idText(id: ItemId | undefined): string {
  if (typeof id === 'string' && id !== '') return id;
  if (typeof id === 'number' && Number.isFinite(id)) return String(id);
  throw new RecoError('QUERY_INVALID', `"${String(id)}" is not an id`);
}
