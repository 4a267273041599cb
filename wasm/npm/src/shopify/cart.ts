/**
 * Which product each line of the cart holds. Shopify's cart events name variants when something is put in and lines
 * when something is taken out, and their carts have lines without products: this book remembers the connection.
 */
import { at, plainId } from './host.js';

/** A line as a cart event's cart has it. */
interface Line {
  readonly id: string;
  readonly variant: string | undefined;
  readonly product: string | undefined;
}

export class CartBook {
  /** Product by variant. */
  readonly #variants = new Map<string, string>();
  /** Product by line. */
  readonly #lines = new Map<string, string>();

  /** Another one that knows the same. */
  copy(): CartBook {
    const copy = new CartBook();
    for (const [variant, product] of this.#variants) copy.learn(variant, product);
    for (const [line, product] of this.#lines) copy.note(line, product);
    return copy;
  }

  /** Learns that a variant is one of a product. */
  learn(variant: string | undefined, product: string | undefined): void {
    if (variant !== undefined && product !== undefined) this.#variants.set(variant, product);
  }

  note(line: string, product: string): void {
    this.#lines.set(line, product);
  }

  productOf(variant: string | undefined): string | undefined {
    return variant === undefined ? undefined : this.#variants.get(variant);
  }

  /** A line's product: as noted, or by the variant that a theme's line key begins with. */
  productIn(line: string): string | undefined {
    return this.#lines.get(line) ?? this.productOf(/^(\d+):/.exec(line)?.[1]);
  }

  /** Takes a line out; its product when no other line holds it. */
  drop(line: string): string | undefined {
    const product = this.productIn(line);
    this.#lines.delete(line);
    return product !== undefined && [...this.#lines.values()].includes(product) ? undefined : product;
  }

  get products(): string[] {
    return [...new Set(this.#lines.values())];
  }

  /**
   * Takes over a whole cart. A line that nobody has named belongs to `added` when it is the only one. Whether every
   * line's product is known now.
   */
  adopt(cart: unknown, added?: string): boolean {
    const lines = linesOf(cart);
    if (lines === undefined) return false;
    const productOf = ({ id, variant, product }: Line): string | undefined => product ?? this.productIn(id) ?? this.productOf(variant);
    const strange = lines.filter((line) => productOf(line) === undefined);
    if (strange.length > 1 || (strange.length === 1 && added === undefined)) return false;
    const products = lines.map((line) => [line.id, productOf(line) ?? added ?? ''] as const);
    this.#lines.clear();
    for (const [id, product] of products) this.#lines.set(id, product);
    return true;
  }
}

/** The lines of a cart in the shapes that themes use: a list, a connection with nodes, or the items of the older interface. `null` is the cart of who never had one. */
function linesOf(cart: unknown): Line[] | undefined {
  if (cart === null) return [];
  const lines = at(cart, 'lines') ?? at(cart, 'items');
  const list = Array.isArray(lines) ? lines : at(lines, 'nodes');
  if (!Array.isArray(list)) return undefined;
  return list.flatMap((line: unknown) => {
    const id = plainId(at(line, 'id')) ?? '';
    const key = plainId(at(line, 'key'));
    if (at(line, 'quantity') === 0 || (key ?? id) === '') return [];
    const variant = plainId(at(line, 'merchandise', 'id') ?? at(line, 'variant_id'));
    return [{ id: key ?? id, variant, product: plainId(at(line, 'merchandise', 'product', 'id') ?? at(line, 'product_id')) }];
  });
}
