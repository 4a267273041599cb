/** What a category page can be narrowed by. The state lives in the address, so that Back works. */
import type { Product } from './shop.js';

export const SORTS = { new: 'Newest first', low: 'Price, low to high', high: 'Price, high to low', brand: 'Brand' } as const;
export type Sort = keyof typeof SORTS;

export interface Filters {
  readonly brands: ReadonlySet<string>;
  readonly colours: ReadonlySet<string>;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly sort: Sort;
}

function amount(text: string | null): number | undefined {
  const value = text === null || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}

function isSort(text: string | null): text is Sort {
  return text !== null && Object.hasOwn(SORTS, text);
}

export function readFilters(search: URLSearchParams): Filters {
  const sort = search.get('sort');
  return {
    brands: new Set(search.getAll('brand')),
    colours: new Set(search.getAll('colour')),
    min: amount(search.get('min')),
    max: amount(search.get('max')),
    sort: isSort(sort) ? sort : 'new',
  };
}

export function writeFilters(filters: Filters): string {
  const search = new URLSearchParams();
  for (const brand of filters.brands) search.append('brand', brand);
  for (const colour of filters.colours) search.append('colour', colour);
  if (filters.min !== undefined) search.set('min', String(filters.min));
  if (filters.max !== undefined) search.set('max', String(filters.max));
  if (filters.sort !== 'new') search.set('sort', filters.sort);
  return search.toString();
}

function fits(product: Product, filters: Filters): boolean {
  return (
    (filters.brands.size === 0 || filters.brands.has(product.brand)) &&
    (filters.colours.size === 0 || filters.colours.has(product.colour)) &&
    product.price >= (filters.min ?? 0) &&
    product.price <= (filters.max ?? Number.POSITIVE_INFINITY)
  );
}

const ORDERS: Record<Sort, (a: Product, b: Product) => number> = {
  new: (a, b) => Number(b.id) - Number(a.id),
  low: (a, b) => a.price - b.price || Number(b.id) - Number(a.id),
  high: (a, b) => b.price - a.price || Number(b.id) - Number(a.id),
  brand: (a, b) => a.brand.localeCompare(b.brand) || Number(b.id) - Number(a.id),
};

export function narrow(products: readonly Product[], filters: Filters): Product[] {
  return products.filter((product) => fits(product, filters)).sort(ORDERS[filters.sort]);
}
