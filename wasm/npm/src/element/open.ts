/**
 * Where a shelf's recommender comes from: a script, the attribute `model`, or what the page says once for all its
 * shelves. The engine's script is fetched here, when the first shelf needs it.
 */
import { content, type Labels } from './labels.js';
import { AttributeError } from './names.js';
import type { RecoError, RecoErrorCode } from '../errors.js';
import type { Recommender, RecommenderOptions } from '../types.js';

/** A recommender, one that is being opened, or how to open it. */
export type Source = Recommender | PromiseLike<Recommender> | (() => Recommender | PromiseLike<Recommender>);

/** `<script type="application/json" id="cookshelf">` of the page. */
export interface Settings extends Partial<Pick<RecommenderOptions, 'model' | 'wasm' | 'profile' | 'run' | 'cache' | 'channel' | 'catalog'>> {
  readonly labels?: Labels;
  /** Of prices whose cards name none. */
  readonly currency?: string;
  /** Where an item is whose card has no address: `/products/{id}`. */
  readonly link?: string;
}

export function settings(): Settings {
  return content(document.getElementById('cookshelf')?.textContent);
}

export async function openFor(own: Source | undefined, model: string | null, shared: Source | undefined): Promise<Recommender> {
  const source = own ?? (model === null ? shared : undefined);
  if (source !== undefined) return typeof source === 'function' ? source() : source;
  const { labels: _labels, currency: _currency, link: _link, ...options } = settings();
  const manifest = model ?? options.model;
  if (manifest === undefined) throw new AttributeError('neither the shelf nor the page names a model');
  const { createRecommender } = await import('../index.js');
  return createRecommender({ ...options, model: manifest });
}

/** Any failure in the shape of RecoError; the class itself comes with the engine, which may be what is missing. */
export function problemOf(error: unknown): RecoError {
  if (error instanceof Error && 'hint' in error) return error as RecoError;
  const ours = error instanceof Error && error.name === 'AttributeError';
  const code: RecoErrorCode = ours ? 'QUERY_INVALID' : 'MODEL_FETCH';
  const hint = ours ? 'see custom-elements.json' : 'deploy all files of dist/ together, or set recommender';
  const message = error instanceof Error ? error.message : String(error);
  const problem = new Error(`${message} [${code}: ${hint}]`, { cause: error });
  return Object.assign(problem, { name: 'RecoError' as const, code, hint, docs: `cookshelf/README.md#${code.toLowerCase()}` });
}
