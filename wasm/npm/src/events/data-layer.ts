/**
 * The e-commerce events that a page tells its analytics of anyway, told to the profile as well: `view_item`,
 * `add_to_cart` and their like, as `dataLayer.push({ event, ecommerce })` or as `gtag('event', …)`.
 *
 * Lists that scroll into view are no views: `view_item_list` says nothing about the shopper.
 */
import type { EventFeed, EventType, ItemId } from '../types.js';
import { commandOf, followLayer } from './layer.js';

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

/** Feeds the profile from the page's data layer. */
export function dataLayerEvents({ item: named = ownId, layer = 'dataLayer' }: DataLayerOptions = {}): EventFeed {
  return {
    follow: (profile) => followLayer(layer, (entries) => {
      for (const { name, items } of entries.map(happeningOf).filter((happening) => happening !== undefined)) {
        const ids = items.map(named).filter((id) => id !== undefined).filter((id) => id !== '');
        const type = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
        if (name === 'view_cart') profile.cart = ids.map(String);
        else if (type) for (const item of ids) profile.observe({ type, item });
      }
    }),
  };
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
