/** What the numbers on the wire are called. */

export const SECTION_KINDS = ['', 'meta', 'ids', 'popular', 'factors', 'near', 'attributes', 'cards', 'index', 'availability', 'curated', 'again'];
export const LIST_KINDS = ['picks', 'similar', 'together', 'next', 'popular', 'trending', 'new', 'text', 'look', 'again', 'recent', 'named'];
