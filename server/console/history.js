/** How a modeling's models turned out, one after the other: how good their lists are, what was read, what they weigh. */
import { chart } from './chart.js';
import { h } from './dom.js';
import { nothing } from './parts.js';
import { bytes, count, LISTS, span } from './words.js';

/** @typedef {import('./shapes.js').Point} Point */

/** @param {Point[]} newest first, as the server tells them */
export function history(newest) {
  const points = [...newest].reverse().filter(({ endedMs }) => endedMs !== null);
  if (points.length === 0) return nothing('Charts begin with the first model.');
  const of = (/** @type {(point: Point) => number | null | undefined} */ value) => points.map((point) => ({ at: point.endedMs ?? 0, value: value(point) }));
  const lists = [...new Set(points.flatMap((point) => point.lists.map(({ list }) => list)))];
  const score = (/** @type {Point} */ point, /** @type {string} */ list) => point.lists.find((one) => one.list === list);
  const quality = lists.map((list) => chart(
    LISTS[list] ?? list,
    [
      { name: 'this shop’s lists', colour: 'a', points: of((point) => score(point, list)?.ndcg) },
      { name: 'just what is popular', colour: 'b', dashed: true, points: of((point) => score(point, list)?.popularity) },
    ],
    (value) => value.toFixed(value < 0.1 ? 3 : 2),
  ));
  const rest = [
    chart('Rows that were dropped', [{ name: 'dropped', colour: 'b', points: of(({ rows, dropped }) => (rows ? (dropped ?? 0) / rows : undefined)) }], (value) => (value === 0 ? '0' : `${(value * 100).toPrecision(2)} %`)),
    chart('Interactions', [{ name: 'accepted', colour: 'd', points: of(({ interactions }) => interactions) }], short),
    chart('Size of the model', [{ name: 'all blobs', colour: 'c', points: of((point) => point.bytes) }], bytes),
    chart('Time of a cook', [{ name: 'seconds', colour: 'a', points: of(({ seconds }) => seconds) }], (value) => (value === 0 ? '0' : span(value))),
  ];
  return h(
    'div',
    { class: 'pages' },
    quality.length > 0
      ? [h('p', { class: 'soft' }, 'How well each list foresees what shoppers did next, on data that was hidden from it (NDCG; more is better).'), h('div', { class: 'charts' }, quality)]
      : nothing('With a gate (`gate = true`) each cook also measures how good its lists are; that is drawn here then.'),
    h('div', { class: 'charts four' }, rest),
    latest(points.at(-1)),
  );
}

/** The newest figures in words. @param {Point | undefined} point */
function latest(point) {
  const words = point && [`${count(point.items)} items`, `${count(point.interactions)} interactions`, `${count(point.dropped)} of ${count(point.rows)} rows dropped`];
  return h('p', { class: 'soft' }, `The newest: ${words?.join(', ')}.`);
}

/** @param {number} value */
const short = (value) => (value >= 10_000 ? `${Math.round(value / 1000)}k` : count(Math.round(value)));
