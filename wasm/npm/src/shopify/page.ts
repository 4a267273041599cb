/**
 * What the page says about itself without a request: the theme block's JSON, or what Shopify writes for its own
 * analytics. Nothing here asks the network: `/cart.js` would.
 */
import { pageJson } from '../page-json.js';
import { at, plainId } from './host.js';

/** What a page shows, as the theme block writes it. Ids as Liquid has them. */
export interface ShopifyPage {
  /** The product of a product page. */
  readonly product?: string | number | null;
  /** Its variants. */
  readonly variants?: readonly (string | number)[];
  /** The lines of the cart, when the page knows them. */
  readonly cart?: readonly { readonly product: string | number; readonly variant: string | number; readonly key: string }[];
}

/** What is known when the page opens. Ids are plain. */
export interface Known {
  readonly product: string | undefined;
  readonly variants: readonly string[];
  readonly cart: readonly { readonly product: string; readonly variant: string | undefined; readonly key: string }[] | undefined;
}

/** Reads the given page, the block's JSON, or Shopify's own `meta`. */
export function readPage(given: ShopifyPage | undefined): Known {
  const page: unknown = given ?? pageJson()['page'] ?? meta();
  return { product: plainId(at(page, 'product')), variants: ids(at(page, 'variants')), cart: cartOf(at(page, 'cart')) };
}

function cartOf(value: unknown): Known['cart'] {
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((line: unknown) => {
    const [product, key] = [plainId(at(line, 'product')), plainId(at(line, 'key'))];
    return product === undefined || key === undefined ? [] : [{ product, key, variant: plainId(at(line, 'variant')) }];
  });
}

function ids(value: unknown): string[] {
  return Array.isArray(value) ? value.flatMap((id: unknown) => plainId(id) ?? []) : [];
}

function meta(): unknown {
  const product = at(globalThis, 'ShopifyAnalytics', 'meta', 'product');
  const variants = at(product, 'variants');
  return { product: at(product, 'id'), variants: Array.isArray(variants) ? variants.map((variant: unknown) => at(variant, 'id')) : [] };
}
