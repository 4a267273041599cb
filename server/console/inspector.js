/** What shoppers are shown: the model of an endpoint, loaded and scored in this page by the very npm package of shops. */
import { announce, button, fill, h } from './dom.js';
import { facts, head, nothing, sheet, trouble } from './parts.js';
import { LEVELS, reasonText } from './reason.js';
import { get, path } from './server.js';
import { bytes, count, LISTS, many, when } from './words.js';

/** @typedef {import('./shapes.js').Asked} Asked */
/** @typedef {import('./shapes.js').Card} Card */
/** @typedef {import('./shapes.js').Result} Result */
/** @typedef {import('./shapes.js').Shelf} Shelf */
/** @typedef {import('./shapes.js').Shown} Shown */

/** Of each list. */
const SHOWN = 8;
const ABOUT_ITEMS = /** @type {const} */ (['similar', 'together', 'next', 'text', 'look']);
const FOR_ALL = /** @type {const} */ (['trending', 'popular', 'new']);

/** @type {import('./main.js').Page} */
export async function inspector({ parts: [account = '', name = ''], signal }) {
  const place = `${account}/endpoints/${name}`;
  const top = head(`Lists of ${name}`, 'As a shopper’s browser makes them. What you look at here stays in this page.', h('a', { class: 'button quiet', href: `#/accounts/${place}` }, 'Back to the endpoint'));
  /** @type {{ items: import('./shapes.js').SigningKey[] }} */
  const { items } = await get(`${path(place)}/signing-keys`, signal);
  const keys = items.filter(({ state }) => state !== 'retired').map((key) => key.public);
  const address = './package/index.js';
  const { createRecommender } = await import(address).catch(() => ({}));
  if (createRecommender === undefined) {
    const how = 'The server was not told where the npm package lies. Start it with ';
    return [top, sheet('No package', h('p', {}, how, h('code', {}, 'cookshelf serve --data data --package node_modules/cookshelf'), ', or set ', h('code', {}, 'package'), ' in its settings.'))];
  }
  // The session's profile: it lives as long as this page.
  const shelf = await createRecommender({ model: `/e/${account}/${name}/manifest.json`, keys, endpoint: place, profile: 'session', run: 'main' });
  signal.addEventListener('abort', () => shelf.dispose());
  const view = new View(shelf);
  await view.begin();
  return [top, ...view.nodes];
}

/** One look at a model. */
class View {
  #shelf;
  /** @type {Map<string, Card>} */
  #cards = new Map();
  #seed = '';
  #pictures = false;
  #place = h('div', { class: 'seed' });
  #lists = h('div', { class: 'shelves' });
  #facts = h('div', {});
  #input = /** @type {HTMLInputElement} */ (h('input', { name: 'item', list: 'known-items', autocomplete: 'off', placeholder: 'id of an item', 'aria-label': 'Item' }));
  #known = h('datalist', { id: 'known-items' });

  /** @param {Shelf} shelf */
  constructor(shelf) {
    this.#shelf = shelf;
  }

  /** @returns {Node[]} */
  get nodes() {
    const form = h('form', { class: 'row', role: 'search' }, this.#input, this.#known, h('button', { class: 'button' }, 'Look at it'));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.look(this.#input.value.trim());
    });
    return [sheet('A shopper looks at', form, this.#place), this.#lists, sheet('What the page fetched', this.#facts)];
  }

  /** Begins with what is popular. */
  async begin() {
    const { items } = await this.#shelf.popular({ limit: 50, cards: true });
    this.#keep(items);
    fill(this.#known, items.map(({ id }) => h('option', { value: id }, this.#title(id))));
    const [first] = items;
    if (first === undefined) fill(this.#lists, nothing('The model has no item that can be shown.'));
    else await this.look(first.id);
  }

  /** Shows the lists of an item. @param {string} item */
  async look(item) {
    try {
      const { items } = await this.#shelf.recommend({ kind: 'popular', among: [item], limit: 1, cards: true, fallback: [] });
      this.#keep(items);
      if (items.length === 0) throw new Error(`The model shows no item with the id “${item}”.`);
      this.#seed = item;
      this.#input.value = item;
      this.#shelf.profile.observe({ type: 'view', item });
      await this.#show();
      announce(`Lists of ${this.#title(item)}`);
    } catch (error) {
      fill(this.#place, trouble(error));
    }
  }

  async #show() {
    const seed = this.#seed;
    /** @type {Asked[]} */
    const requests = [...ABOUT_ITEMS.map((kind) => ({ kind, seeds: [seed], fallback: [] })), { kind: 'picks' }, ...FOR_ALL.map((kind) => ({ kind }))];
    const results = await Promise.all(requests.map((request) => this.#shelf.recommend({ ...request, limit: SHOWN, cards: true }).catch((/** @type {unknown} */ error) => ({ error }))));
    results.forEach((result) => 'items' in result && this.#keep(result.items));
    if (seed !== this.#seed) return;
    fill(this.#place, this.#seedCard());
    fill(this.#lists, requests.map((request, at) => this.#list(request, results[at])));
    this.#tellFacts();
  }

  /** @param {Shown[]} items */
  #keep(items) {
    for (const { id, card } of items) if (card !== undefined) this.#cards.set(id, card);
  }

  /** @param {string} id */
  #title(id) {
    return this.#cards.get(id)?.title || `item ${id}`;
  }

  #seedCard() {
    const card = this.#cards.get(this.#seed);
    const profile = this.#shelf.profile.explain();
    const forget = button('Forget what was looked at', async () => {
      await this.#shelf.profile.erase();
      await this.look(this.#seed);
    }, { class: 'button quiet' });
    const hosts = [...new Set([...this.#cards.values()].map(({ image }) => hostOf(image)).filter((host) => host !== ''))];
    const pictures = button(this.#pictures ? 'Hide pictures' : `Show pictures from ${hosts.join(', ')}`, async () => {
      this.#pictures = !this.#pictures;
      await this.#show();
    }, { class: 'button quiet' });
    return [
      this.#picture(card),
      h(
        'div',
        {},
        h('h3', {}, this.#title(this.#seed)),
        h('p', { class: 'soft' }, h('code', {}, this.#seed), price(card)),
        h('p', {}, `This shopper looked at ${profile.items.map(({ item }) => this.#title(item)).join(' · ')}.`),
        h('div', { class: 'acts' }, profile.items.length > 1 && forget, hosts.length > 0 && pictures),
      ),
    ];
  }

  /** @param {Asked} request @param {Result | { error: unknown } | undefined} result */
  #list(request, result) {
    const { kind } = request;
    const good = result !== undefined && 'items' in result ? result : undefined;
    const level = LEVELS[good?.level ?? ''] ?? '';
    const fact = good && `${level}${level && ', '}${good.used.ms < 1 ? 'under 1' : Math.round(good.used.ms)} ms`;
    const items = good?.items ?? [];
    const shown = items.length === 0 ? nothing('Nothing fits.') : h('ol', { class: 'shelf' }, items.map((item) => this.#card(item, request)));
    return h(
      'section',
      { class: 'sheet', 'aria-label': LISTS[kind], 'data-kind': kind },
      h('div', { class: 'shelf-head' }, h('h2', {}, LISTS[kind]), h('span', { class: 'soft' }, fact)),
      result !== undefined && 'error' in result ? trouble(result.error) : shown,
    );
  }

  /** @param {Shown} item @param {Asked} request */
  #card(item, request) {
    const card = this.#cards.get(item.id);
    const parts = h('div', {});
    const why = h('details', {}, h('summary', {}, item.score.toPrecision(3)), parts);
    why.addEventListener('toggle', async () => {
      if (!(/** @type {HTMLDetailsElement} */ (why).open)) return;
      const { parts: sums } = await this.#shelf.explain(item.id, { ...request, limit: SHOWN });
      fill(parts, h('ul', {}, sums.map(({ cause, item: other, amount }) => h('li', {}, `${amount.toPrecision(2)} `, other === undefined ? cause : `${cause}: ${this.#title(other)}`))));
    });
    return h(
      'li',
      {},
      h('button', { type: 'button', class: 'card', onclick: () => void this.look(item.id) }, this.#picture(card), h('span', { class: 'name' }, this.#title(item.id))),
      h('p', { class: 'why' }, reasonText(item.reason, request.kind, (id) => this.#title(id), this.#seed)),
      why,
    );
  }

  /** @param {Card | undefined} card */
  #picture(card) {
    const image = this.#pictures ? card?.image : undefined;
    return h('span', { class: 'picture' }, image ? h('img', { src: image, alt: '', loading: 'lazy', referrerpolicy: 'no-referrer' }) : h('span', { 'aria-hidden': 'true' }, (card?.title ?? '?').slice(0, 1)));
  }

  #tellFacts() {
    const { model, engine, network } = this.#shelf;
    const log = network.log();
    const fetched = log.reduce((sum, entry) => sum + entry.bytes, 0);
    fill(
      this.#facts,
      facts([
        ['Model', `cooked ${when(model.cookedAt)}${model.arm === undefined ? '' : `, arm ${model.arm}`}`],
        ['Signature', model.stale ? 'good, but past its time' : 'good: signed by a key of this endpoint'],
        ['Items', count(model.items)],
        ['Whole model', bytes(model.bytes)],
        ['Fetched for this', `${bytes(fetched)} in ${many(log.length, 'request')}`],
        ['Scored by', engine.kind],
      ]),
    );
  }
}

/** @param {string} [image] */
function hostOf(image = '') {
  const url = URL.parse?.(image) ?? null;
  return url !== null && url.protocol.startsWith('http') ? url.host : '';
}

/** @param {Card | undefined} card */
const price = (card) => (card?.price === undefined ? '' : ` · ${card.price} ${card.currency ?? ''}`);
