/** One endpoint: what it shows to whom now, the controls for that, what it offered before, and the keys that sign. */
import { button, h } from './dom.js';
import { from } from './modeling.js';
import { attempt, badge, confirmed, copied, facts, head, moment, nothing, pages, sheet, table } from './parts.js';
import { ask, get, may, path } from './server.js';
import { controls } from './release.js';
import { rollout, told } from './rollout.js';
import { count, short, STRATEGIES } from './words.js';

/** @typedef {import('./shapes.js').EndpointSpec} EndpointSpec */
/** @typedef {import('./shapes.js').Known} Known */
/** @typedef {import('./shapes.js').Model} Model */
/** @typedef {import('./shapes.js').Release} Release */
/** @typedef {import('./shapes.js').SigningKey} SigningKey */

/** How often a newer release is looked for. */
const LOOK_EVERY = 4000;

/** Who may ask this server for lists. @type {Readonly<Record<string, string>>} */
const RECOMMEND = { closed: 'nobody', keys: 'who has a key', public: 'everybody' };

/** @type {import('./main.js').Page} */
export async function endpoint({ parts: [account = '', name = ''], signal, again }) {
  const place = `${account}/endpoints/${name}`;
  const address = path(place);
  /** @type {[import('./shapes.js').Resource<EndpointSpec>, import('./shapes.js').Page<Release>, { items: SigningKey[] }]} */
  const [{ spec }, { items: releases }, { items: keys }] = await Promise.all([get(address, signal), get(`${address}/releases?limit=1`, signal), get(`${address}/signing-keys`, signal)]);
  const models = await modelsOf(account, spec.modelings, signal);
  const [latest] = releases;
  const manifest = `/e/${account}/${name}/manifest.json`;
  follow(address, latest?.sequence, signal, again);
  const rotate = may('ManageSigning', place) && button('Turn the keys', () => attempt(async () => {
    const text = 'The key that was announced signs from now on, and another is announced. Pages that name keys learn the new one from a manifest that they believe.';
    if (await confirmed('Turn the keys?', text, 'Turn them')) {
      await ask('POST', `${address}/signing-keys`);
      await again();
    }
  }), { class: 'button quiet' });
  return [
    head(name, STRATEGIES[spec.strategy.kind] ?? spec.strategy.kind, latest && h('a', { class: 'button quiet', href: `#/accounts/${place}/lists` }, 'Look at its lists')),
    sheet(
      'What is shown now',
      latest === undefined ? nothing('Nothing yet: its first release comes with the first model.') : [rollout(spec, latest, models), controls(place, spec, latest, models, again)],
    ),
    sheet(
      'How it is offered',
      copied('Address of the manifest', new URL(manifest, location.href).href),
      facts([
        ['Modelings', spec.modelings.map((modeling, at) => [at > 0 && ', ', may('Read', `${account}/modelings/${modeling}`) ? h('a', { href: `#/accounts/${account}/modelings/${modeling}` }, modeling) : modeling])],
        ['Fresh for', `${count(spec.validHours)} hours`],
        ['Pages of', spec.origins.length === 0 ? 'every origin' : spec.origins.join(', ')],
        ['Lists from this server', RECOMMEND[spec.recommend] ?? spec.recommend],
      ]),
    ),
    sheet('What it offered', await pages((before) => get(`${address}/releases?limit=11${from(before)}`, signal), (items) => sequence(items, spec, models), 'Nothing was released yet.')),
    sheet('Keys that sign', signingKeys(keys), rotate && h('div', { class: 'acts' }, rotate)),
  ];
}

/** Shows the page anew when something newer is offered. @param {string} address @param {number | undefined} seen @param {AbortSignal} signal @param {() => Promise<void>} again */
function follow(address, seen, signal, again) {
  const timer = setInterval(async () => {
    // What somebody is being asked must not be taken away.
    if (document.hidden || document.querySelector('dialog') !== null) return;
    /** @type {{ items: { sequence?: number | undefined }[] }} */
    const { items } = await get(`${address}/releases?limit=1`, signal).catch(() => ({ items: [{ sequence: seen }] }));
    if (!signal.aborted && items[0]?.sequence !== seen) await again();
  }, LOOK_EVERY);
  signal.addEventListener('abort', () => clearInterval(timer));
}

/** Models by their ids, as far as the key may see them. @param {string} account @param {string[]} modelings @param {AbortSignal} signal */
async function modelsOf(account, modelings, signal) {
  const known = modelings.filter((modeling) => may('Read', `${account}/modelings/${modeling}`));
  /** @type {import('./shapes.js').Page<Model>[]} */
  const lists = await Promise.all(known.map((modeling) => get(`${path(account)}/modelings/${modeling}/models?limit=50`, signal)));
  return new Map(lists.flatMap(({ items }, at) => items.map((model) => /** @type {[string, Known]} */ ([model.id, { ...model, modeling: known[at] }]))));
}

/** @param {Release[]} items newest first @param {EndpointSpec} spec @param {Map<string, Known>} models */
function sequence(items, spec, models) {
  const rows = items.map((release, at) => [
    h('span', { class: 'mono' }, release.sequence),
    moment(release.createdMs),
    told(release, items[at + 1], spec, models),
    h('span', { class: 'mono soft' }, release.actor.startsWith('key:') ? `key ${short(release.actor)}` : release.actor),
  ]);
  return table('Releases, newest first', ['Number', 'When', 'What', 'By'], rows);
}

/** @param {SigningKey[]} keys */
function signingKeys(keys) {
  /** @type {Readonly<Record<string, readonly [string, string]>>} */
  const states = { current: ['good', 'signs'], next: ['busy', 'announced'], retired: ['calm', 'retired'] };
  const rows = keys.map((key) => {
    const [kind, text] = states[key.state] ?? ['calm', key.state];
    return [badge(kind, text), h('code', {}, key.public), moment(key.createdMs)];
  });
  return rows.length === 0 ? nothing('Its first keys come with the first model.') : table('Keys', ['State', 'Public key', 'Made'], rows);
}
