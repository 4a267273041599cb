/**
 * Counts what a recommender is asked and answers, and, beside a shadow, how far a second model agrees. Sends nothing.
 *
 * A shadow is asked after the page has its list, so that it changes neither the list nor when it comes; whatever becomes of the
 * shadow, the page does not hear of it.
 */
import type { Recommender, Result } from '../types.js';

/** What was counted. */
export interface Counts {
  /** Lists that were asked for. */
  readonly lists: number;
  /** Of those, how many could not be made. */
  readonly failed: number;
  /** Of those, how many came back empty. */
  readonly empty: number;
  /** Of those, how many were filled up by a fallback. */
  readonly filled: number;
  /** Of those, how many somebody chose an item from. */
  readonly chosen: number;
  /** Items of lists that the shadow was asked for, too. */
  readonly compared: number;
  /** Of those, how many stood in both lists. */
  readonly shared: number;
}

/** What a shop hands on: which model, and what was counted of it. */
export interface CountsReport {
  /** The `model.id` of the recommender. */
  readonly model: string;
  readonly counts: Counts;
}

export interface CountingOptions {
  /** A recommender on the model of a shadow: opened with `preview: true`, and asked whatever this one is asked. */
  readonly shadow?: Recommender;
}

export interface Counter {
  /** The recommender, counted. */
  readonly shelf: Recommender;
  /** Somebody chose an item from the list with this `resultId`; once a list is enough. */
  chosen(resultId: string): void;
  /** What was counted since the last time, by model: a page may see a newer one come. */
  take(): readonly CountsReport[];
  /** Resolves when the shadow has answered everything so far. */
  settled(): Promise<void>;
}

type Sums = { -readonly [K in keyof Counts]: Counts[K] };
type Call = (...args: unknown[]) => Promise<Result>;

/** What gives one list. */
const LISTS: ReadonlySet<PropertyKey> = new Set(['forYou', 'similar', 'together', 'look', 'text', 'next', 'trending', 'popular', 'fresh', 'recent', 'again', 'list', 'recommend']);

/** So many answers are remembered for `chosen`. */
const MOST_ANSWERS = 500;

export function counting(shelf: Recommender, { shadow }: CountingOptions = {}): Counter {
  const sums = new Map<string, Sums>();
  /** The model of each answer that nobody chose from yet. */
  const answers = new Map<string, string>();
  let asked: Promise<void> = Promise.resolve();

  const of = (model: string): Sums => {
    const known = sums.get(model) ?? { lists: 0, failed: 0, empty: 0, filled: 0, chosen: 0, compared: 0, shared: 0 };
    sums.set(model, known);
    return known;
  };
  const note = (model: string, { level, resultId }: Result): void => {
    const counts = of(model);
    counts.lists += 1;
    if (level === 'empty') counts.empty += 1;
    else if (level !== 'asked') counts.filled += 1;
    answers.set(resultId, model);
    for (const oldest of answers.keys()) {
      if (answers.size <= MOST_ANSWERS) break;
      answers.delete(oldest);
    }
  };
  const compare = async (other: Recommender, model: string, name: PropertyKey, args: unknown[], { items }: Result): Promise<void> => {
    try {
      const theirs = new Set((await (method(other, name) as Call).apply(other, args)).items.map(({ id }) => id));
      const counts = of(model);
      counts.compared += items.length;
      counts.shared += items.filter(({ id }) => theirs.has(id)).length;
    } catch {
      // What a shadow cannot answer is not compared.
    }
  };
  const counted = (name: PropertyKey, call: Call): Call => async (...args) => {
    const { id } = shelf.model;
    let result: Result;
    try {
      result = await call.apply(shelf, args);
    } catch (error) {
      // Who gives up has not been failed.
      if ((error as { code?: unknown } | null)?.code !== 'ABORTED') {
        of(id).lists += 1;
        of(id).failed += 1;
      }
      throw error;
    }
    // A newer model may have answered.
    const model = shelf.model.id;
    note(model, result);
    if (shadow !== undefined) asked = asked.then(() => compare(shadow, model, name, args, result));
    return result;
  };
  const profile = shadow === undefined ? undefined : alsoObserved(shelf, shadow);
  const wrapped = new Map<PropertyKey, Call>();
  return {
    shelf: new Proxy(shelf, {
      get: (target, name) => {
        if (name === 'profile' && profile !== undefined) return profile;
        const value = method(target, name);
        if (typeof value !== 'function') return value;
        const known = wrapped.get(name) ?? (LISTS.has(name) ? counted(name, value as Call) : (value.bind(target) as Call));
        wrapped.set(name, known);
        return known;
      },
    }),
    chosen: (resultId) => {
      const model = answers.get(resultId);
      if (answers.delete(resultId) && model !== undefined) of(model).chosen += 1;
    },
    take: () => {
      const all = [...sums].map(([model, counts]) => ({ model, counts }));
      sums.clear();
      // A choice that comes later belongs to lists that were reported: it would be more than its whole.
      answers.clear();
      return all;
    },
    settled: () => asked,
  };
}

function method(of: Recommender, name: PropertyKey): unknown {
  return (of as unknown as Record<PropertyKey, unknown>)[name];
}

/** The profile, from which the shadow hears what it observes. */
function alsoObserved(shelf: Recommender, shadow: Recommender): Recommender['profile'] {
  return new Proxy(shelf.profile, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name !== 'observe') return value.bind(target) as unknown;
      return (event: Parameters<typeof target.observe>[0]): void => {
        target.observe(event);
        shadow.profile.observe(event);
      };
    },
    set: (target, name, value) => Reflect.set(target, name, value, target),
  });
}
