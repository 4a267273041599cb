/**
 * Fills a card: elements with data-text, -src, -href, -alt, -hidden-if or -hidden-unless get the field that they name.
 * No expressions, no markup: texts are set as text, and addresses only when they lead to a page or a picture.
 */
import type { ResultItem } from '../types.js';

/** What a template may name. */
export type Fields = Readonly<Record<string, string>>;

/** What texts depend on besides the item. */
export interface Place {
  readonly lang: string | undefined;
  /** Of prices whose card names none. */
  readonly currency: string;
  /** The address of items whose card names none, with `{id}`. */
  readonly link: string;
}

const BOUND = '[data-text],[data-src],[data-href],[data-alt],[data-hidden-if],[data-hidden-unless]';

/** In the lines of a box that waits for its card. */
const BLANK = '\u00a0';

export function fieldsOf({ id, rank, card }: ResultItem, reason: string, { lang, currency: usual, link }: Place): Fields {
  const { title = '', image = '', price, currency = usual } = card ?? {};
  const address = card?.address || link.replace('{id}', encodeURIComponent(id));
  return { id, rank: String(rank), title, address, url: address, image, price: money(price, currency, lang), currency, reason };
}

/** The price as people of that language write it; as it is in the data when it, or its currency, is none. */
export function money(price: string | undefined, currency: string, lang: string | undefined): string {
  if (!price) return '';
  try {
    const amount = Number(price);
    const style = currency ? { style: 'currency', currency } as const : { minimumFractionDigits: amount % 1 ? 2 : 0 };
    if (!Number.isNaN(amount)) return new Intl.NumberFormat(lang, style).format(amount);
  } catch {
    // No such currency or language.
  }
  return `${price} ${currency}`.trim();
}

/** Fills what is bound below `root`, again if need be; without fields with blanks. */
export function bind(root: ParentNode, fields: Fields | undefined): void {
  for (const node of root.querySelectorAll<HTMLElement>(BOUND)) {
    const { text, src, href, alt, hiddenIf, hiddenUnless } = node.dataset;
    const { localName } = node;
    const value = (name: string): string => fields?.[name] ?? '';
    // A script or a style sheet must not become what a catalogue says.
    if (text !== undefined && !/script|style/.test(localName)) node.textContent = fields ? value(text) : BLANK;
    if (alt !== undefined) set(node, 'alt', value(alt));
    if (src !== undefined && localName === 'img') set(node, 'src', address(value(src), node.baseURI));
    if (href !== undefined && localName === 'a') set(node, 'href', address(value(href), node.baseURI));
    if (fields && hiddenIf !== undefined) node.hidden = value(hiddenIf) !== '';
    if (fields && hiddenUnless !== undefined) node.hidden = value(hiddenUnless) === '';
  }
}

/** Pages and pictures only: what would run as a script is left out. */
export function address(text: string, base: string): string | undefined {
  if (text === '') return undefined;
  try {
    const { protocol } = new URL(text, base);
    return /^https?:$/.test(protocol) ? text : undefined;
  } catch {
    return undefined;
  }
}

/** Sets an attribute only when it changes: a picture would load again. */
function set(node: Element, name: string, value: string | undefined): void {
  if (value === undefined) node.removeAttribute(name);
  else if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

/** An element with the class and the part of its role. */
export function make<K extends keyof HTMLElementTagNameMap>(tag: K, role: string, attributes?: Readonly<Record<string, string>>): HTMLElementTagNameMap[K];
export function make(tag: string, role: string, attributes?: Readonly<Record<string, string>>): HTMLElement;
export function make(tag: string, role: string, attributes: Readonly<Record<string, string>> = {}): HTMLElement {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries({ class: `cook-shelf-${role}`, part: role, ...attributes })) node.setAttribute(name, value);
  return node;
}

/** The card of pages that bring no template of their own. */
export function plainCard(withReason: boolean): Node {
  const card = make('a', 'card', { 'data-href': 'address' });
  const frame = make('span', 'image');
  // The title stands beside it: for a screen reader the picture adds nothing.
  frame.append(make('img', 'picture', { 'data-src': 'image', alt: '', width: '400', height: '400', loading: 'lazy', decoding: 'async' }));
  const line = (role: string): HTMLElement => make('span', role, { 'data-text': role });
  card.append(frame, line('title'), line('price'), ...(withReason ? [line('reason')] : []));
  return card;
}
