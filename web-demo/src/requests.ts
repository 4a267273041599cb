/** The list of every request the recommender ever made from this page. */
import type { NetworkEntry, Recommender } from 'cookshelf';
import { el } from './dom.js';

export function requests(source: Recommender): HTMLElement {
  const log = source.network.log();
  const fetched = log.filter((entry) => !entry.cached);
  const bytes = fetched.reduce((sum, entry) => sum + entry.bytes, 0);
  const { model } = source;
  return el(
    'section',
    { 'aria-labelledby': 'requests-title' },
    el('h3', { id: 'requests-title' }, 'Every request made for these lists'),
    el(
      'p',
      {},
      `${fetched.length} ${fetched.length === 1 ? 'download' : 'downloads'}, ${size(bytes)} in all. Each one fetches a public file that is the same for everyone: no query, no cookie, no word about you. `,
      `The model knows ${model.items.toLocaleString('en-GB')} items and was cooked on ${model.cookedAt.slice(0, 10)}.`,
    ),
    el('ol', { class: 'requests', 'data-testid': 'request-log' }, ...log.map(line)),
  );
}

function line(entry: NetworkEntry): HTMLElement {
  const { pathname } = new URL(entry.url, document.baseURI);
  const name = pathname.replace(/([0-9a-f]{10})[0-9a-f]{54}$/, '$1…');
  return el(
    'li',
    { 'data-url': entry.url, 'data-cached': String(entry.cached) },
    el('code', { title: entry.url }, name),
    el('span', {}, entry.cached ? 'from this device' : size(entry.bytes)),
  );
}

function size(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} KB` : `${(bytes / 1_000_000).toFixed(2)} MB`;
}
