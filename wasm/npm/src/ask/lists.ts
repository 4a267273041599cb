/** Every list by its own name, over the one question behind them all. */
import type { Kind, ListRequest, Query, Recommender, Result, Seeds } from '../types.js';

export type Lists = Pick<Recommender, 'forYou' | 'similar' | 'together' | 'look' | 'text' | 'next' | 'trending' | 'popular' | 'fresh' | 'recent' | 'again' | 'list' | 'recommend'>;

export function listsBy(recommend: (request: ListRequest) => Promise<Result>): Lists {
  const list = (kind: Kind) => (query?: Query): Promise<Result> => recommend({ ...query, kind });
  const listOf = (kind: Kind) => (seeds: Seeds, query?: Query): Promise<Result> => recommend({ ...query, kind, seeds });
  return {
    forYou: list('picks'),
    similar: listOf('similar'),
    together: listOf('together'),
    look: listOf('look'),
    text: listOf('text'),
    next: (seeds = [], query) => recommend({ ...query, kind: 'next', seeds }),
    trending: list('trending'),
    popular: list('popular'),
    fresh: list('new'),
    recent: list('recent'),
    again: list('again'),
    list: (name, query) => recommend({ ...query, kind: 'named', name }),
    recommend: (request) => recommend(request),
  };
}
