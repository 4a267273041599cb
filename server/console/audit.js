/** Who did what: every change and every denial, newest first, and whether a record was changed afterwards. */
import { button, fill, h } from './dom.js';
import { from } from './modeling.js';
import { attempt, badge, head, moment, pages, sheet, table } from './parts.js';
import { get, may, path } from './server.js';
import { count, short } from './words.js';

/** @typedef {import('./shapes.js').AuditRecord} AuditRecord */
/** @typedef {import('./shapes.js').Chain} Chain */

/** @type {import('./main.js').Page} */
export async function audit({ parts: [account], signal }) {
  const address = account === undefined ? '/audit' : `${path(account)}/audit`;
  const found = h('div', { role: 'status' });
  const verify = () => attempt(async () => {
    /** @type {Chain} */
    const chain = await get('/audit/verification', signal);
    fill(found, chain.chain === 'whole'
      ? h('p', {}, badge('good', 'whole'), ` ${count(chain.records)} records, none changed and none missing. The last one is `, h('code', {}, chain.hash))
      : h('p', {}, badge('bad', 'broken'), ' ', `record ${count(chain.seq)}: ${chain.why}`));
  });
  const list = await pages((before) => get(`${address}?limit=40${from(before)}`, signal), shown, 'There is no record.');
  return [head('Audit', account === undefined ? 'Of the whole server.' : `Of ${account}.`, may('Operate') && button('Verify the chain', verify, { class: 'button quiet' })), found, sheet('Who did what', list)];
}

/** @param {AuditRecord[]} items */
function shown(items) {
  const rows = items.map((record) => [
    h('span', { class: 'mono soft' }, record.seq),
    moment(record.atMs),
    h('span', { class: 'mono', title: record.actor }, record.actor.startsWith('key:') ? `key ${short(record.actor)}` : record.actor),
    [h('strong', {}, record.action), ' ', record.outcome === 'denied' && badge('bad', 'denied')],
    record.place === '*' ? 'the server' : record.place,
    details(record),
  ]);
  return table('Records, newest first', ['Record', 'When', 'Who', 'Did', 'To', 'Details'], rows);
}

/** @param {AuditRecord} record */
function details({ detail, request }) {
  const text = JSON.stringify(detail);
  const whole = h('pre', {}, JSON.stringify(detail, null, 2), `\nrequest ${request}`);
  return h('details', {}, h('summary', { class: 'mono' }, text.length > 48 ? `${text.slice(0, 47)}…` : text), whole);
}
