/** Keys of an account, or of the whole server: who has one, what it opens; made, and revoked. A secret is shown once. */
import { button, h } from './dom.js';
import { from } from './modeling.js';
import { all } from './accounts.js';
import { attempt, badge, confirmed, copied, dialog, field, head, moment, pages, select, sheet, table } from './parts.js';
import { ask, get, path, who } from './server.js';

/** @typedef {import('./shapes.js').KeyRecord} KeyRecord */

const ROLES = /** @type {const} */ ([['reader', 'reader: sees it'], ['writer', 'writer: changes, cooks and releases it'], ['admin', 'admin: also deletes, makes keys, reads the audit']]);

/** @type {import('./main.js').Page} */
export async function keys({ parts: [account], signal, again }) {
  const address = account === undefined ? '/keys' : `${path(account)}/keys`;
  const make = async () => {
    const places = await placesOf(account, signal);
    dialog(
      'Make a key',
      [
        field('Called', h('input', { name: 'label', required: true, maxlength: 100, placeholder: 'newsletter', autocomplete: 'off' })),
        h('div', { class: 'row' }, field('Role', select('role', ROLES)), field('On', select('on', places))),
        field('For so many days', h('input', { name: 'days', type: 'number', min: 1, max: 366, value: 90, required: true })),
      ],
      [h('button', { class: 'button quiet', value: '', formnovalidate: true }, 'Not now'), h('button', { class: 'button', value: 'yes' }, 'Make it')],
      (form) => void attempt(async () => {
        const wish = { label: String(form.get('label')), grants: [{ role: form.get('role'), on: form.get('on') }], days: Number(form.get('days')) };
        /** @type {{ key: KeyRecord, secret: string }} */
        const { key, secret } = await ask('POST', address, wish);
        await again();
        once(key.label, secret);
      }),
    );
  };
  const list = await pages((before) => get(`${address}?limit=50${from(before)}`, signal), (items) => shown(items, address, again), 'There is no key.');
  return [head('Keys', account === undefined ? 'Of the whole server and of all accounts.' : `Of ${account}.`, button('Make a key …', () => attempt(make))), sheet('Who has one', list)];
}

/** The one time that a secret is seen. @param {string} label @param {string} secret */
function once(label, secret) {
  dialog(
    `The key “${label}”`,
    [h('p', {}, 'Keep it now: it is not stored, and never shown again.'), copied('The new key', secret)],
    [h('button', { class: 'button', value: '' }, 'I have it')],
  );
}

/** What a key can be for. @param {string | undefined} account @param {AbortSignal} signal @returns {Promise<(readonly [string, string])[]>} */
async function placesOf(account, signal) {
  const accounts = account === undefined ? /** @type {{ name: string }[]} */ (await all('/accounts', signal)).map(({ name }) => name) : [account];
  const inside = await Promise.all(accounts.map(async (name) => {
    /** @type {[{ place: string }[], { place: string }[]]} */
    const [modelings, endpoints] = await Promise.all([all(`${path(name)}/modelings`, signal), all(`${path(name)}/endpoints`, signal)]);
    return [/** @type {const} */ ([name, name]), ...[...modelings, ...endpoints].map(({ place }) => /** @type {const} */ ([place, place]))];
  }));
  return [...(account === undefined ? [/** @type {const} */ (['*', 'the whole server'])] : []), ...inside.flat()];
}

/** @param {KeyRecord[]} items @param {string} address @param {() => Promise<void>} again */
function shown(items, address, again) {
  const own = who()?.name;
  const rows = items.map((key) => {
    const state = key.revokedMs !== null ? badge('calm', 'revoked') : key.expiresMs !== null && key.expiresMs < Date.now() ? badge('calm', 'its time is over') : badge('good', 'holds');
    const revoke = () => attempt(async () => {
      const text = `key:${key.id}` === own ? 'This is the key that you look at this page with.' : 'Who uses it is let in no more, within seconds.';
      if (!(await confirmed(`Revoke “${key.label}”?`, text, 'Revoke it', 'risky'))) return;
      await ask('DELETE', `${address}/${key.id}`);
      await again();
    }, `“${key.label}” is revoked`);
    return [
      h('strong', {}, key.label),
      h('code', {}, `${key.prefix}…${key.lastFour}`),
      key.grants.map(({ role, on }) => h('div', {}, `${role} on ${on === '*' ? 'the whole server' : on}`)),
      moment(key.lastUsedMs),
      moment(key.expiresMs),
      state,
      key.revokedMs === null ? button('Revoke', revoke, { class: 'button risky', 'aria-label': `Revoke ${key.label}` }) : '',
    ];
  });
  return table('Keys, newest first', ['Called', 'Key', 'May', 'Last used', 'Until', 'State', 'End it'], rows);
}
