/**
 * A model's card as this storefront would show it: its address in the shopper's language, its picture at a width, its
 * price only where it holds. Builds texts; shows nothing.
 */
import type { Card } from '../types.js';
import { shopify, shopifyRoot } from './host.js';

export interface ShopifyCard extends Card {
  /** The price with its currency, as the page's language writes it; missing in markets with another currency. */
  readonly money?: string;
}

/** Hosts whose pictures can be asked for at a width. */
const PICTURES = /^https?:\/\/cdn\.shopify\.com\/|\/cdn\/shop\//;

/** The card for this page. `width` is the picture's in pixels. */
export function shopifyCard(card: Card, options: { readonly width?: number } = {}): ShopifyCard {
  const { width = 400 } = options;
  const { price, ...rest } = card;
  const active = shopify('currency', 'active');
  // Prices of other markets follow rules that only the shop knows: better none than a wrong one.
  const holds = price !== undefined && (typeof active !== 'string' || card.currency === undefined || active === card.currency);
  const currency = card.currency ?? (typeof active === 'string' ? active : undefined);
  return {
    ...rest,
    address: inMarket(card.address),
    image: PICTURES.test(card.image) ? withWidth(card.image, width) : card.image,
    ...(holds && { price }),
    ...(holds && currency !== undefined && { money: moneyText(price, currency) }),
  };
}

/** `/products/x` with the language and market of the page in front. */
function inMarket(address: string): string {
  const root = shopifyRoot();
  const local = address.startsWith('/') && !address.startsWith('//');
  return local && !address.startsWith(root) ? root + address.slice(1) : address;
}

function withWidth(image: string, width: number): string {
  const [path = '', query = ''] = image.split('?');
  const words = new URLSearchParams(query);
  words.set('width', String(width));
  return `${path}?${words}`;
}

function moneyText(price: string, currency: string): string {
  const language = document.documentElement.lang || undefined;
  try {
    return new Intl.NumberFormat(language, { style: 'currency', currency }).format(Number(price));
  } catch {
    // A currency or language that this browser does not know.
    return `${price} ${currency}`;
  }
}
