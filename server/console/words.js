/** Numbers, moments and states as people read them. */

const whole = new Intl.NumberFormat('en');
const moment = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
const full = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'long' });
const away = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** @param {number | null | undefined} value */
export const count = (value) => (value === null || value === undefined ? '–' : whole.format(value));

/** `one item`, `3 items`. @param {number} value @param {string} noun */
export const many = (value, noun) => `${value === 1 ? 'one' : whole.format(value)} ${noun}${value === 1 ? '' : 's'}`;

/** @param {number | null | undefined} value */
export function bytes(value) {
  if (value === null || value === undefined) return '–';
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let [size, unit] = [value, 0];
  while (size >= 1000 && unit < units.length - 1) [size, unit] = [size / 1000, unit + 1];
  return `${size >= 100 || unit === 0 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}

/** @param {number} value a share, 0 to 1 */
export const percent = (value) => `${(value * 100).toFixed(value > 0 && value < 0.1 ? 1 : 0)} %`;

/** @param {number | null | undefined} seconds */
export function span(seconds) {
  if (seconds === null || seconds === undefined) return '–';
  if (seconds < 1) return 'under a second';
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} days`;
}

/** `22 Nov, 14:05`. @param {number | string} at */
export const when = (at) => moment.format(new Date(at));

/** With the day of the week and the zone. @param {number | string} at */
export const exactly = (at) => full.format(new Date(at));

/** `3 minutes ago`, `in 2 days`. @param {number | string} at @param {number} [now] */
export function ago(at, now = Date.now()) {
  const seconds = (new Date(at).getTime() - now) / 1000;
  const size = Math.abs(seconds);
  if (size < 45) return seconds <= 0 ? 'just now' : 'in a moment';
  if (size < 45 * 60) return away.format(Math.round(seconds / 60), 'minute');
  if (size < 22 * 3600) return away.format(Math.round(seconds / 3600), 'hour');
  return away.format(Math.round(seconds / 86400), 'day');
}

/** The end of an id: ids of one time begin alike. @param {string} id */
export const short = (id) => id.slice(-6);

/** State of a cook: its colour, and how it is said. @type {Readonly<Record<string, readonly [string, string]>>} */
export const STATES = {
  queued: ['wait', 'waits'],
  running: ['busy', 'cooking'],
  published: ['good', 'published'],
  refused: ['hold', 'held back'],
  failed: ['bad', 'failed'],
  cancelled: ['calm', 'stopped'],
};

/** Why a cook is. @type {Readonly<Record<string, string>>} */
export const CAUSES = { schedule: 'by schedule', manual: 'by hand', retry: 'a further try' };

/** @type {Readonly<Record<string, string>>} */
export const STRATEGIES = {
  all: 'Everybody, at once',
  blueGreen: 'Blue-green',
  canary: 'Canary',
  ab: 'Comparison',
  shadow: 'Shadow',
};

/** Names of lists. @type {Readonly<Record<string, string>>} */
export const LISTS = {
  picks: 'Picks for a shopper',
  similar: 'People also',
  together: 'Bought together',
  next: 'What comes next',
  popular: 'Popular',
  trending: 'Trending',
  new: 'New',
  text: 'Described alike',
  look: 'Looks alike',
  again: 'Buy it again',
};
