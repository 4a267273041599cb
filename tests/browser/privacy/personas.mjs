/**
 * Scripted shoppers: the same way through the shop, whatever they do there. All of it goes through the recommender
 * that the page offers as `globalThis.cookshelf`, or that its first <cook-shelf> has.
 */

/** What a page tells about itself: its recommender, once there is one. */
const RECOMMENDER = "(globalThis.cookshelf ?? document.querySelector('cook-shelf')?.recommender)";

/** Longer than the time after which a newer manifest may be looked for. In milliseconds. */
const LATER_MS = 61_000;

/** A mark that some shopper "looked at". */
export const MARK = 'canary-7f3a9c';

/** So many items know the shoppers at least, where the shop has them. */
const ITEMS_KNOWN = 12;

/** Runs `work` (the text of a function of the recommender and of what it is given) in the page. */
export function withRecommender(visit, work, ...given) {
  return visit.run(
    `async (...given) => {
      for (let tries = 0; tries < 300 && !(await ${RECOMMENDER}); tries += 1) await new Promise((passed) => setTimeout(passed, 50));
      const recommender = await ${RECOMMENDER};
      if (!recommender) throw new Error('the page offers no recommender: set globalThis.cookshelf to it, or use <cook-shelf>');
      return (${work})(recommender, ...given);
    }`,
    ...given,
  );
}

/**
 * What shoppers do: for each page what is done before its lists are asked for, while they are shown, a minute later, and after the page was
 * looked at again. Two are the opposite of each other; the third agreed as they did, opened the same pages, and never does a thing.
 */
export function personas(known) {
  const [left, right] = [known.slice(2, 7), known.slice(7, 12)];
  const all = (type, items) => items.map((item) => [type, item]);
  return {
    collector: [
      { before: [['view', MARK], ...all('view', left)], meanwhile: all('addToCart', left.slice(0, 2)), later: [['view', right[4]]], after: [['like', left[3]]] },
      { before: all('addToCart', left), meanwhile: [], later: [['dismiss', left[1]], ['like', left[2]]], after: [['removeFromCart', left[0]], ['view', right[2]]] },
      { before: [['purchase', left[0]]], meanwhile: [['dismiss', left[3]]], later: [] },
    ],
    opposite: [
      { before: [['dismiss', left[0]], ['view', right[0]], ['view', MARK]], meanwhile: [], later: [] },
      { before: [], meanwhile: [['like', right[1]]], later: [], after: [['addToCart', right[3]]] },
      { before: all('purchase', right), meanwhile: [], later: [['removeFromCart', right[0]]], after: [['dismiss', right[4]]] },
    ],
    newcomer: [],
  };
}

/**
 * The lists of every page, always the same ones; each page begins with another one, so that each is asked for when little was
 * fetched. The hard cases: lists that are empty for who did nothing, with lists after them that must not repeat them, and
 * lists that are short for one shopper only, with stand-ins that have files of their own.
 */
const LISTS = `[
  (it) => it.recommendMany([{ kind: 'recent' }, { kind: 'popular', limit: 4, cards: true }]),
  (it, { seeds, some }) => it.similar(seeds[0], { among: some, exclude: 'seen', fallback: ['together'] }),
  (it) => it.recommendMany([{ kind: 'picks', limit: 4, fallback: [] }, { kind: 'again' }, { kind: 'new', limit: 4, cards: true }]),
  (it, { some }) => it.forYou({ among: some, exclude: ['seen', 'cart', 'purchased'], fallback: ['next'] }),
  (it, { seeds }) => it.text(seeds[0], { limit: 12, exclude: 'seen', fallback: ['look'] }),
  (it) => it.forYou({ limit: 12, fallback: ['trending'] }),
  (it, { seeds }) => it.similar(seeds[0], { limit: 12, personal: 0.5, exclude: ['cart', 'seen'] }),
  (it, { seeds }) => it.together(seeds, { limit: 12 }),
  (it) => it.together('cart', { cards: true }),
  (it) => it.next([], { limit: 12, exclude: 'dismissed' }),
  (it) => it.recent(),
  (it) => it.next('cart', { fallback: ['popular'], exclude: ['cart', 'dismissed'] }),
  (it) => it.trending({ exclude: 'seen', rotate: 0.5, cards: true }),
]`;

const PREPARE = `async (recommender, mode) => {
  globalThis.said = [];
  for (const name of ['log', 'info', 'warn', 'error', 'debug']) {
    const own = console[name].bind(console);
    console[name] = (...words) => { said.push(words.map(String).join(' ')); own(...words); };
  }
  recommender.profile.mode = mode;
  await recommender.profile.settled();
}`;

/** From top to bottom, and back. */
const LOOK_OVER = `async () => {
  for (let top = 0; top < document.documentElement.scrollHeight; top += innerHeight) {
    scrollTo({ top, behavior: 'instant' });
    await new Promise((passed) => setTimeout(passed, 60));
  }
  scrollTo({ top: 0, behavior: 'instant' });
}`;

/** What the shopper does; lists that follow it are asked again. */
const DO = `async (recommender, deeds) => {
  for (const [type, item] of deeds) recommender.profile.observe({ type, item });
  await recommender.profile.settled();
  await globalThis.following;
}`;

const ASK = `async (recommender, first, given) => {
  const lists = ${LISTS};
  const shown = [];
  for (let at = 0; at < lists.length; at += 1) shown.push(await lists[(first + at) % lists.length](recommender, given));
  await recommender.warm();
  // Shelves that follow what the shopper does, some of them with a button to dismiss. Asked at once for the first time, what
  // each of them fetches would have no order.
  const live = [
    () => recommender.recent(),
    () => recommender.forYou({ limit: 12, fallback: ['trending'] }),
    () => recommender.together('cart', { cards: true }),
    ...given.seeds.map((seed) => () => recommender.similar(seed, { cards: true, exclude: 'dismissed', rotate: 0, limit: 4 })),
  ];
  for (const ask of live) await ask();
  globalThis.following = Promise.resolve();
  recommender.on('change', () => { following = following.then(() => Promise.all(live.map((ask) => ask()))); });
  return shown.flat().map(({ items }) => items.map(({ id }) => id));
}`;

/**
 * Walks through `paths` as a persona. Gives what the lists showed, what the console said, what the package wrote into its own log, and
 * which models answered, two a page. With `newer`, `{ of, by }`, the last page finds the manifest `by` in the place of `of` when it looks again.
 */
export async function walk(visit, door, paths, persona, { mode, known, newer }) {
  const [shown, said, logs, models] = [[], [], [], []];
  const given = { seeds: known.slice(0, 2), some: known.slice(2, 7) };
  for (const [at, path] of paths.entries()) {
    const { before = [], meanwhile = [], later = [], after = [] } = persona[at % Math.max(1, persona.length)] ?? {};
    const step = (name, quiet) => door.step(`page ${at + 1}, ${name}`, quiet);
    if (at > 0) {
      await step('opening');
      await visit.go(door.origin + path);
    }
    // Lists that wait until they are near are asked for now, and not whenever a list above them grows or shrinks.
    await visit.run(LOOK_OVER);
    await withRecommender(visit, PREPARE, mode);
    await step('deeds', 600);
    await withRecommender(visit, DO, before);
    await step('lists');
    shown.push(await withRecommender(visit, ASK, 3 * at, given));
    models.push(await withRecommender(visit, '({ model }) => model.id'));
    await step('deeds while lists are shown');
    await withRecommender(visit, DO, meanwhile);
    await step('deeds a minute later');
    await withRecommender(visit, `async (_, ms) => { globalThis.cookshelfLater(ms); }`, LATER_MS);
    await withRecommender(visit, DO, later);
    if (newer && at === paths.length - 1) door.replace(newer);
    await step('looking at the page again');
    await withRecommender(visit, "async () => { document.dispatchEvent(new Event('visibilitychange')); }");
    // A look begins with loading a part of the script: a slow machine needs a while to ask for it.
    await step('deeds after looking', 800);
    await withRecommender(visit, DO, after);
    await step('after them');
    const told = await withRecommender(visit, 'async (recommender) => ({ said, model: recommender.model.id, log: recommender.network.log().map(({ url, cached }) => [url, cached]) })');
    said.push(...told.said);
    logs.push(told.log);
    models.push(told.model);
  }
  await door.step('leaving');
  return { shown, said, logs, models };
}

/** Items of the shop from all over its chart, the most popular first: neighbours in a chart may share the files that lists about them fetch. */
export async function items(visit) {
  const chart = await withRecommender(visit, 'async (recommender) => (await recommender.popular({ limit: 48, fallback: ["trending", "new"] })).items.map(({ id }) => id)');
  const apart = Math.max(1, Math.floor(chart.length / ITEMS_KNOWN));
  return chart.filter((_, at) => at % apart === 0);
}

/** Everything that the browser keeps for this page, as a list of names. */
export function storage(visit) {
  return visit.run(`async () => [
    ...document.cookie.split('; ').filter(Boolean).map((cookie) => 'cookie ' + cookie.split('=')[0]),
    ...Object.keys(localStorage).map((key) => 'localStorage ' + key),
    ...Object.keys(sessionStorage).map((key) => 'sessionStorage ' + key),
    ...(await indexedDB.databases()).map(({ name }) => 'IndexedDB ' + name),
    ...(await caches.keys()).map((name) => 'CacheStorage ' + name),
  ]`);
}
