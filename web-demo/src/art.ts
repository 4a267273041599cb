/**
 * Product pictures, all from one file.
 *
 * A request for the picture of a recommended product would tell the server what was recommended.
 * So every picture comes with the first view, and showing one asks nobody for anything.
 */
import { el } from './dom.js';
import { loadFile } from './shop.js';

let drawings: Record<string, string> = {};
const addresses = new Map<string, string>();
const BLANK = 'data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/%3E';

function isDrawings(content: unknown): content is Record<string, string> {
  return typeof content === 'object' && content !== null && !Array.isArray(content);
}

export async function loadArt(): Promise<void> {
  const content = await loadFile('/art.json');
  if (!isDrawings(content)) throw new Error('/art.json is not a table of pictures');
  drawings = content;
}

/** A blob address inside this page; made once per product. */
function address(id: string): string {
  const known = addresses.get(id);
  if (known !== undefined) return known;
  const drawing = drawings[id];
  if (drawing === undefined) return BLANK;
  const made = URL.createObjectURL(new Blob([drawing], { type: 'image/svg+xml' }));
  addresses.set(id, made);
  return made;
}

/** The title usually stands beside it, so that the picture adds nothing for a screen reader. */
export function picture(id: string, alternative = ''): HTMLImageElement {
  return el('img', { src: address(id), alt: alternative, width: 400, height: 400, decoding: 'async', draggable: 'false' });
}
