/** "What this page knows about me": everything the recommender remembers and every request it made. */
import type { Profile, ProfileSummary, Recommender } from 'cookshelf';
import { picture } from './art.js';
import { announce, button, el } from './dom.js';
import { isOffline } from './offline.js';
import { productPath, TEN_LINES } from './paths.js';
import { recommender, remember, runMode } from './recommender.js';
import { requests } from './requests.js';
import type { Shop } from './shop.js';
import { offlineSwitch, onTry, switchNews, taste, visitorChoice } from './try.js';
import { onVisitor, shownTo, visitor } from './visitor.js';

const DEEDS: Record<string, string> = {
  view: 'viewed',
  select: 'chosen from a shelf',
  addToCart: 'put in the cart',
  removeFromCart: 'taken out of the cart',
  purchase: 'bought',
  like: 'liked',
  dismiss: 'set aside',
};

export interface Panel {
  open(): void;
}

/** `changed` is called when the profile was changed from here, so that the page can redraw its shelves. */
export function createPanel(shop: Shop, changed: () => void): Panel {
  const body = el('div', { class: 'panel-body' });
  const [known, made] = [el('div', { class: 'panel-part' }), el('div', { class: 'panel-part' })];
  const close = button('Close', { class: 'quiet-button' }, () => dialog.close());
  const dialog = el(
    'dialog',
    { class: 'panel', 'aria-labelledby': 'panel-title', 'data-testid': 'privacy-panel' },
    el('div', { class: 'panel-head' }, el('h2', { id: 'panel-title', tabindex: -1 }, 'What this page knows about me'), close),
    body,
  );
  document.body.append(dialog);
  dialog.addEventListener('click', (event) => {
    const link = event.target instanceof Element && event.target.closest('a');
    if (event.target === dialog || link) dialog.close();
  });
  const draw = async () => {
    try {
      const [source, own] = await Promise.all([shownTo(), recommender()]);
      const again = () => {
        changed();
        void draw();
      };
      const mine = visitor() === undefined ? [controls(own, again), memory(own.profile, again)] : [waiting(own.profile)];
      known.replaceChildren(knowledge(source.profile, shop), ...mine);
      made.replaceChildren(engineChoice(own), requests(own));
    } catch {
      known.replaceChildren(el('p', {}, 'The recommender could not be opened, so this page knows nothing about you.'));
    }
  };
  body.append(known, otherEyes(shop), withoutNetwork(), made);
  onVisitor(() => void draw());
  return {
    open: () => {
      void draw().then(() => dialog.querySelector<HTMLElement>('#panel-title')?.focus());
      dialog.showModal();
    },
  };
}

/** The same page for someone else. */
function otherEyes(shop: Shop): HTMLElement {
  const [choice, news] = [visitorChoice(shop, 'panel'), switchNews('panel')];
  const words = el('p');
  onTry(() => {
    choice.draw();
    news.draw();
    const someone = visitor();
    words.textContent = someone
      ? `${someone.name} is made up, and looks at ${taste(someone)}. What ${someone.name} does is kept nowhere but in this page.`
      : 'Two shoppers are made up from what is on the shelves here. Be one of them: the page is the same, its lists are not.';
  });
  return el('section', { 'aria-labelledby': 'eyes-title' }, el('h3', { id: 'eyes-title' }, 'Through other eyes'), words, choice.node, news.node);
}

/** Lists go on when nothing can be asked for. */
function withoutNetwork(): HTMLElement {
  const { node, draw } = offlineSwitch('panel');
  const words = el('p', { 'data-testid': 'offline-state' });
  onTry(() => {
    draw();
    words.textContent = isOffline()
      ? 'Offline. Nothing more is fetched for lists, and they go on. What a page needs for the first time has to wait.'
      : 'Online. Go offline, and look around: the lists go on, since they are made here.';
  });
  return el('section', { 'aria-labelledby': 'offline-title' }, el('h3', { id: 'offline-title' }, 'Without a network'), words, node);
}

/** What is said of the shopper's own profile while someone else is here. */
function waiting(profile: Profile): HTMLElement {
  const { events } = profile.explain();
  return el('p', { 'data-testid': 'own-waits' }, `Your own profile waits untouched. It knows ${events === 0 ? 'nothing yet' : events === 1 ? '1 thing you did' : `${events} things you did`}.`);
}

function knowledge(profile: Profile, shop: Shop): HTMLElement {
  const summary = profile.explain();
  const items = summary.items.flatMap((known) => {
    const product = shop.product(known.item);
    if (!product) return [];
    const did = known.did.map((type) => DEEDS[type] ?? type).join(', ');
    const times = known.times > known.did.length ? ` · ${known.times} times` : '';
    return [
      el(
        'li',
        { 'data-item': product.id },
        el('a', { class: 'known', href: productPath(product) }, picture(product.id), el('span', {}, product.title, el('small', {}, `${did}${times} · ${ago(known.daysAgo)}`))),
      ),
    ];
  });
  const list = items.length === 0 ? el('p', { class: 'known-none', 'data-testid': 'known-none' }, 'Nothing. Look at a few things and come back.') : el('ul', { role: 'list', class: 'known-list', 'data-testid': 'known-list' }, ...items);
  return el('section', { 'aria-labelledby': 'known-title' }, el('h3', { id: 'known-title' }, `About ${visitor()?.name ?? 'you'}`), el('p', {}, where(summary)), list);
}

function where(summary: ProfileSummary): string {
  if (summary.paused) return 'Paused: nothing new is noted, and no list makes use of this.';
  if (summary.stored) return 'Kept on this device, and nowhere else.';
  return 'Kept in this page only; gone when you close or reload it.';
}

function ago(days: number): string {
  if (days <= 0) return 'today';
  return days === 1 ? 'yesterday' : `${days} days ago`;
}

function controls(source: Recommender, again: () => void): HTMLElement {
  const { profile } = source;
  const pause = button(profile.paused ? 'Resume' : 'Pause', { 'data-testid': 'pause', 'aria-pressed': String(profile.paused) }, () => {
    if (profile.paused) profile.resume();
    else profile.pause();
    announce(profile.paused ? 'Paused' : 'Resumed');
    again();
  });
  const save = button('Export', { 'data-testid': 'export' }, () => void exportProfile(profile));
  const erase = button('Erase', { class: 'grave', 'data-testid': 'erase' }, () => {
    void profile.erase().then(() => {
      announce('Erased. This page knows nothing about you.');
      again();
    });
  });
  return el('div', { class: 'panel-buttons' }, erase, save, pause);
}

async function exportProfile(profile: Profile): Promise<void> {
  const text = JSON.stringify(await profile.export(), null, 2);
  const address = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  el('a', { href: address, download: 'tarn-profile.json' }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Where lists can be made, and what is remarkable about it. */
const PLACES = [
  ['auto', 'wherever it is best'],
  ['main', 'in this page'],
  ['worker', 'in a worker beside it'],
  ['airlock', 'in an airlock: a worker that no request can leave'],
  ['js', 'by a script, without WebAssembly'],
] as const;

const MADE: Record<Recommender['engine']['kind'], string> = {
  wasm: 'Lists are made in this page.',
  worker: 'Lists are made in a worker beside this page.',
  airlock: 'Lists are made in an airlock: the browser refuses it every request.',
  js: 'Lists are made by a script in this page.',
};

/** Another place is chosen by the address, so that the whole page starts with it. */
function engineChoice({ engine }: Recommender): HTMLElement {
  const chosen = runMode();
  const someone = visitor();
  const options = PLACES.map(([mode, words]) => el('option', { value: mode, selected: mode === chosen }, words));
  const select = el('select', { 'data-testid': 'run' }, ...options);
  select.addEventListener('change', () => {
    const to = new URL(location.href);
    if (select.value === 'auto') to.searchParams.delete('run');
    else to.searchParams.set('run', select.value);
    location.assign(to);
  });
  const why = engine.why === undefined ? null : el('small', {}, ` Not as asked: ${engine.why.message}`);
  return el(
    'section',
    { 'aria-labelledby': 'engine-title' },
    el('h3', { id: 'engine-title' }, 'Where lists are made'),
    el('p', { 'data-testid': 'engine' }, MADE[engine.kind], why, someone && el('small', {}, ` Those for ${someone.name} are made in this page.`)),
    el('label', { class: 'run' }, el('span', {}, 'Make them '), select),
    el('p', {}, el('a', { href: TEN_LINES }, 'The ten lines that do it, live')),
  );
}

function memory(profile: Profile, again: () => void): HTMLElement {
  const choice = (mode: 'session' | 'device', label: string) => {
    const box = el('input', { type: 'radio', name: 'memory', value: mode, checked: profile.mode === mode, 'data-testid': `memory-${mode}` });
    box.addEventListener('change', () => void remember(mode).then(again));
    return el('label', {}, box, el('span', {}, label));
  };
  return el(
    'fieldset',
    { class: 'memory' },
    el('legend', {}, 'Remember what I look at'),
    choice('session', 'only while this page is open'),
    choice('device', 'on this device, for next time'),
  );
}
