/**
 * Where lists are made, in three engines: in the page, in a worker, in an airlock, by script; and under which
 * policy of the page which of them is left. Every way gives the same lists, and the airlock makes no request.
 *
 * COOKSHELF_MODELS is a cooked folder.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { packageFolder, startEngine } from './built-package.mjs';
import { openEngine } from './cooked-folder.mjs';
import { ENGINES } from './engines.mjs';
import { serveFiles } from './file-server.mjs';
import { until } from './recorded-server.mjs';

const models = process.env.COOKSHELF_MODELS;
const AIRLOCK = "default-src 'none'; script-src 'wasm-unsafe-eval'";
/**
 * Policies of a page, what `run: 'auto'` makes of them, and what the browser refuses on the way there. No script can read a
 * policy that came as a header, so `auto` has to try; a page that knows its policy names its way, and nothing is refused.
 * `worker.js` without a policy of its own is not bound by the page's.
 */
const POLICIES = {
  none: { policy: undefined, kind: 'wasm', known: 'main', refused: [] },
  'wasm-unsafe-eval': { policy: "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'", kind: 'wasm', known: 'main', refused: [] },
  'no wasm in the page': { policy: "default-src 'self'; script-src 'self'", kind: 'worker', known: 'worker', refused: ['wasm'] },
  'no wasm, no worker': { policy: "default-src 'self'; script-src 'self'; worker-src 'none'", kind: 'js', known: 'js', refused: ['wasm', 'worker'] },
};

/** How each browser says in its console what it refused; Chromium and WebKit leave a refused module to the script that asked. */
const REFUSALS = {
  chromium: { wasm: [], worker: [/^Creating a worker from '.*\/package\/worker\.js' violates .*"worker-src 'none'"/] },
  firefox: { wasm: [/blocked WebAssembly \(script-src\)/], worker: [/blocked a worker script \(worker-src\) at .*\/package\/worker\.js/] },
  webkit: { wasm: [], worker: [/worker\.js/] },
};

let site;
let items;

before(async () => {
  const { engine } = await openEngine(await startEngine(), models);
  items = engine.ids(Uint32Array.from({ length: engine.items() }, (_, at) => at)).split('\n').filter((id) => id !== '');
  site = await serveFiles((path) => {
    const page = /^\/page\/(.*)$/.exec(path);
    if (page) {
      const { policy } = POLICIES[decodeURIComponent(page[1])];
      return { body: '<!doctype html><title>modes</title><link rel="icon" href="/icon.svg"><script type="module" src="/page.js"></script>', headers: policy && { 'content-security-policy': policy } };
    }
    if (path === '/icon.svg') return { body: '<svg xmlns="http://www.w3.org/2000/svg"/>' };
    if (path === '/items.json') return { body: JSON.stringify(items) };
    if (path === '/told') return { body: 'heard' };
    if (path === '/page.js') return { body: SCRIPT, headers: { 'content-type': 'text/javascript' } };
    if (path === '/airlock/worker.js') return { file: join(packageFolder, 'dist/worker.js'), headers: { 'content-security-policy': AIRLOCK } };
    if (path === '/weak/worker.js') return { file: join(packageFolder, 'dist/worker.js'), headers: { 'content-security-policy': "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'" } };
    if (path === '/airlock/hostile.js') return { body: HOSTILE, headers: { 'content-type': 'text/javascript', 'content-security-policy': AIRLOCK } };
    if (path.startsWith('/package/')) return { file: join(packageFolder, 'dist', path.slice('/package/'.length)) };
    if (path.startsWith('/models/')) return { file: join(models, path.slice('/models/'.length)) };
    return undefined;
  });
});
after(() => site?.stop());

const SCRIPT = `
  import { createRecommender } from '/package/index.js';
  const violations = [];
  addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => violations.push(effectiveDirective + ' ' + blockedURI));
  /** Asks one recommender per mode every kind of question; what differs between modes is for the test to see. */
  globalThis.listsOf = async (run, items) => {
    const shelf = await createRecommender({ model: '/models/manifest.json', run, profile: 'session',
      ...(run === 'airlock' && { worker: '/airlock/worker.js' }) });
    for (const [at, item] of items.slice(0, 6).entries()) shelf.profile.observe({ type: at % 2 ? 'view' : 'purchase', item });
    const lists = [];
    for (const kind of ['picks', 'similar', 'together', 'next', 'popular', 'trending', 'new', 'text', 'look', 'again', 'recent']) {
      for (const query of [{}, { limit: 20, where: { inStock: true }, diversity: 0.3 }, { personal: 0.4, exclude: 'seen', cards: true, boost: [{ where: {}, by: 2 }] }]) {
        const { items: shown, level, removed } = await shelf.recommend({ kind, seeds: items.slice(2, 4), ...query });
        lists.push({ kind, level, removed, shown });
      }
    }
    lists.push(await shelf.explain(lists[1].shown[0]?.id ?? items[0], { kind: 'picks' }));
    const { kind, why } = shelf.engine;
    shelf.dispose();
    return { kind, why: why?.code, lists, violations };
  };
  globalThis.ready = true;
  // Where no driver may be near, the page does it by itself.
  if (location.hash === '#nonsense') console.error('nonsense is no way');
  if (location.hash) {
    const told = await listsOf(location.hash.slice(1), await (await fetch('/items.json')).json()).catch((error) => ({ error: String(error) }));
    await fetch('/told', { method: 'POST', body: JSON.stringify(told) });
  }
`;

/** Tries every way out that a worker has; answers with those that were not refused. */
const HOSTILE = `
  onmessage = async ({ data }) => {
    const here = data;
    const leak = here + '/leak?';
    const ways = {
      fetch: () => fetch(leak + 'fetch'),
      elsewhere: () => fetch(leak.replace('127.0.0.1', 'localhost') + 'elsewhere', { mode: 'no-cors' }),
      post: () => fetch(leak + 'post', { method: 'POST', body: 'secret', mode: 'no-cors', keepalive: true }),
      xhr: () => new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        request.onload = resolve;
        request.onerror = reject;
        request.open('GET', leak + 'xhr');
        request.send();
      }),
      socket: () => new Promise((resolve, reject) => {
        const socket = new WebSocket(here.replace('http', 'ws') + '/leak?socket');
        socket.onopen = resolve;
        socket.onerror = socket.onclose = reject;
      }),
      events: () => new Promise((resolve, reject) => {
        const source = new EventSource(leak + 'events');
        source.onopen = resolve;
        source.onerror = () => { source.close(); reject(new Error('refused')); };
      }),
      script: async () => importScripts(leak + 'script'),
      module: () => import(leak + 'module'),
      nested: () => new Promise((resolve, reject) => {
        const worker = new Worker(leak + 'nested');
        worker.onmessage = resolve;
        worker.onerror = () => reject(new Error('refused'));
      }),
      eval: async () => (0, eval)('1'),
    };
    const open = [];
    for (const [name, way] of Object.entries(ways)) {
      try {
        await Promise.race([way(), new Promise((_, late) => setTimeout(() => late(new Error('late')), 1500))]);
        open.push(name);
      } catch {
        // Refused, as it should be.
      }
    }
    postMessage(open);
  };
`;

for (const [name, start] of Object.entries(ENGINES)) {
  test(name, async (t) => {
    const engine = await start();
    t.after(() => engine.stop());
    const opened = [];
    t.afterEach(() => Promise.all(opened.splice(0).map((visit) => visit.close())));
    const visited = async (policy) => {
      const visit = await engine.visit(`${site.origin}/page/${encodeURIComponent(policy)}`);
      opened.push(visit);
      await until(() => visit.run('() => globalThis.ready === true'), `${name} starts the page`);
      return visit;
    };
    const lists = (visit, run) => visit.run('(run, items) => listsOf(run, items)', run, items);
    let reference;

    await t.test('every way of making lists gives the same lists', async () => {
      for (const run of ['main', 'worker', 'airlock', 'js']) {
        const visit = await visited('none');
        const answer = await lists(visit, run);
        await opened.pop().close();
        assert.equal(answer.kind, run === 'main' ? 'wasm' : run, `${run}: ${answer.why}`);
        reference ??= answer.lists;
        assert.deepEqual(answer.lists, reference, run);
      }
      assert.ok(reference.filter(({ shown }) => shown?.length >= 8).length > 10, 'the lists are real');
    });

    /** Lists of a page that nobody drives, and what the console complained of. */
    const overhear = async (title, run) => {
      const before = site.requests.length;
      const told = () => site.requests.slice(before).find(({ path }) => path === '/told');
      const said = await engine.overhear(`${site.origin}/page/${encodeURIComponent(title)}#${run}`, () => until(told, `${name} tells its lists`));
      return { said, answer: JSON.parse(told().body) };
    };

    await t.test('the console is heard', async () => {
      const { said } = await overhear('none', 'nonsense');
      assert.match(said.join(), /nonsense is no way/);
    });

    for (const [title, { kind, known, refused }] of Object.entries(POLICIES)) {
      await t.test(`policy: ${title}`, async () => {
        const { said, answer } = await overhear(title, 'auto');
        assert.equal(answer.kind, kind, answer.error ?? answer.why);
        assert.deepEqual(answer.lists, reference);
        const expected = refused.flatMap((what) => REFUSALS[name][what]);
        assert.deepEqual(said.filter((line) => !expected.some((one) => one.test(line))), [], 'the console complains');
        assert.equal(said.length, expected.length, `one line for each: ${said}`);
        assert.ok(answer.violations.length <= refused.length, answer.violations.join());
      });

      await t.test(`policy: ${title}, the page names its way`, async () => {
        const { said, answer } = await overhear(title, known);
        assert.equal(answer.kind, kind, answer.error ?? answer.why);
        assert.deepEqual(answer.lists, reference);
        assert.deepEqual([...said, ...answer.violations], []);
      });
    }

    await t.test('a worker without the policy is not called an airlock', async () => {
      const visit = await visited('none');
      const found = (worker) => visit.run(`async (worker) => {
        const { createRecommender } = await import('/package/index.js');
        const shelf = await createRecommender({ model: '/models/manifest.json', run: 'airlock', ...(worker && { worker }) });
        const { kind, why } = shelf.engine;
        shelf.dispose();
        return [kind, why?.code];
      }`, worker);
      assert.deepEqual(await found(''), ['worker', 'AIRLOCK_OPEN']);
      // A policy that forbids other hosts only; not every browser tells a worker which policy refused.
      if (name === 'chromium') assert.deepEqual(await found('/weak/worker.js'), ['worker', 'AIRLOCK_OPEN']);
    });

    await t.test('from the airlock no request can be made', async () => {
      const visit = await visited('none');
      const before = site.requests.length;
      const open = await visit.run(`(origin) => new Promise((resolve) => {
        const worker = new Worker('/airlock/hostile.js');
        worker.onmessage = ({ data }) => resolve(data);
        worker.postMessage(origin);
      })`, site.origin);
      assert.deepEqual(open, []);
      const leaks = site.requests.slice(before).filter(({ path }) => path.includes('leak'));
      assert.deepEqual(leaks, []);
    });
  });
}
