/** The part of the style sheet that a shelf needs with its list: as a constructed sheet, like style.ts. */
import css from 'cookshelf-list-css';

let sheet: CSSStyleSheet | undefined;

/** Gives it to the tree that a list is in, once. */
export function adoptFor(list: Element): void {
  const root = list.getRootNode();
  if (!(root instanceof Document || root instanceof ShadowRoot)) return;
  if (sheet === undefined) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
  }
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}
