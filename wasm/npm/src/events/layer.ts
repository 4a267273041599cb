/**
 * The array that Google's tags are fed by. What is in it is read, and what is pushed later is heard by a `push` of our
 * own on that one array. Nothing else is touched, and nothing is written into it.
 */

type Push = (...entries: unknown[]) => number;

/** Tells of all entries so far, and then of those of each push; returns how to stop. */
export function followLayer(name: string, hear: (entries: readonly unknown[]) => void): () => void {
  const layer = layerOf(name);
  const heard = (entries: readonly unknown[]): void => {
    try {
      hear(entries);
    } catch (error) {
      // The page's own tags must not notice, nor who opens a recommender.
      reportError(error);
    }
  };
  heard([...layer]);
  const own = layer.push;
  const inherited = !Object.hasOwn(layer, 'push');
  let stopped = false;
  const push: Push = (...entries) => {
    const length = Reflect.apply(own, layer, entries);
    if (!stopped) heard(entries);
    return length;
  };
  layer.push = push;
  return () => {
    stopped = true;
    // Somebody else may have put a push of their own around ours; then ours stays and does nothing.
    if (layer.push !== push) return;
    if (inherited) Reflect.deleteProperty(layer, 'push');
    else layer.push = own;
  };
}

/** What `gtag()` was called with: it pushes its `arguments`, which are no array. */
export function commandOf(entry: unknown): { readonly word: unknown; readonly name: unknown; readonly settings: unknown } | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  return { word: Reflect.get(entry, '0'), name: Reflect.get(entry, '1'), settings: Reflect.get(entry, '2') };
}

/** The page's data layer; made as Google's own snippet makes it when it is not there yet. */
export function layerOf(name: string): unknown[] {
  const found: unknown = Reflect.get(globalThis, name);
  if (Array.isArray(found)) return found;
  const made: unknown[] = [];
  Reflect.set(globalThis, name, made);
  return made;
}
