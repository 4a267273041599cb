import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RecoError } from '../../src/errors.js';
import type { Runtime } from '../../src/engine/engine.js';
import { open } from '../../src/recommender.js';
import type { Recommender, RecommenderOptions } from '../../src/types.js';
import { fakeRuntime } from '../support/fake-engine.js';
import { FakeShop, MANIFEST } from '../support/fake-shop.js';
import { fakeWorkers, type Habits } from '../support/fake-worker.js';
import { startModule } from '../../src/engine/module.js';
import { forbidsAll } from '../../src/worker/guest.js';
import { NOON } from '../support/open.js';

vi.mock('../../src/script/engine.js', () => ({ scriptRuntime: () => fakeRuntime() }));

const WASM = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
const forbidden = async (): Promise<Runtime> => {
  throw new RecoError('WASM_BLOCKED_BY_CSP', 'WebAssembly is forbidden here');
};

const opened: Recommender[] = [];
let errors: RecoError[];

async function openIn(run: RecommenderOptions['run'], { start = async () => fakeRuntime(), items = 10, ...options }: Partial<RecommenderOptions> & { start?: () => Promise<Runtime>; items?: number } = {}): Promise<Recommender> {
  const shop = new FakeShop({ items });
  const shelf = await open(
    { model: MANIFEST, wasm: WASM, worker: 'https://shop.example/worker.js', fetch: shop.fetch, now: () => NOON, onError: (error) => errors.push(error), ...(run && { run }), ...options },
    start,
  );
  opened.push(shelf);
  return shelf;
}

function withWorkers(habits: Habits = {}): ReturnType<typeof fakeWorkers>['made'] {
  const { Worker, made } = fakeWorkers(habits);
  vi.stubGlobal('Worker', Worker);
  vi.stubGlobal('location', { origin: 'https://shop.example', href: 'https://shop.example/' });
  return made;
}

beforeEach(() => {
  errors = [];
});
afterEach(() => {
  for (const shelf of opened.splice(0)) shelf.dispose();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('what makes the lists', () => {
  it.each<[RecommenderOptions['run'], number, Habits | undefined, boolean, string, string | undefined]>([
    [undefined, 10, {}, false, 'wasm', undefined],
    ['main', 50_000, {}, false, 'wasm', undefined],
    ['auto', 50_000, {}, false, 'worker', undefined],
    ['auto', 50_000, undefined, false, 'wasm', undefined],
    ['auto', 50_000, { missing: true }, false, 'wasm', 'WORKER_BLOCKED'],
    ['auto', 10, {}, true, 'worker', 'WASM_BLOCKED_BY_CSP'],
    ['auto', 10, { blocked: true }, true, 'js', 'WASM_BLOCKED_BY_CSP'],
    ['auto', 10, undefined, true, 'js', 'WASM_BLOCKED_BY_CSP'],
    ['worker', 10, {}, false, 'worker', undefined],
    ['worker', 10, undefined, false, 'wasm', 'WORKER_BLOCKED'],
    ['worker', 10, { missing: true }, true, 'js', 'WORKER_BLOCKED'],
    ['airlock', 10, { sealed: true }, false, 'airlock', undefined],
    ['airlock', 10, {}, false, 'worker', 'AIRLOCK_OPEN'],
    ['js', 10, {}, false, 'js', undefined],
  ])('run %s, %d items, workers %j, wasm forbidden %j: %s because of %s', async (run, items, habits, blocked, kind, why) => {
    if (habits) withWorkers(habits);
    const shelf = await openIn(run, { items, ...(blocked && { start: forbidden }) });
    const list = await shelf.similar('i2', { limit: 3, cards: true });
    expect(list.items.map(({ id, card }) => [id, card?.title])).toEqual([['i3', 'Item 3'], ['i4', 'Item 4'], ['i5', 'Item 5']]);
    expect(list.used.engine).toBe(kind);
    expect(shelf.engine.kind).toBe(kind);
    expect(shelf.engine.why?.code).toBe(why);
  });

  it('a wasm file that is wrong is for the developer to see, in every mode', async () => {
    withWorkers();
    for (const run of ['main', 'auto', 'worker', 'airlock'] as const) {
      const start = async (): Promise<Runtime> => {
        throw new RecoError('WASM_VERSION', 'of another build');
      };
      await expect(openIn(run, { start, wasm: new TextEncoder().encode('<!doctype html>') }), run).rejects.toMatchObject({ code: /^WASM_(VERSION|URL_IS_HTML)$/ });
    }
  });

  it('explains in a worker as in the page', async () => {
    withWorkers();
    const [here, there] = await Promise.all([openIn('main', { channel: '1' }), openIn('worker', { channel: '2' })]);
    const request = { kind: 'similar', seeds: 'i2' } as const;
    expect(await there.explain('i3', request)).toEqual(await here.explain('i3', request));
  });

  it('gives up on a worker that never answers', async () => {
    vi.useFakeTimers();
    const [worker] = [withWorkers({ mute: true })];
    const opening = openIn('worker');
    await vi.advanceTimersByTimeAsync(20_000);
    const shelf = await opening;
    expect(shelf.engine).toMatchObject({ kind: 'wasm', why: { code: 'WORKER_BLOCKED' } });
    expect(worker[0]?.terminated).toBe(true);
  });

  it('a script on another origin is called by one of this origin', async () => {
    const made = withWorkers();
    await openIn('worker', { worker: 'https://cdn.example/worker.js' });
    expect(made[0]?.url).toMatch(/^blob:/);
  });

  it('ends the worker when it is disposed, and what was asked fails', async () => {
    const made = withWorkers();
    const shelf = await openIn('worker');
    const asked = shelf.similar('i2');
    shelf.dispose();
    await expect(asked).rejects.toMatchObject({ code: 'DISPOSED' });
    expect(made[0]?.terminated).toBe(true);
  });
});

describe('a policy', () => {
  it.each([
    ["default-src 'none'; script-src 'wasm-unsafe-eval'", true],
    ["default-src 'self'; connect-src 'none'", true],
    ["default-src 'self'; script-src 'self'", false],
    ["default-src 'none'; connect-src 'self'", false],
    ["script-src 'self'", false],
  ])('%s forbids every connection: %j', (policy, all) => {
    expect(forbidsAll(policy)).toBe(all);
  });
});

describe('where there is no WebAssembly', () => {
  it.each(['auto', 'main', 'worker'] as const)('lists are made by script (%s)', async (run) => {
    const { WebAssembly: kept } = globalThis;
    const started = async (bytes: () => Promise<unknown>): Promise<Runtime> => startModule(bytes as () => Promise<BufferSource>);
    withWorkers({ blocked: true });
    try {
      Reflect.deleteProperty(globalThis, 'WebAssembly');
      const shelf = await openIn(run, { start: started as never });
      expect((await shelf.similar('i2', { limit: 1 })).used.engine).toBe('js');
      expect(shelf.engine.why?.code).toBe('WASM_BLOCKED_BY_CSP');
    } finally {
      globalThis.WebAssembly = kept;
    }
  });
});

describe('an engine that could not take a blob in', () => {
  it('is given it again', async () => {
    let refusals = 1;
    const start = async (): Promise<Runtime> => {
      const { create } = fakeRuntime();
      return {
        create: () => {
          const engine = create();
          const add = engine.add.bind(engine);
          let adds = 0;
          // After index and ids: as when a part of the engine in script cannot be had.
          engine.add = async (blob) => {
            if (++adds > 2 && refusals-- > 0) throw new RecoError('MODEL_FETCH', 'part of the script could not be loaded');
            await add(blob);
          };
          return engine;
        },
      };
    };
    const shelf = await openIn('main', { start });
    await expect(shelf.similar('i2')).rejects.toMatchObject({ code: 'MODEL_FETCH' });
    expect((await shelf.similar('i2', { limit: 1 })).items.map(({ id }) => id)).toEqual(['i3']);
  });
});

describe('an engine that breaks', () => {
  const trap = new RecoError('WASM_TRAP', 'the engine stopped');
  /** Each runtime breaks at its next list while `breaks` lasts. */
  const breaking = (breaks: number) => {
    const seen = { started: 0 };
    const start = async (): Promise<Runtime> => {
      seen.started += 1;
      const { create } = fakeRuntime();
      return {
        create: () => {
          const engine = create();
          const run = engine.run.bind(engine);
          engine.run = (request) => {
            if (seen.started <= breaks) throw trap;
            return run(request);
          };
          return engine;
        },
      };
    };
    return { seen, start };
  };

  it('is started once more, and the question is answered', async () => {
    const { seen, start } = breaking(1);
    const shelf = await openIn('main', { start });
    const { items, used } = await shelf.similar('i2', { limit: 2 });
    expect(items.map(({ id }) => id)).toEqual(['i3', 'i4']);
    expect(used.engine).toBe('wasm');
    expect(seen.started).toBe(2);
    expect(errors).toEqual([trap]);
  });

  it('is replaced when it breaks before there is a model', async () => {
    const start = async (): Promise<Runtime> => ({ create: () => { throw trap; } });
    const shelf = await openIn('main', { start });
    expect((await shelf.similar('i2', { limit: 2 })).items.map(({ id }) => id)).toEqual(['i3', 'i4']);
    expect(shelf.engine).toEqual({ kind: 'js', why: trap });
    expect(errors).toEqual([trap, trap]);
  });

  it('a worker that ends without a word is replaced, too', async () => {
    const habits = { mute: false };
    const made = withWorkers(habits);
    const shelf = await openIn('worker');
    await shelf.similar('i2');
    vi.useFakeTimers();
    habits.mute = true;
    const asked = shelf.similar('i2', { limit: 2 });
    await vi.advanceTimersByTimeAsync(1);
    habits.mute = false;
    await vi.advanceTimersByTimeAsync(20_000);
    expect((await asked).items.map(({ id }) => id)).toEqual(['i3', 'i4']);
    expect(made.map(({ terminated }) => terminated)).toEqual([true, false]);
    expect(errors.map(({ code }) => code)).toEqual(['WASM_TRAP']);
  });

  it('gives way to the script when it breaks again', async () => {
    const { start } = breaking(9);
    const shelf = await openIn('main', { start });
    const [first, second] = await Promise.all([shelf.similar('i2', { limit: 2 }), shelf.popular({ limit: 2 })]);
    expect(first.items.map(({ id }) => id)).toEqual(['i3', 'i4']);
    expect(second.used.engine).toBe('js');
    expect(shelf.engine.why).toBe(trap);
  });

  it('a worker that breaks is replaced by another one', async () => {
    const made = withWorkers();
    const shelf = await openIn('worker');
    made[0]?.break();
    const { used } = await shelf.similar('i2');
    expect(used.engine).toBe('worker');
    expect(made).toHaveLength(2);
    expect(made[0]?.terminated).toBe(true);
  });
});
