/** Accounts, and what one of them holds: its modelings with their last cook and the next, its endpoints with what they show. */
import { h } from './dom.js';
import { badge, head, moment, nothing, pages, sheet, stateBadge, table } from './parts.js';
import { get, may, path } from './server.js';
import { count, STRATEGIES } from './words.js';

/** @typedef {import('./shapes.js').AccountSpec} AccountSpec */
/** @typedef {import('./shapes.js').Cook} Cook */
/** @typedef {import('./shapes.js').Due} Due */
/** @typedef {import('./shapes.js').EndpointSpec} EndpointSpec */
/** @typedef {import('./shapes.js').ModelingSpec} ModelingSpec */
/** @typedef {import('./shapes.js').Release} Release */

/** How often what changes by itself is looked at. */
const LOOK_EVERY = 5000;

/** @type {import('./main.js').Page} */
export async function accounts({ signal }) {
  const list = await pages(
    /** @returns {Promise<import('./shapes.js').Page<import('./shapes.js').Resource<AccountSpec>>>} */
    (after) => get(`/accounts?limit=50${after === undefined ? '' : `&after=${encodeURIComponent(after)}`}`, signal),
    (items) => table('Accounts', ['Account', 'Title', 'Cooks a day', 'Made'], items.map(({ name, spec, createdAt }) => [h('a', { href: `#/accounts/${name}` }, name), spec.title ?? '', spec.cooksPerDay ?? 'no limit', moment(createdAt)])),
    'There is no account yet, or none for this key. `cookshelf apply -f stack.toml` makes them.',
  );
  return [head('Accounts', 'Whose shops this server cooks for.'), h('section', { class: 'sheet', 'aria-label': 'Accounts' }, list)];
}

/** @type {import('./main.js').Page} */
export async function account({ parts: [name = ''], signal }) {
  /** @type {[import('./shapes.js').Resource<ModelingSpec>[], import('./shapes.js').Resource<EndpointSpec>[]]} */
  const [modelings, endpoints] = await Promise.all([all(`${path(name)}/modelings`, signal), all(`${path(name)}/endpoints`, signal)]);
  const title = may('Read', name) ? /** @type {import('./shapes.js').Resource<AccountSpec>} */ (await get(path(name), signal)).spec.title : undefined;
  const cells = new Map(modelings.map(({ name: modeling }) => [modeling, h('span', {})]));
  const look = async () => {
    await Promise.all(modelings.filter(({ place }) => may('Read', place)).map(async ({ name: modeling }) => {
      /** @type {import('./shapes.js').Page<Cook>} */
      const { items: [last] } = await get(`${path(name)}/modelings/${modeling}/cooks?limit=1`, signal);
      cells.get(modeling)?.replaceChildren(...lastCook(name, modeling, last));
    }));
  };
  /** @type {(Due | undefined)[]} */
  const due = await Promise.all(modelings.map(({ name: modeling, place, spec }) => (spec.schedule && may('Read', place) ? get(`${path(name)}/modelings/${modeling}/due`, signal) : undefined)));
  await look();
  const timer = setInterval(() => !document.hidden && look().catch(() => {}), LOOK_EVERY);
  signal.addEventListener('abort', () => clearInterval(timer));

  const modelingRows = modelings.map(({ name: modeling, spec }, at) => [
    h('a', { href: `#/accounts/${name}/modelings/${modeling}` }, modeling),
    h('code', {}, spec.source),
    schedule(spec),
    cells.get(modeling),
    due[at]?.owed ? badge('busy', 'due now') : moment(due[at]?.next),
  ]);
  /** @type {import('./shapes.js').Page<Release>[]} */
  const shown = await Promise.all(endpoints.map(({ name: endpoint, place }) => (may('Read', place) ? get(`${path(name)}/endpoints/${endpoint}/releases?limit=1`, signal) : { items: [] })));
  const endpointRows = endpoints.map(({ name: endpoint, spec }, at) => {
    const [release] = shown[at]?.items ?? [];
    const link = `#/accounts/${name}/endpoints/${endpoint}`;
    return [
      h('a', { href: link }, endpoint),
      STRATEGIES[spec.strategy.kind] ?? spec.strategy.kind,
      spec.modelings.join(', '),
      release === undefined ? badge('calm', 'nothing yet') : release.state.candidate ? badge('busy', 'a new model is on its way') : badge('good', 'offered'),
      release === undefined ? '–' : h('span', { class: 'mono' }, release.sequence),
      moment(release?.createdMs),
    ];
  });
  return [
    head(title ?? name, title === undefined ? 'Account' : h('code', {}, name)),
    sheet('Modelings', modelings.length === 0 ? nothing('No modeling for this key.') : table('Modelings', ['Modeling', 'Source', 'Schedule', 'Last cook', 'Next due'], modelingRows)),
    sheet('Endpoints', endpoints.length === 0 ? nothing('No endpoint for this key.') : table('Endpoints', ['Endpoint', 'Strategy', 'Of', 'State', 'Release', 'Since'], endpointRows)),
  ];
}

/** @param {ModelingSpec} spec */
export const schedule = (spec) => (spec.schedule ? `every ${spec.schedule.every}${spec.schedule.notBefore ? `, from ${spec.schedule.notBefore} UTC` : ''}` : 'by hand only');

/** @param {string} account @param {string} modeling @param {Cook | undefined} cook @returns {Node[]} */
function lastCook(account, modeling, cook) {
  if (cook === undefined) return [badge('calm', 'never')];
  const link = h('a', { href: `#/accounts/${account}/modelings/${modeling}/cooks/${cook.id}` }, stateBadge(cook.state));
  const { progress } = cook;
  const far = cook.state === 'running' && progress?.stage ? h('span', { class: 'soft' }, ` ${progress.stage}${progress.of > 0 ? ` ${count(progress.done)} of ${count(progress.of)}` : ''}`) : h('span', {}, ' ', moment(cook.endedMs ?? cook.createdMs));
  return [link, far];
}

/**
 * Every resource of a list.
 * @template T
 * @param {string} address @param {AbortSignal} signal @returns {Promise<T[]>}
 */
export async function all(address, signal) {
  /** @type {T[]} */
  const found = [];
  for (let after = ''; ;) {
    /** @type {import('./shapes.js').Page<T>} */
    const { items, next } = await get(`${address}?limit=200${after}`, signal);
    found.push(...items);
    if (next === undefined) return found;
    after = `&after=${encodeURIComponent(next)}`;
  }
}
