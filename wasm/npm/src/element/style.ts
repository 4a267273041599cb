/**
 * The shelf's style sheet, for pages and shadow trees that do not link element.css: as a constructed sheet, which a policy
 * without 'unsafe-inline' allows. Loaded for the first shelf that has none.
 */
import css from 'cookshelf-element-css';

const sheets = new Map<string, CSSStyleSheet>();

/** Where the shelf stands, and within it where it has a shadow of its own. */
export function adopt(shelf: HTMLElement): void {
  const { localName } = shelf;
  let sheet = sheets.get(localName);
  if (sheet === undefined) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css.replace(/cook-shelf(?=[[:,{])/g, localName));
    sheets.set(localName, sheet);
  }
  const roots = [shelf.getRootNode(), shelf.hasAttribute('shadow') && (shelf.shadowRoot ?? shelf.attachShadow({ mode: 'open' }))];
  for (const root of roots) {
    if (!(root instanceof Document || root instanceof ShadowRoot) || root.adoptedStyleSheets.includes(sheet)) continue;
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  }
}
