/**
 * The way out for everything that lists need: it is shut while the page is offline, and it keeps a copy of what came in, so
 * that a made-up shopper's lists are made from it and not fetched once more.
 */
import { isOffline } from './offline.js';

/** By address. They are the same for everyone. */
const copies = new Map<string, Blob>();
/** Addresses that were answered from here. */
const answered = new Set<string>();

export const door: typeof fetch = async (input, init) => {
  if (isOffline()) throw new TypeError('this page is offline');
  const response = await fetch(input, init);
  return response.ok && response.body ? new Response(copied(response.body, String(input)), response) : response;
};

/** The same bytes as they come; the copy is kept when the last one was read. */
function copied(body: ReadableStream<Uint8Array<ArrayBuffer>>, address: string): ReadableStream {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const copy = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array>({
    transform(chunk, onward) {
      chunks.push(chunk);
      onward.enqueue(chunk);
    },
    flush() {
      copies.set(address, new Blob(chunks));
    },
  });
  return body.pipeThrough(copy);
}

/** From what this page has, in memory or kept on the device; only what it lacks is fetched. */
export const fromThisPage: typeof fetch = async (input, init) => {
  const address = String(input);
  const copy = copies.get(address);
  const kept = copy === undefined && typeof caches !== 'undefined' ? await caches.match(address).catch(() => undefined) : undefined;
  if (copy === undefined && kept === undefined) return door(input, init);
  answered.add(address);
  return kept ?? new Response(copy);
};

/** Whether `fromThisPage` had it here. */
export function wasHere(address: string): boolean {
  return answered.has(address);
}
