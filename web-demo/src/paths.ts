/** Addresses of the shop's pages, all within one document. */
import type { Category, Product } from './shop.js';

export const HOME = '#/';
export const CART = '#/cart';
export const TEN_LINES = '#/ten-lines';

export function productPath(product: Product): string {
  return `#/product/${product.id}`;
}

export function categoryPath(category: Category): string {
  return `#/category/${category.slug}`;
}

export interface Place {
  readonly page: 'home' | 'category' | 'product' | 'cart' | 'ten-lines' | 'missing';
  /** Slug or id. */
  readonly name: string;
  readonly search: URLSearchParams;
}

/** Reads `#/category/mugs?sort=price`. */
export function readPlace(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [page = '', name = ''] = path.split('/');
  const search = new URLSearchParams(query);
  if (page === '') return { page: 'home', name: '', search };
  if (page === 'cart' || page === 'ten-lines') return { page, name: '', search };
  if ((page === 'category' || page === 'product') && name !== '') return { page, name: decodeURIComponent(name), search };
  return { page: 'missing', name: path, search };
}
