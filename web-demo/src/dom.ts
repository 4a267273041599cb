/** Builds elements with checked names. Text is always text: there is no way to pass markup. */

export type Child = Node | string | null | undefined | false;
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

const SVG = 'http://www.w3.org/2000/svg';

function dress(node: Element, attributes: Attributes, children: readonly Child[]): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false));
}

export function el<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(name);
  dress(node, attributes, children);
  return node;
}

export function svg(name: string, attributes: Attributes, ...children: readonly Child[]): SVGElement {
  const node = document.createElementNS(SVG, name);
  dress(node, attributes, children);
  return node;
}

/** A line icon, 24 units wide. */
export function icon(path: string): SVGElement {
  const line = svg('path', { class: 'line', d: path });
  return svg('svg', { viewBox: '0 0 24 24', width: 20, height: 20, 'aria-hidden': 'true' }, line);
}

export function button(label: string, attributes: Attributes, act: () => void): HTMLButtonElement {
  const node = el('button', { type: 'button', ...attributes }, label);
  node.addEventListener('click', act);
  return node;
}

/** An element of the page that index.html always has. */
export function fixed<T extends HTMLElement>(id: string, kind: new () => T): T {
  const node = document.getElementById(id);
  if (!(node instanceof kind)) throw new Error(`index.html has no ${kind.name} with the id ${id}`);
  return node;
}

/** Says something to those who listen to the page. */
export function announce(text: string): void {
  fixed('announce', HTMLElement).textContent = text;
}
