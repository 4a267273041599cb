/**
 * Scripted shoppers: the same way through the shop, whatever they do there. All of it goes through the recommender
 * that the page offers as `globalThis.cookshelf`, or that its first <cook-shelf> has.
 */

/** What a page tells about itself: its recommender, once there is one. */
const RECOMMENDER = "(globalThis.cookshelf ?? document.querySelector('cook-shelf')?.recommender)";

/** Runs `work` (the text of a function of the recommender and of what it is given) in the page. */
export function withRecommender(visit, work, ...given) {
  return visit.run(
    `async (...given) => {
      for (let tries = 0; tries < 300 && !(await ${RECOMMENDER}); tries += 1) await new Promise((passed) => setTimeout(passed, 50));
      const shelf = await ${RECOMMENDER};
      if (!shelf) throw new Error('the page offers no recommender: set globalThis.cookshelf to it, or use <cook-shelf>');
      return (${work})(shelf, ...given);
    }`,
    ...given,
  );
}

/**
 * Walks through `paths` as a persona: on each page it waits for the page's lists, does its deeds, and asks for the lists that a
 * shop shows, always the same ones. A deed is `[type, item]`. Gives what the lists showed and what the console said.
 */
export async function walk(visit, origin, paths, deeds, { mode = 'session', seeds }) {
  const [shown, said] = [[], []];
  for (const [at, path] of paths.entries()) {
    if (at > 0) await visit.go(origin + path);
    const page = await withRecommender(visit, `async (shelf, mode, deeds, seeds) => {
      globalThis.said = [];
      for (const name of ['log', 'info', 'warn', 'error', 'debug']) {
        const own = console[name].bind(console);
        console[name] = (...words) => { said.push(words.map(String).join(' ')); own(...words); };
      }
      shelf.profile.mode = mode;
      for (const [type, item] of deeds) shelf.profile.observe({ type, item });
      await shelf.profile.settled();
      const lists = [await shelf.forYou({ limit: 12, fallback: ['trending'] }), await shelf.similar(seeds[0], { limit: 12, personal: 0.5, exclude: ['cart', 'seen'] }), await shelf.together(seeds, { limit: 12 }), await shelf.recent(), await shelf.trending({ exclude: 'seen', cards: true })];
      return { lists: lists.map(({ items }) => items.map(({ id }) => id)), said };
    }`, mode, deeds[at % deeds.length] ?? [], seeds);
    shown.push(page.lists);
    said.push(...page.said);
  }
  return { shown, said };
}

/** Items of the shop, the most popular first. */
export function items(visit) {
  return withRecommender(visit, 'async (shelf) => (await shelf.popular({ limit: 50, fallback: ["trending", "new"] })).items.map(({ id }) => id)');
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
