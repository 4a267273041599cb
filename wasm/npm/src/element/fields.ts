/**
 * Fills a card: elements with data-text, -src, -href, -alt, -hidden-if or -hidden-unless get the field that they name.
 * No expressions, no markup: texts are set as text, and addresses only when they lead to a page or a picture.
 */
import type { ResultItem } from '../types.js';
import type { Place } from './cells.js';

/** What a template may name. */
export type Fields = Readonly<Record<string, string>>;

const BOUND = '[data-text],[data-src],[data-href],[data-alt],[data-hidden-if],[data-hidden-unless]';

export function fieldsOf({ id, rank, card }: ResultItem, reason: string, { lang, currency: usual, link }: Place): Fields {
  const { title = '', image = '', price, currency = usual } = card ?? {};
  const address = card?.address || link.replace('{id}', encodeURIComponent(id));
  return { id, rank: String(rank), title, address, url: address, image, price: money(price, currency, lang), currency, reason };
}

/** The latest way to write prices, by what it is made of: making one takes longer than laying out a card. */
let writing: readonly [key: string, format: Intl.NumberFormat] | undefined;

/** The price as people of that language write it; as it is in the data when it, or its currency, is none. */
export function money(price: string | undefined, currency: string, lang: string | undefined): string {
  if (!price) return '';
  try {
    const amount = Number(price);
    const style = currency ? { style: 'currency', currency } as const : { minimumFractionDigits: amount % 1 ? 2 : 0 };
    const key = JSON.stringify([lang, style]);
    if (writing?.[0] !== key) writing = [key, new Intl.NumberFormat(lang, style)];
    if (!Number.isNaN(amount)) return writing[1].format(amount);
  } catch {
    // No such currency or language.
  }
  return `${price} ${currency}`.trim();
}

/** Fills what is bound below `root`, again if need be. */
export function bind(root: ParentNode, fields: Fields): void {
  for (const node of root.querySelectorAll<HTMLElement>(BOUND)) {
    const { text, src, href, alt, hiddenIf, hiddenUnless } = node.dataset;
    const { localName } = node;
    const value = (name: string): string => fields[name] ?? '';
    // A script or a style sheet must not become what a catalogue says.
    if (text !== undefined && !/script|style/.test(localName)) node.textContent = value(text);
    if (alt !== undefined) set(node, 'alt', value(alt));
    if (src !== undefined && localName === 'img') set(node, 'src', address(value(src), node.baseURI));
    if (href !== undefined && localName === 'a') set(node, 'href', address(value(href), node.baseURI));
    if (hiddenIf !== undefined) node.hidden = value(hiddenIf) !== '';
    if (hiddenUnless !== undefined) node.hidden = value(hiddenUnless) === '';
  }
}

/** Pages and pictures only: what would run as a script is left out. */
export function address(text: string, base: string): string | undefined {
  try {
    return text && /^https?:$/.test(new URL(text, base).protocol) ? text : undefined;
  } catch {
    return undefined;
  }
}

/** Sets an attribute only when it changes: a picture would load again. */
function set(node: Element, name: string, value: string | undefined): void {
  if (value === undefined) node.removeAttribute(name);
  else if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}
