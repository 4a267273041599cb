/** The shop's own product data, as any storefront has it from its own platform. No recommender in here. */

export interface Product {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly category: string;
  readonly brand: string;
  readonly colour: string;
  readonly material: string;
  /** In the shop's currency. */
  readonly price: number;
  readonly released: string;
  readonly series: number;
}

export interface Category {
  readonly name: string;
  readonly slug: string;
  readonly department: string;
  readonly line: string;
}

interface ShopFile {
  readonly name: string;
  readonly line: string;
  readonly currency: string;
  readonly categories: readonly Category[];
  readonly colours: ReadonlyArray<{ readonly name: string; readonly rgb: string }>;
  readonly products: ReadonlyArray<Omit<Product, 'price'> & { readonly price: string }>;
}

export interface Shop {
  readonly name: string;
  readonly line: string;
  readonly categories: readonly Category[];
  readonly products: readonly Product[];
  product(id: string): Product | undefined;
  category(slug: string): Category | undefined;
  categoryNamed(name: string): Category | undefined;
  inCategory(name: string): readonly Product[];
  /** The same design in all its colours. */
  colours(product: Product): readonly Product[];
  rgb(colour: string): string;
  money(amount: number): string;
}

/** Loads a file of the shop. */
export async function loadFile(path: string): Promise<unknown> {
  const response = await fetch(path, { credentials: 'same-origin' });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  const content: unknown = await response.json();
  return content;
}

function isShopFile(content: unknown): content is ShopFile {
  return typeof content === 'object' && content !== null && 'products' in content && Array.isArray(content.products);
}

export function group<T>(values: readonly T[], key: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const name = key(value);
    const group = groups.get(name);
    if (group) group.push(value);
    else groups.set(name, [value]);
  }
  return groups;
}

export async function loadShop(): Promise<Shop> {
  const file = await loadFile('/products.json');
  if (!isShopFile(file)) throw new Error('/products.json is not a list of products');
  const products = file.products.map((product) => ({ ...product, price: Number(product.price) }));
  const byId = new Map(products.map((product) => [product.id, product]));
  const byCategory = group(products, (product) => product.category);
  const bySeries = group(products, (product) => String(product.series));
  const rgb = new Map(file.colours.map((colour) => [colour.name, colour.rgb]));
  const money = new Intl.NumberFormat('en-IE', { style: 'currency', currency: file.currency });
  return {
    name: file.name,
    line: file.line,
    categories: file.categories,
    products,
    product: (id) => byId.get(id),
    category: (slug) => file.categories.find((category) => category.slug === slug),
    categoryNamed: (name) => file.categories.find((category) => category.name === name),
    inCategory: (name) => byCategory.get(name) ?? [],
    colours: (product) => bySeries.get(String(product.series)) ?? [product],
    rgb: (colour) => rgb.get(colour) ?? '#888888',
    money: (amount) => money.format(amount),
  };
}
