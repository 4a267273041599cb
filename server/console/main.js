/** Which page is shown: by what stands behind the `#` of the address, which names places as the server's routes do. */
import { account, accounts } from './accounts.js';
import { audit } from './audit.js';
import { cook } from './cook.js';
import { announce, button, fill, fixed, h } from './dom.js';
import { endpoint } from './endpoint.js';
import { inspector } from './inspector.js';
import { keys } from './keys.js';
import { modeling } from './modeling.js';
import { trouble } from './parts.js';
import { hasKey, signIn, signOut, who, whenRefused } from './server.js';
import { rail } from './rail.js';
import { signInPage } from './sign-in.js';

/** @typedef {{ parts: string[], signal: AbortSignal, again: () => Promise<void> }} Visit */
/** @typedef {(visit: Visit) => Promise<Node[]>} Page */

/** @type {readonly (readonly [RegExp, Page])[]} */
const PAGES = [
  [/^\/?$/, accounts],
  [/^\/keys$/, keys],
  [/^\/audit$/, audit],
  [/^\/accounts\/([a-z0-9-]+)$/, account],
  [/^\/accounts\/([a-z0-9-]+)\/keys$/, keys],
  [/^\/accounts\/([a-z0-9-]+)\/audit$/, audit],
  [/^\/accounts\/([a-z0-9-]+)\/modelings\/([a-z0-9-]+)$/, modeling],
  [/^\/accounts\/([a-z0-9-]+)\/modelings\/([a-z0-9-]+)\/cooks\/([a-z0-9-]+)$/, cook],
  [/^\/accounts\/([a-z0-9-]+)\/endpoints\/([a-z0-9-]+)$/, endpoint],
  [/^\/accounts\/([a-z0-9-]+)\/endpoints\/([a-z0-9-]+)\/lists$/, inspector],
];

let left = new AbortController();

/** Where somebody wants to be. */
const wanted = () => decodeURIComponent(location.hash.slice(1));

/** Shows the page of the address. @param {boolean} moved whether somebody went there, or it is shown anew */
async function show(moved) {
  left.abort();
  left = new AbortController();
  const { signal } = left;
  // A question belongs to the page that asks it.
  if (moved) document.querySelectorAll('dialog').forEach((open) => open.close());
  const main = fixed('main');
  if (!hasKey() || who() === undefined) return welcome();
  const address = wanted();
  const [, page, parts] = PAGES.map(([form, page]) => /** @type {const} */ ([form, page, form.exec(address)?.slice(1)])).find(([, , parts]) => parts !== undefined) ?? [];
  crumbs(address);
  void rail(fixed('rail'), address, signal);
  main.setAttribute('aria-busy', 'true');
  try {
    if (page === undefined || parts === undefined) throw new Error('There is no such page.');
    const nodes = await page({ parts, signal, again: () => show(false) });
    if (signal.aborted) return;
    fill(main, nodes);
  } catch (error) {
    if (signal.aborted) return;
    fill(main, trouble(error), button('Try again', () => show(false), { class: 'button quiet' }));
  } finally {
    if (!signal.aborted) main.removeAttribute('aria-busy');
  }
  const title = main.querySelector('h1');
  document.title = `${title?.textContent ?? 'Trouble'} · Cookshelf`;
  if (moved) {
    title?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }
}

/** The page of those without a key. */
function welcome() {
  fixed('frame').classList.add('alone');
  fill(fixed('rail'));
  fill(fixed('crumbs'));
  fill(fixed('who'));
  fixed('main').removeAttribute('aria-busy');
  fill(fixed('main'), signInPage(enter));
  document.title = 'Sign in · Cookshelf';
}

/** From a key to the first page. @param {string} [key] @param {boolean} [keep] */
async function enter(key, keep) {
  await signIn(key, keep);
  fixed('frame').classList.remove('alone');
  const { name = '', grants = [] } = who() ?? {};
  const roles = grants.map(({ role, on }) => `${role} on ${on === '*' ? 'the whole server' : on}`).join(', ');
  fill(fixed('who'), h('span', { title: name }, roles), button('Sign out', leave, { class: 'button quiet' }));
  await show(true);
}

function leave() {
  signOut();
  announce('Signed out.');
  return show(true);
}

/** The way from the first page to this one. @param {string} address */
function crumbs(address) {
  const words = address.split('/').filter((word) => word !== '');
  // `accounts`, `modelings` and the like are no pages of their own.
  const places = words.flatMap((word, at) => (['accounts', 'modelings', 'endpoints', 'cooks'].includes(word) ? [] : [[word, `#/${words.slice(0, at + 1).join('/')}`]]));
  const last = places.length - 1;
  const links = places.map(([word, link], at) => h('li', {}, at === last ? h('span', { 'aria-current': 'page' }, word) : h('a', { href: link }, word)));
  fill(fixed('crumbs'), places.length > 0 && h('ol', {}, h('li', {}, h('a', { href: '#/' }, 'all accounts')), links));
}

whenRefused(() => {
  left.abort();
  signOut();
  welcome();
  fixed('main').prepend(trouble(new Error('This key opens nothing any more: it was revoked, or its time is over.')));
});
addEventListener('hashchange', () => void show(true));
// The address has a meaning of its own here, so the link cannot be left to it.
fixed('skip').addEventListener('click', (event) => {
  event.preventDefault();
  fixed('main').focus();
});

if (hasKey()) enter().catch(welcome);
else welcome();
