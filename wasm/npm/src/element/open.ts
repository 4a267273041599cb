/**
 * Where a shelf's recommender comes from: a script, the attribute `model`, or what the page says once for all its
 * shelves. The engine's script is fetched here, when the first shelf needs it.
 */
import { UNREADABLE } from './names.js';
import type { RecoError, RecoErrorCode } from '../errors.js';
import { pageElement, pageJson, type Settings } from '../page-json.js';
import type { Recommender } from '../types.js';

/** A recommender, one that is being opened, or how to open it. */
export type Source = Recommender | PromiseLike<Recommender> | (() => Recommender | PromiseLike<Recommender>);

/** What the page says of how shelves look. What of it becomes an option of the recommender is checked where that is opened. */
export function settings(): Pick<Settings, 'labels' | 'currency' | 'link'> {
  return pageJson();
}

export async function openFor(own: Source | undefined, model: string | null, shared: Source | undefined): Promise<Recommender> {
  const source = own ?? (model === null ? shared : undefined);
  if (source !== undefined) return typeof source === 'function' ? source() : source;
  const engine = import('../index.js');
  engine.catch(() => {});
  // A page without JSON has nothing that would have to be read.
  const options = model === null || pageElement() ? (await import('../page-options.js')).shelfOptions(model) : { model };
  return (await engine).createRecommender(options);
}

/** Any failure in the shape of RecoError; the class itself comes with the engine, which may be what is missing. */
export function problemOf(error: unknown): RecoError {
  if (error instanceof Error && 'hint' in error) return error as RecoError;
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const ours = name === UNREADABLE;
  const code: RecoErrorCode = ours ? 'QUERY_INVALID' : 'MODEL_FETCH';
  const hint = ours ? 'see custom-elements.json' : 'deploy all of dist/';
  const problem = new Error(`${message} [${code}: ${hint}]`, { cause: error });
  return Object.assign(problem, { name: 'RecoError' as const, code, hint, docs: `cookshelf/README.md#${code.toLowerCase()}` });
}
