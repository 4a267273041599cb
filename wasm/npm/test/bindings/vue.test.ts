// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createApp, createSSRApp, defineComponent, h, nextTick, ref, type App, type Ref } from 'vue';
import { renderToString } from 'vue/server-renderer';
import { createCookshelf, useList, useLists, useRecommender, type RecommenderSource, type ShelfRequest } from '../../src/vue.js';
import { fakeRecommender, type FakeRecommender } from '../../src/testing.js';
import type { Result } from '../../src/types.js';

let box: HTMLElement;
let app: App | undefined;
let complaints: string[];

beforeEach(() => {
  box = document.createElement('div');
  document.body.replaceChildren(box);
  complaints = [];
  for (const level of ['warn', 'error'] as const) vi.spyOn(console, level).mockImplementation((...words: unknown[]) => void complaints.push(words.map(String).join(' ')));
});

afterEach(() => {
  app?.unmount();
  app = undefined;
  vi.restoreAllMocks();
  expect(complaints).toEqual([]);
});

const similar = (seeds: string): ShelfRequest => ({ kind: 'similar', seeds, limit: 3 });
const shop = (): FakeRecommender => fakeRecommender({ answer: ({ kind, seeds }) => [`${kind}-${String(seeds)}`] });
const settle = async (): Promise<void> => {
  await new Promise((done) => setTimeout(done, 0));
  await nextTick();
};

/** A page whose list follows `request`. */
const pageOf = (request: Ref<ShelfRequest>, options: { live?: boolean; initialResult?: Result } = {}) => defineComponent(() => {
  const list = useList(request, options);
  return () => h('p', `${list.value.status}: ${list.value.items.map(({ id }) => id).join(' ')}`);
});

async function show(source: RecommenderSource, component: ReturnType<typeof pageOf>): Promise<void> {
  app = createApp(component).use(createCookshelf(source));
  app.mount(box);
  await settle();
}

describe('useList', () => {
  it('waits, loads and is ready', async () => {
    const shelf = shop();
    const release = shelf.hold();
    await show(shelf, pageOf(ref(similar('1'))));
    expect(box.textContent).toBe('loading: ');
    release();
    await settle();
    expect(box.textContent).toBe('ready: similar-1');
  });

  it('follows the request; a newer one gives up the older', async () => {
    const shelf = shop();
    const request = ref(similar('1'));
    await show(shelf, pageOf(request));
    const signals: AbortSignal[] = [];
    const recommend = shelf.recommend;
    shelf.recommend = (asked) => {
      if (asked.signal) signals.push(asked.signal);
      return recommend(asked);
    };
    const release = shelf.hold();
    request.value = similar('2');
    await settle();
    request.value = similar('3');
    await settle();
    request.value = similar('3');
    await settle();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    release();
    await settle();
    expect(box.textContent).toBe('ready: similar-3');
  });

  it('gives up when the component goes, and leaves the recommender open', async () => {
    const shelf = shop();
    shelf.hold();
    let signal: AbortSignal | undefined;
    const recommend = shelf.recommend;
    shelf.recommend = (asked) => {
      signal = asked.signal;
      return recommend(asked);
    };
    await show(shelf, pageOf(ref(similar('1'))));
    app?.unmount();
    app = undefined;
    expect(signal?.aborted).toBe(true);
    expect(shelf.disposed).toBe(false);
  });

  it('tells an error', async () => {
    await show(Promise.reject(new Error('no model')), pageOf(ref(similar('1'))));
    expect(box.textContent).toBe('error: ');
  });

  it('live: follows the profile', async () => {
    const shelf = shop();
    await show(shelf, pageOf(ref<ShelfRequest>({ kind: 'picks' }), { live: true }));
    const asked = shelf.calls.length;
    shelf.profile.observe({ type: 'view', item: '1' });
    shelf.profile.observe({ type: 'view', item: '2' });
    await settle();
    expect(shelf.calls.length).toBe(asked + 1);
  });

  it('live: what the shopper does stops no question; the list is asked for once more when that is answered', async () => {
    const shelf = shop();
    let answer = (): void => {};
    const held = new Promise<void>((resolve) => { answer = resolve; });
    const { recommend } = shelf;
    const signals: (AbortSignal | undefined)[] = [];
    vi.spyOn(shelf, 'recommend').mockImplementation(async (request) => {
      signals.push(request.signal);
      await held;
      return recommend.call(shelf, request);
    });
    await show(shelf, pageOf(ref<ShelfRequest>({ kind: 'picks' }), { live: true }));
    shelf.profile.observe({ type: 'view', item: '1' });
    await settle();
    expect(signals.map((signal) => signal?.aborted)).toEqual([false]);
    answer();
    await settle();
    expect(signals.map((signal) => signal?.aborted)).toEqual([false, false]);
    expect(box.textContent).toContain('ready');
  });

  it.each(['after it failed', 'while it is under way'])('live: a list that could not be had is asked for again because of a newer model, not of a deed %s', async (when) => {
    const shelf = shop();
    const { recommend } = shelf;
    let fail = (): void => {};
    const failing = new Promise<never>((_, reject) => { fail = () => reject(new Error('no network')); });
    const asked = vi.spyOn(shelf, 'recommend').mockReturnValueOnce(failing).mockImplementation((request) => recommend.call(shelf, request));
    await show(shelf, pageOf(ref<ShelfRequest>({ kind: 'picks' }), { live: true }));
    if (when === 'after it failed') {
      fail();
      await settle();
      expect(box.textContent).toBe('error: ');
    }
    shelf.profile.observe({ type: 'view', item: '1' });
    await settle();
    fail();
    await settle();
    expect(box.textContent).toBe('error: ');
    expect(asked).toHaveBeenCalledTimes(1);
    shelf.emit('change', { what: 'model' });
    await settle();
    expect(asked).toHaveBeenCalledTimes(2);
    expect(box.textContent).toBe('ready: picks-undefined');
    // What could be had follows the shopper again.
    shelf.profile.observe({ type: 'view', item: '2' });
    await settle();
    expect(asked).toHaveBeenCalledTimes(3);
  });

  it('useLists shows nothing twice, useRecommender gives the recommender', async () => {
    const shelf = fakeRecommender({ lists: { popular: ['a', 'b'], trending: ['a', 'c'] } });
    await show(shelf, defineComponent(() => {
      const both = useLists([{ kind: 'popular' }, { kind: 'trending' }]);
      const found = useRecommender();
      return () => h('p', [found.value?.engine.kind, ...both.value.results.map(({ items }) => items.map(({ id }) => id).join(''))].join('/'));
    }));
    expect(box.textContent).toBe('js/ab/c');
  });
});

describe('again, and from a server', () => {
  it('reload asks once more and keeps what is there', async () => {
    const shelf = fakeRecommender({ lists: { popular: ['a'] } });
    let one: { value: { reload: () => void } } | undefined;
    let all: { value: { reload: () => void } } | undefined;
    await show(shelf, defineComponent(() => {
      const list = (one = useList({ kind: 'popular' }));
      const both = (all = useLists([{ kind: 'popular' }]));
      return () => h('p', `${list.value.status} ${list.value.items.map(({ id }) => id).join()} ${both.value.results.length}`);
    }));
    expect(box.textContent).toBe('ready a 1');
    shelf.set('popular', ['b']);
    const release = shelf.hold();
    one?.value.reload();
    await nextTick();
    await nextTick();
    expect(box.textContent).toBe('loading a 1');
    release();
    await settle();
    expect(box.textContent).toBe('ready b 1');
    const asked = shelf.calls.length;
    all?.value.reload();
    await settle();
    expect(shelf.calls).toHaveLength(asked + 1);
  });

  it('useLists shows the lists of the server until there are newer ones', async () => {
    const shelf = fakeRecommender({ lists: { popular: ['a'] } });
    const initialResults = [await shelf.popular()];
    shelf.set('popular', ['b']);
    const component = defineComponent(() => {
      const both = useLists([{ kind: 'popular' }], { initialResults });
      return () => h('p', `${both.value.status} ${both.value.results.flatMap(({ items }) => items.map(({ id }) => id)).join()}`);
    });
    box.innerHTML = await renderToString(createSSRApp(component).use(createCookshelf(shelf)));
    expect(box.textContent).toBe('ready a');
    app = createSSRApp(component).use(createCookshelf(shelf));
    app.mount(box);
    await settle();
    expect(box.textContent).toBe('ready b');
  });
});

describe('on a server', () => {
  it.each(['nothing', 'the first result'])('renders %s, asks nothing, and hydrates without a mismatch', async (what) => {
    const shelf = shop();
    const initialResult = what === 'nothing' ? undefined : await shelf.similar('server');
    const asked = shelf.calls.length;
    const component = pageOf(ref(similar('1')), initialResult && { initialResult });
    box.innerHTML = await renderToString(createSSRApp(component).use(createCookshelf(shelf)));
    expect(shelf.calls).toHaveLength(asked);
    expect(box.textContent).toBe(initialResult ? 'ready: similar-server' : 'waiting: ');
    const first = box.firstElementChild;
    app = createSSRApp(component).use(createCookshelf(shelf));
    app.mount(box);
    expect(box.firstElementChild).toBe(first);
    await settle();
    expect(box.textContent).toBe('ready: similar-1');
  });
});
