/**
 * The e-commerce events that a page tells its analytics of anyway, told to the profile as well: `view_item`,
 * `add_to_cart` and their like, as `dataLayer.push({ event, ecommerce })` or as `gtag('event', …)`.
 *
 * Lists that scroll into view are no views: `view_item_list` says nothing about the shopper.
 */
import type { EventFeed, EventType, ItemId } from '../types.js';
import { commandOf, followLayer, layerOf } from './layer.js';
import { inTurn } from './turn.js';

/** An item as the event names it. */
export type LayerItem = Readonly<Record<string, unknown>>;

export interface DataLayerOptions {
  /** The item of the model; `item_id` when missing. `undefined` leaves the item out. */
  item?: (item: LayerItem) => ItemId | undefined;
  /** Name of the global array; `dataLayer` when missing. */
  layer?: string;
}

const TYPES: Readonly<Record<string, EventType>> = {
  view_item: 'view',
  select_item: 'select',
  add_to_cart: 'addToCart',
  remove_from_cart: 'removeFromCart',
  purchase: 'purchase',
  add_to_wishlist: 'like',
};

/** What an entry tells of. */
interface Happening {
  readonly name: string;
  readonly items: readonly LayerItem[];
}

/** What was in a layer when somebody stopped following it: told once, it may have been erased since. */
const past = new WeakSet<object>();

/**
 * Feeds the profile from the page's data layer. Of several for one profile and layer the first one does, so that nothing
 * counts twice; who follows after another has stopped hears only what comes then.
 */
export function dataLayerEvents({ item: named = ownId, layer = 'dataLayer' }: DataLayerOptions = {}): EventFeed {
  return {
    follow: (profile) => inTurn(profile, layer, () => {
      let isLive = false;
      const stop = followLayer(layer, (entries) => {
        for (const { name, items } of entries.filter((entry) => isLive || !isPast(entry)).map(happeningOf).filter((happening) => happening !== undefined)) {
          const ids = items.map(named).filter((id) => id !== undefined).filter((id) => id !== '');
          const type = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
          if (name === 'view_cart') profile.cart = ids.map(String);
          else if (type) for (const item of ids) profile.observe({ type, item });
        }
      });
      isLive = true;
      return () => {
        stop();
        for (const entry of layerOf(layer)) if (isItem(entry)) past.add(entry);
      };
    }),
  };
}

function isPast(entry: unknown): boolean {
  return isItem(entry) && past.has(entry);
}

function happeningOf(entry: unknown): Happening | undefined {
  const command = commandOf(entry);
  if (command === undefined) return undefined;
  const tagged = command.word === 'event';
  const name = tagged ? command.name : read(entry, 'event');
  const items = read(tagged ? command.settings : read(entry, 'ecommerce'), 'items');
  return typeof name === 'string' && Array.isArray(items) ? { name, items: items.filter(isItem) } : undefined;
}

function ownId(item: LayerItem): ItemId | undefined {
  const id = item['item_id'] ?? item['id'];
  return typeof id === 'string' || typeof id === 'number' ? id : undefined;
}

function read(from: unknown, key: string): unknown {
  return isItem(from) ? from[key] : undefined;
}

function isItem(value: unknown): value is LayerItem {
  return typeof value === 'object' && value !== null;
}
