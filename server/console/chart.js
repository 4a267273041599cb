/** Small charts of figures over time, drawn by hand. Every figure stands in words, too: pictures alone tell not everybody. */
import { h, s } from './dom.js';
import { when } from './words.js';

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [320, 130, 44, 10, 10, 22];

/** @typedef {{ at: number, value: number | null | undefined }} Point */
/** @typedef {{ name: string, points: readonly Point[], colour: string, dashed?: boolean }} Line */

/**
 * @param {string} title @param {readonly Line[]} lines oldest point first
 * @param {(value: number) => string} say @param {{ zero?: boolean }} [options]
 */
export function chart(title, lines, say, { zero = true } = {}) {
  const shown = lines.map((line) => ({ ...line, points: line.points.filter(({ value }) => Number.isFinite(value)) })).filter(({ points }) => points.length > 0);
  const values = shown.flatMap(({ points }) => points.map(({ value }) => /** @type {number} */ (value)));
  const times = shown.flatMap(({ points }) => points.map(({ at }) => at));
  if (values.length === 0) return undefined;
  const [low, high] = range(values, zero);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const x = (/** @type {number} */ at) => (last === first ? (LEFT + WIDTH - RIGHT) / 2 : LEFT + ((at - first) / (last - first)) * (WIDTH - LEFT - RIGHT));
  const y = (/** @type {number} */ value) => HEIGHT - BOTTOM - ((value - low) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  const grid = [low, (low + high) / 2, high].map((value) => [
    s('line', { class: 'grid', x1: LEFT, x2: WIDTH - RIGHT, y1: y(value), y2: y(value) }),
    s('text', { class: 'tick', x: LEFT - 6, y: y(value) + 3, 'text-anchor': 'end' }, say(value)),
  ]);
  const drawn = shown.map(({ name, points, colour, dashed }) => {
    const corners = points.map(({ at, value }) => `${x(at).toFixed(1)},${y(/** @type {number} */ (value)).toFixed(1)}`);
    return s(
      'g',
      { class: `line ${colour}${dashed ? ' dashed' : ''}` },
      points.length > 1 && s('polyline', { points: corners.join(' ') }),
      !dashed && points.map(({ at, value }) => s('circle', { cx: x(at), cy: y(/** @type {number} */ (value)), r: 3 }, s('title', {}, `${name}, ${when(at)}: ${say(/** @type {number} */ (value))}`))),
    );
  });
  const ends = when(first) === when(last) ? [[(LEFT + WIDTH - RIGHT) / 2, last, 'middle']] : [[LEFT, first, 'start'], [WIDTH - RIGHT, last, 'end']];
  const days = ends.map(([place, at, anchor]) => s('text', { class: 'tick', x: place, y: HEIGHT - 6, 'text-anchor': anchor }, when(/** @type {number} */ (at))));
  const words = shown.map(({ name, points }) => `${name}: ${points.map(({ value }) => say(/** @type {number} */ (value))).join(', ')}`).join('. ');
  return h(
    'figure',
    { class: 'chart' },
    h('figcaption', {}, h('h3', {}, title), shown.length > 1 && h('p', { class: 'key' }, shown.map(({ name, colour, dashed }) => h('span', { class: `${colour}${dashed ? ' dashed' : ''}` }, name)))),
    s('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': `${title}. ${words}` }, grid, drawn, days),
  );
}

/** Ends of the scale: round, and apart. @param {readonly number[]} values @param {boolean} zero @returns {[number, number]} */
function range(values, zero) {
  const top = Math.max(...values);
  const bottom = zero ? 0 : Math.min(...values);
  if (top === bottom) return top === 0 ? [0, 1] : [bottom * 0.95, top * 1.05];
  const unit = 10 ** Math.floor(Math.log10(top - bottom)) / 2;
  return [Math.floor(bottom / unit) * unit, Math.ceil(top / unit) * unit];
}
