/**
 * The question of a shelf among the shelves of its group: none shows what another shows, and nothing that a shopper did
 * decides what is fetched. What a shelf leaves out for the shopper's sake is therefore not in its question, but in a list
 * before it that counts as about the shopper, and that is there also when there is nothing to leave out.
 */
import { aboutShopper } from '../ask/about.js';
import type { Place } from './cells.js';
import { fieldsOf } from './fields.js';
import { allOf } from './request.js';
import type { ListRequest, Recommender, Result } from '../types.js';

/** Another shelf of the group. */
export interface Neighbour {
  /** Whether its question was about the shopper, whatever it shows. */
  readonly aboutShopper: boolean;
  readonly shown: readonly string[];
}

export interface Question {
  readonly request: ListRequest;
  readonly aboutShopper: boolean;
  /** What it leaves out for the shopper's sake; `undefined` where that can never be anything. */
  readonly without: readonly string[] | undefined;
}

/** `dismissed`: what the shopper did not want in this page, of a shelf where that can be said. */
export function questionOf(asked: ListRequest, neighbours: readonly Neighbour[], dismissed: Iterable<string> | undefined): Question {
  const shown = (personal: boolean): string[] => neighbours.filter((other) => other.aboutShopper === personal).flatMap((other) => other.shown);
  const request: ListRequest = { ...asked, exclude: [...[asked.exclude ?? []].flat(), ...shown(false), ...(dismissed ? ['dismissed'] : [])] };
  // The profile may be off, and then forgets what was dismissed: with a rotation the question is about the shopper all the same.
  if (dismissed) request.rotate ??= 0;
  const afterPersonal = neighbours.some((other) => other.aboutShopper);
  return {
    request,
    aboutShopper: aboutShopper(request) || afterPersonal,
    without: dismissed || afterPersonal ? [...shown(true), ...(dismissed ?? [])] : undefined,
  };
}

/**
 * Making the list, and the first price, for which a browser reads up on a language, are tasks of their own: the page may do
 * something in between.
 */
export async function put({ request, without }: Question, recommender: Recommender, place: Place): Promise<Result> {
  const result = without ? (await recommender.recommendMany([{ ...allOf(without), rotate: 0 }, request])).at(1) : await recommender.recommend(request);
  await task();
  const first = result?.items[0];
  if (first) fieldsOf(first, '', place);
  await task();
  return result ?? recommender.recommend(request);
}

/** What comes after it is another task. */
export function task(): Promise<unknown> {
  return new Promise((resolve) => setTimeout(resolve));
}
