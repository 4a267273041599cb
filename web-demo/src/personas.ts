/** Two made-up shoppers of different taste, found in whatever this shop sells. */
import { type Category, group, type Product, type Shop } from './shop.js';

export interface Persona {
  readonly name: string;
  /** Names of the categories. */
  readonly likes: readonly string[];
  /** What the persona looked at, the last one last. */
  readonly viewed: readonly string[];
}

const NAMES = ['Ada', 'Ben'];
const LIKES = 2;
const VIEWS = 4;

export function personas(shop: Shop): readonly Persona[] {
  return corners(shop).slice(0, NAMES.length).map((corner, at) => {
    const liked = largest(corner, (category) => shop.inCategory(category.name).length).slice(0, LIKES);
    const looks = liked.map((category) => spread(shop.inCategory(category.name)));
    // In turn, so that neither is forgotten before the other.
    const viewed = Array.from({ length: VIEWS }, (_, turn) => looks.flatMap((products) => products[turn]?.id ?? [])).flat();
    return { name: NAMES[at] ?? '', likes: liked.map(({ name }) => name), viewed };
  });
}

/** Departments, those with the most goods first; where there is only one, its categories. */
function corners(shop: Shop): Category[][] {
  const departments = group(shop.categories, (category) => category.department);
  const all = departments.size < NAMES.length ? shop.categories.map((category) => [category]) : [...departments.values()];
  return largest(all, (corner) => corner.reduce((sum, { name }) => sum + shop.inCategory(name).length, 0));
}

function largest<T>(values: readonly T[], size: (value: T) => number): T[] {
  return [...values].sort((a, b) => size(b) - size(a));
}

/** Old and new goods of a category. */
function spread(products: readonly Product[]): Product[] {
  return Array.from({ length: VIEWS }, (_, at) => products[Math.floor((at * products.length) / VIEWS)]).filter((product) => product !== undefined);
}
