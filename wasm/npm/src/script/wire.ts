/**
 * Numbers on the wire: list kinds, sections, rules, reasons. Numbers only, no code: each part of the engine has those that
 * it names inside.
 */

export const PICKS = 0;
export const NEXT = 3;
export const POPULAR = 4;
export const NEW = 6;
export const TEXT = 7;
export const LOOK = 8;
export const AGAIN = 9;
export const RECENT = 10;
export const NAMED = 11;

export const META = 1;
export const IDS = 2;
export const CHARTS = 3;
export const FACTORS = 4;
export const NEAR = 5;
export const ATTRIBUTES = 6;
export const CARDS = 7;
export const INDEX = 8;
export const AVAILABILITY = 9;
export const CURATED = 10;
export const HABITS = 11;

/** Why an item may not be shown. */
export const EXCLUDED = 0;
export const SEED = 1;
export const DISMISSED = 2;
export const KNOWN = 3;
export const UNAVAILABLE = 4;
export const FILTER = 5;
export const SHOP = 6;
export const SHOWN = 7;
export const BURIED = 8;
export const ELSEWHERE = 9;
export const SCORE = 10;
export const CATEGORY = 11;

/** Why an item is there, where its list does not tell. */
export const RECENTLY = 6;
export const CHOSEN = 7;
export const GIVEN = 8;
