/** The bar at the foot of every page: what there is to try, and what comes of it. */
import { el } from './dom.js';
import { isOffline } from './offline.js';
import type { Shop } from './shop.js';
import { offlineSwitch, onTry, switchNews, visitorChoice } from './try.js';

export function createBar(shop: Shop): void {
  const parts = [visitorChoice(shop, 'bar'), switchNews('bar'), offlineSwitch('bar')];
  const bar = el('aside', { class: 'bar', 'aria-label': 'Try the demo' }, ...parts.map(({ node }) => node));
  document.body.append(bar);
  onTry(() => {
    for (const { draw } of parts) draw();
    bar.classList.toggle('bar-offline', isOffline());
  });
}
