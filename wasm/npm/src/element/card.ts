/** What shelves and their cards are made of. */

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
