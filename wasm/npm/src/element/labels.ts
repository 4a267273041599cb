/**
 * The words of a shelf, which a page may replace one by one: text, or a text for each plural form. No markup: what
 * comes out is set as text. The words of reasons are with the reasons.
 */

/** `{title}` and `{count}` are filled in. By plural form: `{ "one": "{count} result", "other": "{count} results" }`. */
export type Label = string | Readonly<Record<string, string>>;
export type Labels = Readonly<Record<string, Label>>;

export const ENGLISH: Labels = {
  shelf: 'Recommendations',
  previous: 'Previous',
  next: 'Next',
  dismiss: 'Not interested in {title}',
  updated: { one: 'Updated: {count} recommendation', other: 'Updated: {count} recommendations' },
};

interface Words {
  readonly title?: string | undefined;
  readonly count?: number;
}

/** The text, or nothing when it needs a title that nobody knows. */
export function say(label: Label = '', { title = '', count = 0 }: Words = {}, lang?: string): string {
  const text = typeof label === 'string' ? label : (label[new Intl.PluralRules(lang).select(count)] ?? label['other'] ?? '');
  if (!title && text.includes('{title}')) return '';
  return text.replace('{title}', () => title).replace('{count}', () => new Intl.NumberFormat(lang).format(count));
}
