/** The cart: the shop's own, kept by the shop, known to the recommender only inside this page. */

const KEY = 'tarn.cart';
const CHANGED = 'tarn:cart';

export interface Line {
  readonly id: string;
  readonly count: number;
}

function isLine(value: unknown): value is Line {
  return (
    typeof value === 'object' && value !== null &&
    'id' in value && typeof value.id === 'string' &&
    'count' in value && typeof value.count === 'number' && value.count > 0
  );
}

function read(): Line[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isLine) : [];
  } catch {
    return [];
  }
}

let lines = read();

function write(next: Line[]): void {
  lines = next;
  try {
    localStorage.setItem(KEY, JSON.stringify(lines));
  } catch {
    // Without storage the cart lives as long as the page.
  }
  window.dispatchEvent(new Event(CHANGED));
}

export function cartLines(): readonly Line[] {
  return lines;
}

export function cartIds(): string[] {
  return lines.map((line) => line.id);
}

export function cartCount(): number {
  return lines.reduce((sum, line) => sum + line.count, 0);
}

/** Sets how many of a product are in the cart; 0 takes it out. */
export function setCount(id: string, count: number): void {
  const known = lines.some((line) => line.id === id);
  const next = known ? lines.map((line) => (line.id === id ? { id, count } : line)) : [...lines, { id, count }];
  write(next.filter((line) => line.count > 0));
}

export function addOne(id: string): void {
  setCount(id, (lines.find((line) => line.id === id)?.count ?? 0) + 1);
}

export function emptyCart(): void {
  write([]);
}

export function onCart(listener: () => void): void {
  window.addEventListener(CHANGED, listener);
}
