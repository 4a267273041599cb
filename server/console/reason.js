/** Says in words why something is in a list, and what the package says of its state. */

/** What neighbours of an item have in common, list by list. @type {Readonly<Record<string, string>>} */
const ALIKE = { similar: 'chosen by the same people', next: 'looked at right after', text: 'described alike', look: 'looks alike' };

/**
 * @param {{ kind: string, because?: string }} reason @param {string} list
 * @param {(id: string) => string} title @param {string} seed
 */
export function reasonText({ kind, because }, list, title, seed) {
  const named = because === undefined ? '' : title(because);
  switch (kind) {
    case 'similar-to':
      return because === seed ? (ALIKE[list] ?? 'alike') : `like ${named}`;
    case 'together-with':
      return because === seed ? 'in the same baskets' : `goes with ${named}`;
    case 'your-taste':
      return because === undefined ? 'close to what was looked at' : `because of ${named}`;
    case 'trending':
      return 'trending now';
    case 'popular':
      return 'popular';
    case 'new':
      return 'new';
    case 'recent':
      return 'looked at before';
    case 'again':
      return 'bought before';
    case 'chosen':
      return 'put there by the shop';
    default:
      return kind;
  }
}

/** How far a list is what was asked for. @type {Readonly<Record<string, string>>} */
export const LEVELS = {
  asked: '',
  'partly-fallback': 'filled up with other lists',
  fallback: 'another list stands in for it',
  empty: 'nothing fits',
};
