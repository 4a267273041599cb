/**
 * What Shopify puts on the page, read without believing anything about it. Touches globals only when called.
 */

/** The value at a path of names, `undefined` where something on the way is missing. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if ((typeof found !== 'object' && typeof found !== 'function') || found === null) return undefined;
    found = Reflect.get(found, name);
  }
  return found;
}

/** Something below the global `Shopify`. */
export function shopify(...path: readonly string[]): unknown {
  return at(globalThis, 'Shopify', ...path);
}

/** Calls a function that may not be there. */
export function call(owner: unknown, name: string, ...args: readonly unknown[]): unknown {
  const method = at(owner, name);
  return typeof method === 'function' ? Reflect.apply(method, owner, args) : undefined;
}

/** The number behind `gid://shopify/Product/123`, `123` or `'123'`, as text. */
export function plainId(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined;
  if (typeof value !== 'string' || value === '') return undefined;
  const [, id] = /^gid:\/\/shopify\/\w+\/([^?]+)/.exec(value) ?? [];
  return id ?? value;
}

/** Beginning of every path in the shopper's language and market: `/`, `/de/`. */
export function shopifyRoot(): string {
  const root = shopify('routes', 'root');
  return typeof root === 'string' && root.startsWith('/') ? root : '/';
}

/** Whether a merchant looks at the page in the theme editor. What is done there says nothing about a shopper. */
export function inThemeEditor(): boolean {
  return shopify('designMode') === true;
}
