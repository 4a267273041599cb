/** One modeling: what is cooked and when, the cook that goes on, how its models turned out, its cooks and models. */
import { schedule } from './accounts.js';
import { history } from './history.js';
import { button, h } from './dom.js';
import { going } from './going.js';
import { attempt, badge, facts, head, moment, pages, sheet, stateBadge, table } from './parts.js';
import { ask, get, may, path } from './server.js';
import { bytes, CAUSES, count, short, span } from './words.js';

/** @typedef {import('./shapes.js').Cook} Cook */
/** @typedef {import('./shapes.js').Model} Model */

/** Points of the charts. */
const POINTS = 40;

/** @type {import('./main.js').Page} */
export async function modeling({ parts: [account = '', name = ''], signal, again }) {
  const place = `${account}/modelings/${name}`;
  const address = path(place);
  /** @type {[import('./shapes.js').Resource<import('./shapes.js').ModelingSpec>, import('./shapes.js').Due, import('./shapes.js').Page<Cook>, import('./shapes.js').Page<import('./shapes.js').Point>]} */
  const [{ spec, updatedAt }, due, { items: [last] }, { items: points }] = await Promise.all([
    get(address, signal),
    get(`${address}/due`, signal),
    get(`${address}/cooks?limit=1`, signal),
    get(`${address}/history?limit=${POINTS}`, signal),
  ]);
  const busy = last !== undefined && ['queued', 'running'].includes(last.state);
  const start = button('Start a cook', () => attempt(async () => {
    await ask('POST', `${address}/cooks`);
    await again();
  }));
  return [
    head(name, h('code', {}, spec.source), may('Cook', place) && !busy && start),
    busy && sheet('Now', going(`${address}/cooks/${last.id}`, last, signal, () => void again())),
    sheet(
      'How it is cooked',
      facts([
        ['Schedule', schedule(spec)],
        ['Next due', due.owed ? badge('busy', 'now') : moment(due.next)],
        ['Last cook', last === undefined ? 'never' : [stateBadge(last.state), ' ', moment(last.endedMs ?? last.createdMs)]],
        ['Gate', spec.gate ? 'a model that is worse is held back' : 'every model is published'],
        ['Memory', spec.memory ?? 'what is free'],
        ['By hand', `${spec.mostPerDay} a day, ${spec.leastMinutesBetween} min apart`],
        ['Models kept', count(spec.keepModels)],
        spec.credentials !== undefined && ['Credentials', h('code', {}, spec.credentials)],
        ['Changed', moment(updatedAt)],
      ]),
      Object.keys(spec.settings ?? {}).length > 0 && h('details', {}, h('summary', {}, 'Settings'), h('pre', {}, JSON.stringify(spec.settings, null, 2))),
    ),
    sheet('Over time', history(points)),
    sheet('Cooks', await pages((before) => get(`${address}/cooks?limit=10${from(before)}`, signal), (items) => cooks(place, items), 'Nothing was cooked yet.')),
    sheet('Models', await pages((before) => get(`${address}/models?limit=10${from(before)}`, signal), (items) => models(place, items), 'There is no model yet.')),
  ].filter((node) => node instanceof Node);
}

/** @param {string | undefined} before */
export const from = (before) => (before === undefined ? '' : `&before=${encodeURIComponent(before)}`);

/** @param {string} place @param {Cook[]} items */
function cooks(place, items) {
  const rows = items.map((cook) => [
    h('a', { href: `#/accounts/${place}/cooks/${cook.id}`, class: 'mono' }, short(cook.id)),
    stateBadge(cook.state),
    [CAUSES[cook.cause] ?? cook.cause, cook.attempt > 1 && h('span', { class: 'soft' }, `, attempt ${cook.attempt}`)],
    moment(cook.createdMs),
    cook.startedMs && cook.endedMs ? span((cook.endedMs - cook.startedMs) / 1000) : '–',
  ]);
  return table('Cooks, newest first', ['Cook', 'State', 'Cause', 'Asked for', 'Took'], rows);
}

/** @param {string} place @param {Model[]} items */
function models(place, items) {
  const rows = items.map((model) => [
    h('a', { href: `#/accounts/${place}/cooks/${model.cook}`, class: 'mono' }, short(model.id)),
    moment(model.createdMs),
    count(model.items),
    bytes(model.bytes),
    model.kept ? badge('good', 'kept') : badge('calm', 'gone'),
  ]);
  return table('Models, newest first', ['Model', 'Published', 'Items', 'Size', 'Files'], rows);
}
