/**
 * Where a framework's components have their recommender from. Nothing is opened before something is asked, and nothing
 * on a server, where no effect runs.
 */
import type { Recommender, RecommenderOptions } from '../types.js';

/** A recommender, one that is on its way, or the options to open it with when it is needed first. */
export type RecommenderSource = Recommender | Promise<Recommender> | RecommenderOptions;

/** The recommender behind a source. Equal options give the same one, which lives as long as the page. */
export async function opened(source: RecommenderSource): Promise<Recommender> {
  if (!('model' in source) || 'recommend' in source) return source;
  const { createRecommender } = await import('cookshelf');
  return createRecommender(source);
}

/** What tells one source from another: options that are written out anew in each render are the same source. */
export function identity(source: RecommenderSource): unknown {
  if (!('model' in source) || 'recommend' in source) return source;
  return ['options', source.model, source.channel, source.catalog].join();
}
