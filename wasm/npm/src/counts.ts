/**
 * Counts of lists, for shops that compare models: plain numbers of this page, about nobody. They go nowhere by themselves. A shop
 * that wants them takes them and sends them to its own server, which hands them on to the endpoint with its key.
 *
 * ```js
 * import { counting } from 'cookshelf/counts';
 * const counter = counting(await createRecommender({ model }));
 * const { items } = await counter.shelf.similar('8214');          // as before, and counted
 * addEventListener('pagehide', () => navigator.sendBeacon('/counts', JSON.stringify(counter.take())));
 * ```
 */
export { counting, type Counter, type Counts, type CountsReport, type CountingOptions } from './counts/counter.js';
