/**
 * A recommender whose lists the test gives. It writes down what it was asked, honours limits, exclusions, distinctness
 * and signals, and keeps a real profile in memory. It scores nothing and fetches nothing.
 */
import { RecoError } from 'cookshelf';
import { listsBy } from '../ask/lists.js';
import { many } from '../ask/more.js';
import { WORDS } from '../ask/plan.js';
import { DeviceProfile } from '../profile/profile.js';
import type {
  Explanation, ItemId, Kind, ListRequest, ProfileMode, Recommender, RecommenderEvents, Result, ResultItem,
} from '../types.js';

/** An item with as much as the test cares for. */
export type FakeItem = Partial<Omit<ResultItem, 'id'>> & { readonly id: ItemId };

/** Ids, items, or an error that asking fails with. */
export type FakeList = readonly (ItemId | FakeItem)[] | Error;

export interface FakeOptions {
  /** Lists by kind; named ones as `named:…`. Other kinds are empty. */
  lists?: { readonly [kind in Kind | `named:${string}`]?: FakeList };
  /** Answers instead of `lists` what it gives; `undefined` leaves it to them. */
  answer?: (request: ListRequest) => FakeList | undefined;
  /** Mode of the profile, `session` when missing; `device` keeps it in IndexedDB, where there is one. */
  profile?: ProfileMode;
}

export interface FakeRecommender extends Recommender {
  /** What was asked, in order, without the signals. */
  readonly calls: readonly ListRequest[];
  /** Gives a list from now on. */
  set(kind: Kind | `named:${string}`, list: FakeList): void;
  /** Answers wait until the returned function is called: for looking at a page that waits. */
  hold(): () => void;
  /** Tells the page's listeners of a change or an error. */
  emit<K extends keyof RecommenderEvents>(kind: K, event: RecommenderEvents[K]): void;
  readonly disposed: boolean;
}

type Listeners = { [K in keyof RecommenderEvents]: Set<(event: RecommenderEvents[K]) => void> };

const REASONS: Readonly<Partial<Record<Kind, ResultItem['reason']['kind']>>> = {
  similar: 'similar-to', look: 'similar-to', text: 'similar-to', together: 'together-with', next: 'together-with',
  trending: 'trending', popular: 'popular', new: 'new', recent: 'recent', again: 'again', named: 'chosen',
};

/** A recommender for tests. */
export function fakeRecommender(options: FakeOptions = {}): FakeRecommender {
  const lists = new Map<string, FakeList | undefined>(Object.entries(options.lists ?? {}));
  const calls: ListRequest[] = [];
  const listeners: Listeners = { change: new Set(), error: new Set() };
  let disposed = false;
  let held = Promise.resolve();
  const emit = <K extends keyof RecommenderEvents>(kind: K, event: RecommenderEvents[K]): void => {
    for (const listener of [...listeners[kind]]) listener(event);
  };
  const profile = new DeviceProfile(
    { now: Date.now, report: (error) => emit('error', error), changed: () => emit('change', { what: 'profile' }), moved: () => {}, wipe: async () => {} },
    options.profile ?? 'session',
  );

  const ask = async (request: ListRequest, earlier: readonly string[] = []): Promise<Result> => {
    if (disposed) throw new RecoError('DISPOSED', 'disposed');
    const { signal, ...asked } = request;
    calls.push(asked);
    const resultId = `list-${calls.length}`;
    await waitFor(held, signal);
    const list = options.answer?.(request) ?? lists.get(request.kind === 'named' ? `named:${request.name ?? ''}` : request.kind) ?? [];
    if (list instanceof Error) throw list;
    const out = new Set([...earlier, ...excluded(request, profile)]);
    const all = list.map(itemOf).filter(({ id }) => !out.has(id));
    const items = all.slice(0, request.limit ?? 8).map((item, row) => ({ ...finished(item, request.kind, row), rank: row + 1 }));
    return {
      items,
      level: items.length === 0 ? 'empty' : 'asked',
      removed: all.length < list.length ? { excluded: list.length - all.length } : {},
      used: { profile: profile.known().remembers, engine: 'js', ms: 0 },
      resultId,
    };
  };
  const dispose = (): void => {
    disposed = true;
    profile.dispose();
    listeners.change.clear();
    listeners.error.clear();
  };

  return {
    calls,
    set: (kind, given) => void lists.set(kind, given),
    hold() {
      let release = (): void => {};
      held = new Promise((resolve) => {
        release = resolve;
      });
      return release;
    },
    emit,
    get disposed() {
      return disposed;
    },
    profile,
    model: { id: 'fake', format: 1, cookedAt: '2026-11-15T00:00:00Z', items: 0, bytes: 0, stale: false, arm: undefined },
    engine: { kind: 'js' },
    network: { log: () => [] },
    ...listsBy((request) => ask(request)),
    recommendMany: (requests, options) => many((request, { ids }) => ask(request, ids), requests, options),
    async explain(item, request): Promise<Explanation> {
      const { items } = await ask(request);
      const found = items.find(({ id }) => id === String(item));
      return found === undefined
        ? { item: String(item), score: 0, parts: [] }
        : { item: found.id, rank: found.rank, list: request.kind, score: found.score, parts: [{ cause: 'place', amount: found.score }] };
    },
    warm: async () => {},
    on(kind, listener) {
      listeners[kind].add(listener);
      return () => {
        listeners[kind].delete(listener);
      };
    },
    dispose,
    [Symbol.dispose]: dispose,
  };
}

function itemOf(item: ItemId | FakeItem): FakeItem & { readonly id: string } {
  return typeof item === 'object' ? { ...item, id: String(item.id) } : { id: String(item) };
}

function finished(item: FakeItem & { readonly id: string }, kind: Kind, row: number): ResultItem {
  return { score: 1 / (row + 1), reason: { kind: REASONS[kind] ?? 'your-taste' }, rank: row + 1, ...item };
}

/** The ids that a request leaves out. */
function excluded({ exclude = [] }: ListRequest, profile: DeviceProfile): string[] {
  const known = profile.known();
  const parts = typeof exclude === 'string' ? [exclude] : exclude;
  return parts.flatMap((part) => {
    const word = WORDS.find((one) => one === part);
    return word ? known[word] : [String(part)];
  });
}

async function waitFor(held: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  const check = (): void => {
    if (signal?.aborted === true) throw new RecoError('ABORTED', 'the call was aborted', signal.reason);
  };
  check();
  await new Promise<void>((resolve) => {
    signal?.addEventListener('abort', () => resolve(), { once: true });
    void held.then(resolve);
  });
  check();
}
