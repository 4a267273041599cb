/**
 * The attributes of `<cook-shelf>` as frameworks that check templates want them. What they mean is with the element.
 */

/** All of them are texts in HTML; numbers are written out. */
export interface CookShelfAttributes {
  kind?: string;
  name?: string;
  seed?: string | number;
  'seed-image'?: string | number;
  limit?: string | number;
  heading?: string;
  layout?: string;
  columns?: string | number;
  card?: string;
  model?: string;
  /** JSON, as `where` of a query. */
  where?: string;
  boost?: string;
  pins?: string;
  exclude?: string;
  among?: string;
  fallback?: string;
  diversity?: string | number;
  explore?: string | number;
  personal?: string | number;
  rotate?: string | number;
  'min-score'?: string | number;
  'per-category'?: string | number;
  repeats?: string;
  channel?: string | number;
  catalog?: string | number;
  cards?: string;
  'distinct-group'?: string;
}
