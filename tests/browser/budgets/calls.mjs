/** How long a phone takes to start the module, to take a model in, and to answer: times at full speed, multiplied. */
import { basename } from 'node:path';

import { until } from '../recorded-server.mjs';
import { openBench } from '../bench-page.mjs';
import { openAtFullSpeed, SLOWER } from './phone.mjs';
import { tell } from './tell.mjs';

const CALLS = 200;
/** How often a file is compiled, and a call's 200 times taken: what else the machine does comes and goes. */
const ROUNDS = 25;
/** The file is compiled as often at so many moments, a second apart: whoever shares the processor stays for longer than all rounds take. */
const MOMENTS = 8;

export async function calls(browser, server) {
  const { page, session, context } = await openAtFullSpeed(browser, `${server.origin}/`);
  await until(() => page.evaluate(() => typeof globalThis.createRecommender === 'function'), 'the page starts');
  const started = await page.evaluate(async ({ rounds, moments }) => {
    const bytes = await (await fetch('/package/cookshelf.wasm')).arrayBuffer();
    const times = [];
    for (let round = 0; round < rounds * moments; round += 1) {
      if (round % rounds === 0) await new Promise((resolve) => setTimeout(resolve, 1000));
      // A section without a meaning, another one each time: of a file that it knows the browser may keep what it compiled.
      const fresh = new Uint8Array(bytes.byteLength + 5);
      fresh.set(new Uint8Array(bytes));
      fresh.set([0, 3, 1, Math.floor(round / rounds), round % rounds], bytes.byteLength);
      const from = performance.now();
      const module = await WebAssembly.compile(fresh);
      const [{ module: name }] = WebAssembly.Module.imports(module);
      const functions = Object.fromEntries(WebAssembly.Module.imports(module).map(({ name: one }) => [one, () => {}]));
      await WebAssembly.instantiate(module, { [name]: functions });
      times.push(performance.now() - from);
    }
    // The others shared the processor with somebody.
    return Math.min(...times);
  }, { rounds: ROUNDS, moments: MOMENTS });
  tell(`compile and start the module, the fastest of ${MOMENTS} × ${ROUNDS}, × ${SLOWER}`, SLOWER * started, 'ms', { most: 10, aim: 5, why: '87 KB of code; it is compiled while the manifest is on its way' });
  const figures = await page.evaluate(async ({ calls, rounds }) => {
    const shelf = await createRecommender({ model: '/models/manifest.json', profile: 'session' });
    const { items } = await shelf.popular({ limit: 50 });
    for (const { id } of items.slice(0, 20)) shelf.profile.observe({ type: 'view', item: id });
    await shelf.warm('all');
    const sorted = (values) => values.sort((a, b) => a - b);
    const p95 = async (ask) => {
      const of = [];
      for (let round = 0; round < rounds; round += 1) {
        const times = [];
        for (let call = 0; call < calls; call += 1) {
          const from = performance.now();
          await ask(items[call % 50].id);
          times.push(performance.now() - from);
        }
        of.push(sorted(times)[Math.floor(0.95 * calls)]);
      }
      return sorted(of)[Math.floor(rounds / 2)];
    };
    return { similar: await p95((id) => shelf.similar(id)), forYou: await p95(() => shelf.forYou()) };
  }, { calls: CALLS, rounds: ROUNDS });
  const whole = 'the whole call, from the question in objects to the list in objects';
  tell(`similar(), p95, half of the rounds, × ${SLOWER}`, SLOWER * figures.similar, 'ms', { most: 1, aim: 0.2, why: whole });
  tell(`forYou(), 20 events, 10,000 items, p95, half of the rounds, × ${SLOWER}`, SLOWER * figures.forYou, 'ms', { most: 5, aim: 2, row: 'forYou', why: whole });
  for (let times = 0; times < 3; times += 1) await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  tell('heap of the script after all lists, 10,000 items', metrics.find(({ name }) => name === 'JSHeapUsedSize').value / 1e6, 'MB', { most: 8, aim: 5 });
  await context.close();
}

/** The engine alone, over made-up models of 64 factors an item. */
export async function sizes(browser, files) {
  const bench = await openBench(files);
  try {
    for (const file of files) {
      const items = Number(basename(file, '.blobs'));
      const { page, context } = await openAtFullSpeed(browser, `${bench.origin}/`);
      await page.waitForFunction(() => typeof globalThis.bench === 'function');
      const { decode, lists } = await page.evaluate((plan) => globalThis.bench(plan), { items, calls: items > 50_000 ? 40 : CALLS });
      const named = `${items.toLocaleString('en')} items × 64 factors`;
      if (items === 10_000) tell(`decode ids, factors and a shard of rows, × ${SLOWER}: ${named}`, SLOWER * decode.page, 'ms', { most: 15, aim: 8, why: '64 factors are four times what the byte budget chooses' });
      else tell(`forYou in the engine, 20 events, p95 × ${SLOWER}: ${named}`, SLOWER * lists.picks.p95, 'ms', { most: 25, aim: 10, row: 'forYou', why: '64 factors; within the byte budget a catalogue of this size has fewer' });
      await context.close();
    }
  } finally {
    bench.close();
  }
}
