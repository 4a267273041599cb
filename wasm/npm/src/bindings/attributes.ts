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
  /** Where a card leads that has no address, with `{id}`. */
  link?: string;
  currency?: string;
  /** Of the heading, 1 to 6. */
  level?: string | number;
  /** JSON, as the labels of the page. */
  labels?: string;
  reasons?: Flag;
  dismissible?: Flag;
  live?: Flag;
  shadow?: Flag;
}

/** An attribute that is there or not. */
type Flag = boolean | '';
