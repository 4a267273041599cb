/**
 * What becomes of a shopper's visits, in three engines: consent given, not given, taken back, in two tabs; without a network
 * after the first view; with a browser that keeps nothing, or refuses to; and with an engine that breaks.
 *
 * COOKSHELF_MODELS is a cooked folder; COOKSHELF_PROGRAM serves it with the demo shop COOKSHELF_SITE.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { packageFolder } from './built-package.mjs';
import { ENGINES } from './engines.mjs';
import { serveFiles } from './file-server.mjs';
import { storage } from './privacy/personas.mjs';
import { startServer, until } from './recorded-server.mjs';

const models = process.env.COOKSHELF_MODELS;

/** The next call of the module goes to an address that it does not have: a true trap. `breaks` counts how often. */
const BREAKING = `{
  globalThis.breaks = 0;
  const instantiate = WebAssembly.instantiate;
  WebAssembly.instantiate = async (...given) => {
    const made = await instantiate.apply(WebAssembly, given);
    const exports = { ...(made.instance ?? made).exports };
    for (const [name, own] of Object.entries(exports)) {
      if (typeof own !== 'function') continue;
      exports[name] = (...args) => {
        if (args.length < 2 || breaks === 0) return own(...args);
        breaks -= 1;
        return own(...args.map(() => 0x7ffffff0));
      };
    }
    return { instance: { exports } };
  };
}`;

/** Storage as some browsers have it in private windows. */
const REFUSING = `for (const name of ['caches', 'indexedDB']) {
  Object.defineProperty(globalThis, name, { get() { throw new DOMException('refused', 'SecurityError'); } });
}`;

const SHOP = `
  import { createRecommender } from '/package/index.js';
  import { manual } from '/package/consent.js';
  globalThis.errors = [];
  globalThis.enter = async (decided, options = {}) => {
    globalThis.consent = manual();
    if (decided) consent.set(decided);
    globalThis.it = await createRecommender({ model: '/models/manifest.json', consent, onError: ({ code }) => errors.push(code), ...options });
    return it.engine.kind;
  };
  globalThis.view = async (...items) => {
    for (const item of items) it.profile.observe({ type: 'view', item });
    await it.profile.settled();
  };
  const ids = async (list) => (await list).items.map(({ id }) => id);
  globalThis.lists = async (seed) => ({ similar: await ids(it.similar(seed)), recent: await ids(it.recent()), picks: await ids(it.forYou({ fallback: [] })), popular: await ids(it.popular()) });
  globalThis.known = async () => { await it.profile.settled(); return [it.profile.mode, it.profile.explain().events]; };
  globalThis.tab = () => new Promise((open) => {
    const frame = Object.assign(document.createElement('iframe'), { src: '/', onload: async () => {
      while (!frame.contentWindow.ready) await new Promise((passed) => setTimeout(passed, 20));
      open(frame.contentWindow);
    } });
    document.body.append(frame);
  });
  globalThis.ready = true;
`;

function shop() {
  const page = (before) => ({ body: `<!doctype html><title>shop</title><link rel="icon" href="data:,"><script type="importmap">{"imports":{"cookshelf":"/package/index.js"}}</script><script>${before}</script><body><script type="module" src="/shop.js"></script>` });
  return serveFiles(async (path) => {
    if (path === '/') return page('');
    if (path === '/breaking') return page(BREAKING);
    if (path === '/refusing') return page(REFUSING);
    if (path === '/shop.js') return { body: SHOP };
    // A worker that breaks at the first chance, each time that it is started.
    if (path === '/breaking/worker.js') return { body: `${BREAKING}\naddEventListener('message', ({ data }) => { if (data.do === 'ask' && data.method === 'run') breaks = 1; });\n${await readFile(join(packageFolder, 'dist/worker.js'), 'utf8')}` };
    if (path.startsWith('/package/')) return { file: join(packageFolder, 'dist', path.slice('/package/'.length)) };
    if (path.startsWith('/models/')) return { file: join(models, path.slice('/models/'.length)) };
    return undefined;
  });
}

for (const [name, start] of Object.entries(ENGINES)) {
  test(name, async (t) => {
    const engine = await start();
    let site = await shop();
    t.after(async () => {
      await engine.stop();
      await site.stop();
    });
    const visited = async (path, work) => {
      const visit = await engine.visit(site.origin + path);
      try {
        await until(() => visit.run('() => globalThis.ready === true'), `${name} starts the page`);
        return await work(visit);
      } finally {
        await visit.close();
      }
    };
    /** Another page of the same shop. */
    const turn = async (visit) => {
      await visit.go(`${site.origin}/`);
      await until(() => visit.run('() => globalThis.ready === true'), `${name} starts the next page`);
    };
    const [seed, ...viewed] = await visited('/', (visit) => visit.run("async () => { await enter(); return (await it.popular({ limit: 6 })).items.map(({ id }) => id); }"));
    const KEPT = ['CacheStorage cookshelf-v1', 'IndexedDB cookshelf'];

    await t.test('consent: never', () => visited('/', async (visit) => {
      for (const page of [1, 2]) {
        if (page > 1) await turn(visit);
        const found = await visit.run('async (seed, viewed) => { await enter(); await view(...viewed); return [await known(), await lists(seed)]; }', seed, viewed);
        assert.deepEqual(found[0], ['off', 0]);
        assert.deepEqual([found[1].similar.length, found[1].recent, found[1].picks], [8, [], []]);
        assert.deepEqual(await storage(visit), []);
      }
    }));

    await t.test('consent: later, and for the visits after it', () => visited('/', async (visit) => {
      await visit.run('async (viewed) => { await enter(); await view(viewed[0]); consent.set("device"); await view(viewed[1]); }', viewed);
      assert.deepEqual((await storage(visit)).sort(), KEPT);
      await turn(visit);
      // Not asked yet on this page: nothing of before is shown, and nothing is deleted.
      assert.deepEqual(await visit.run('async () => { await enter(); return known(); }'), ['off', 0]);
      await turn(visit);
      const { recent, picks } = await visit.run('async (seed) => { await enter("device"); return lists(seed); }', seed);
      assert.ok(recent.includes(viewed[1]), `${recent}`);
      assert.equal(picks.length, 8);
    }));

    await t.test('consent: revoked', () => visited('/', async (visit) => {
      await visit.run('async (viewed) => { await enter("device"); await view(...viewed); consent.set("off"); await it.profile.settled(); }', viewed);
      await until(async () => (await storage(visit)).length === 0, 'everything is deleted');
      assert.deepEqual(await visit.run('async (viewed) => { await view(...viewed); return known(); }', viewed), ['off', 0]);
      await turn(visit);
      assert.deepEqual(await visit.run('async () => { await enter("device"); return known(); }'), ['device', 0]);
    }));

    await t.test('consent: two tabs', () => visited('/', async (visit) => {
      const other = await visit.run('async (viewed) => { await enter("device"); globalThis.second = await tab(); await second.enter("device"); await view(...viewed); await second.known(); return viewed.length; }', viewed);
      await until(async () => (await visit.run('() => second.known()'))[1] === other, 'the second tab hears what was viewed in the first');
      await visit.run('async () => { second.consent.set("off"); await second.known(); }');
      await until(async () => (await visit.run('() => known()'))[1] === 0, 'the first tab has forgotten, too');
      await until(async () => (await storage(visit)).filter((one) => one.startsWith('IndexedDB')).length === 0, 'nothing is kept');
    }));

    // A page that knows already that the shopper agreed, and one whose consent says so.
    for (const [how, enter] of [['the page knows', "enter(undefined, { consent: undefined, profile: 'device' })"], ['consent says', "enter('device')"]]) {
      await t.test(`without a network after the first view: ${how} that the shopper agreed`, () => visited('/', async (visit) => {
        const online = await visit.run(`async (seed, viewed) => { await ${enter}; await view(...viewed); const all = await lists(seed); it.dispose(); return all; }`, seed, viewed);
        await site.stop();
        const offline = await visit.run(`async (seed) => { await ${enter}; return { all: await lists(seed), log: it.network.log() }; }`, seed).finally(async () => { site = await shop(); });
        assert.deepEqual(offline.all, online);
        assert.equal(offline.all.recent.length, viewed.length);
        assert.deepEqual(offline.log.filter(({ url, cached }) => !cached && !url.endsWith('manifest.json')), [], 'only the manifest was asked for in vain');
      }));
    }

    await t.test('the demo shop without a network after the first view', async () => {
      const demo = await startServer({ models, shop: process.env.COOKSHELF_SITE });
      const visit = await engine.visit(demo.origin);
      const shelves = () => visit.run(`async () => {
        for (let tries = 0; tries < 200; tries += 1) {
          // They are asked for when they come near.
          document.querySelector('[data-testid="shelf-' + (tries % 2 ? 'new' : 'trending') + '"]')?.scrollIntoView();
          const found = ['shelf-trending', 'shelf-new'].map((shelf) => [...document.querySelectorAll('[data-testid="' + shelf + '"] [data-item]')].map((card) => card.dataset.item));
          if (found.every((items) => items.length > 0)) return found;
          await new Promise((passed) => setTimeout(passed, 100));
        }
        throw new Error('the shelves stay empty');
      }`);
      try {
        const online = await shelves();
        await visit.run(`async () => {
          document.querySelector('[data-testid="open-privacy"]').click();
          while (!document.querySelector('[data-testid="memory-device"]')) await new Promise((passed) => setTimeout(passed, 50));
          document.querySelector('[data-testid="memory-device"]').click();
        }`);
        await until(() => visit.run("async () => navigator.serviceWorker.controller !== null && (await caches.keys()).some((one) => one.startsWith('tarn-shell')) && (await caches.keys()).includes('cookshelf-v1')"), 'the shop is kept');
        await demo.stop();
        await visit.go(`${demo.origin}/`);
        assert.deepEqual(await shelves(), online);
      } finally {
        await visit.close();
        await demo.stop();
      }
    });

    await t.test('storage wiped between visits, and storage refused: the same lists from memory', async () => {
      const shopping = 'async (seed, viewed) => { await enter("device"); await view(...viewed); return { all: await lists(seed), known: await known(), errors }; }';
      const first = await visited('/', (visit) => visit.run(shopping, seed, viewed));
      const wiped = await visited('/', async (visit) => {
        assert.deepEqual(await storage(visit), [], 'a new visit finds nothing of the last');
        await visit.run(shopping, seed, viewed);
        // In the middle of the visit, too.
        await visit.run(`async () => {
          for (const name of await caches.keys()) await caches.delete(name);
          await new Promise((done) => { const gone = indexedDB.deleteDatabase('cookshelf'); gone.onsuccess = gone.onerror = gone.onblocked = done; });
        }`);
        return visit.run('async (seed) => ({ all: await lists(seed), known: await known(), errors })', seed);
      });
      const refused = await visited('/refusing', (visit) => visit.run(shopping, seed, viewed));
      assert.deepEqual(wiped, first);
      assert.deepEqual(first.known, ['device', viewed.length]);
      assert.deepEqual([first.errors, refused.all, refused.known[1]], [[], first.all, viewed.length]);
      assert.deepEqual([...new Set(refused.errors)], ['STORAGE_DENIED']);
    });

    await t.test('assertNoEgress lets the package and its parts pass, and hears of what import() loads', () => visited('/', async (visit) => {
      const found = await visit.run(`async (seed) => {
        const { assertNoEgress } = await import('/package/testing.js');
        const breaches = (work) => assertNoEgress(work).then(() => [], ({ breaches, message }) => breaches ?? [message]);
        const mine = await breaches(async () => {
          await enter('device');
          await it.similar(seed, { where: { inStock: true } });
          await it.recommendMany([{ kind: 'picks' }, { kind: 'popular' }]);
        });
        const leak = await breaches(() => import('/package/consent.js?seen=' + seed));
        const picture = await breaches(() => { document.createElement('img').setAttribute('src', '/package/' + seed); });
        return [mine, leak, picture];
      }`, seed);
      const at = `${site.origin}/package`;
      assert.deepEqual(found, [[], [`a script from ${at}/consent.js?seen=${seed}`], [`a request to ${at}/${seed}`]]);
    }));

    await t.test('an engine that breaks in the page is replaced once, then the script takes over', () => visited('/breaking', async (visit) => {
      const found = await visit.run(`async (seed) => {
        await enter('session', { run: 'main' });
        const steps = [];
        for (const often of [0, 1, 1, 0]) {
          breaks = often;
          steps.push([(await it.similar(seed)).items.map(({ id, score }) => [id, score]), it.engine.kind, breaks, errors.length]);
        }
        return { steps, errors };
      }`, seed);
      const [[list]] = found.steps;
      assert.equal(list.length, 8);
      assert.deepEqual(found.steps, [[list, 'wasm', 0, 0], [list, 'wasm', 0, 1], [list, 'js', 0, 2], [list, 'js', 0, 2]]);
      assert.deepEqual(found.errors, ['WASM_TRAP', 'WASM_TRAP']);
    }));

    await t.test('an engine that breaks in a worker is replaced once, then the script takes over', () => visited('/', async (visit) => {
      const found = await visit.run(`async (seed) => {
        const before = await enter('session', { run: 'worker', worker: '/breaking/worker.js' });
        const { items } = await it.similar(seed);
        const broken = [items.map(({ id }) => id), it.engine.kind, errors];
        it.dispose();
        await enter('session', { run: 'worker' });
        return { before, broken, whole: (await lists(seed)).similar };
      }`, seed);
      assert.deepEqual(found.broken, [found.whole, 'js', ['WASM_TRAP', 'WASM_TRAP']]);
      assert.equal(found.before, 'worker');
    }));
  });
}
