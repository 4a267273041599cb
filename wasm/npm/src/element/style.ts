/**
 * Gives a document or a shadow tree the shelf's style sheet, once: as a constructed sheet, which a policy
 * without 'unsafe-inline' allows.
 */
import css from 'cookshelf-element-css';

const sheets = new Map<string, CSSStyleSheet>();

/** `name`: what the element is called here. */
export function adopt(root: Node, name: string): void {
  if (!(root instanceof Document || root instanceof ShadowRoot)) return;
  let sheet = sheets.get(name);
  if (sheet === undefined) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css.replace(/cook-shelf(?=[[:,{])/g, name));
    sheets.set(name, sheet);
  }
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}
