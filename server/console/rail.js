/** The places beside the page: what the account of this page holds, and what belongs to the whole server. */
import { fill, h } from './dom.js';
import { get, may, path } from './server.js';

/** What is known of the account that was looked at last, so that going about in it asks for nothing. */
let known = { account: '', at: 0, modelings: /** @type {string[]} */ ([]), endpoints: /** @type {string[]} */ ([]) };

/** @param {HTMLElement} box @param {string} address @param {AbortSignal} signal */
export async function rail(box, address, signal) {
  const account = /^\/accounts\/([^/]+)/.exec(address)?.[1];
  if (account === undefined) return fill(box, group('Server', [['#/', 'Accounts'], may('ManageKeys') && ['#/keys', 'Keys'], may('ReadAudit') && ['#/audit', 'Audit']], address));
  if (known.account !== account || Date.now() - known.at > 10_000) {
    const names = async (/** @type {string} */ kind) => {
      /** @type {{ items: { name: string }[] }} */
      const { items } = await get(`${path(account)}/${kind}?limit=200`, signal).catch(() => ({ items: [] }));
      return items.map((item) => item.name);
    };
    const [modelings, endpoints] = await Promise.all([names('modelings'), names('endpoints')]);
    if (signal.aborted) return;
    known = { account, at: Date.now(), modelings, endpoints };
  }
  const of = (/** @type {string} */ kind, /** @type {string} */ name) => /** @type {const} */ ([`#/accounts/${account}/${kind}/${name}`, name]);
  fill(
    box,
    group('Account', [[`#/accounts/${account}`, account], may('ManageKeys', account) && [`#/accounts/${account}/keys`, 'Keys'], may('ReadAudit', account) && [`#/accounts/${account}/audit`, 'Audit']], address),
    group('Modelings', known.modelings.map((name) => of('modelings', name)), address),
    group('Endpoints', known.endpoints.map((name) => of('endpoints', name)), address),
  );
}

/** @param {string} title @param {readonly (readonly [string, string] | false)[]} links @param {string} address */
function group(title, links, address) {
  const shown = links.filter((link) => link !== false);
  const here = (/** @type {string} */ link) => (link === `#${address}` || (link === '#/' && address === '') ? 'page' : undefined);
  return shown.length > 0 && [h('h2', {}, title), h('ul', {}, shown.map(([link, text]) => h('li', {}, h('a', { href: link, 'aria-current': here(link) }, text))))];
}
