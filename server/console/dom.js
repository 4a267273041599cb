/** Builds elements. Text is always text: there is no way to pass markup. */

const SVG = 'http://www.w3.org/2000/svg';

/** @typedef {Node | string | number | null | undefined | false | readonly Child[]} Child */
/** @typedef {Readonly<Record<string, unknown>>} Props */

/**
 * An element with these attributes; `onclick` and its like are listeners.
 * @param {string} name
 * @param {Props} [props]
 * @param {...Child} children
 * @returns {HTMLElement}
 */
export function h(name, props = {}, ...children) {
  return /** @type {HTMLElement} */ (dress(document.createElement(name), props, children));
}

/**
 * The same in SVG.
 * @param {string} name
 * @param {Props} [props]
 * @param {...Child} children
 * @returns {SVGElement}
 */
export function s(name, props = {}, ...children) {
  return /** @type {SVGElement} */ (dress(document.createElementNS(SVG, name), props, children));
}

/** @param {Element} node @param {Props} props @param {readonly Child[]} children */
function dress(node, props, children) {
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...flat(children));
  return node;
}

/** @param {readonly Child[]} children @returns {(Node | string)[]} */
function flat(children) {
  return children.flatMap((child) => {
    if (child === null || child === undefined || child === false) return [];
    if (Array.isArray(child)) return flat(child);
    return [child instanceof Node ? child : String(child)];
  });
}

/** Puts these in place of what an element holds. @param {Element} node @param {...Child} children */
export function fill(node, ...children) {
  node.replaceChildren(...flat(children));
}

/** An element that index.html always has. @param {string} id @returns {HTMLElement} */
export function fixed(id) {
  const node = document.getElementById(id);
  if (node === null) throw new Error(`index.html has no #${id}`);
  return node;
}

/** Says something to those who listen to the page. @param {string} text */
export function announce(text) {
  fixed('announce').textContent = text;
}

/**
 * A button that can be pressed once until its work is done.
 * @param {string} label @param {() => unknown} act @param {Props} [props]
 */
export function button(label, act, props = {}) {
  const node = /** @type {HTMLButtonElement} */ (h('button', { type: 'button', class: 'button', ...props }, label));
  node.addEventListener('click', async () => {
    node.disabled = true;
    try {
      await act();
    } finally {
      node.disabled = false;
    }
  });
  return node;
}
