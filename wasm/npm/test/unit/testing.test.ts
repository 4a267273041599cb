import { Window } from 'happy-dom';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { RecoError } from '../../src/errors.js';
import { assertNoEgress, fakeRecommender, fixtureModel } from '../../src/testing.js';

afterEach(() => vi.unstubAllGlobals());

describe('a fake recommender', () => {
  it('gives the lists of the test and writes down the calls', async () => {
    const shelf = fakeRecommender({ lists: { similar: [1, '2', { id: 3, reason: { kind: 'similar-to', because: '9' } }], 'named:gifts': ['g'] } });
    const result = await shelf.similar('9', { limit: 2, exclude: ['2'] });
    expect(result.items.map(({ id, rank }) => [id, rank])).toEqual([['1', 1], ['3', 2]]);
    expect(result.items[1]?.reason).toEqual({ kind: 'similar-to', because: '9' });
    expect(result).toMatchObject({ level: 'asked', removed: { excluded: 1 } });
    expect((await shelf.list('gifts')).items[0]?.id).toBe('g');
    expect((await shelf.trending()).level).toBe('empty');
    expect(shelf.calls).toEqual([{ kind: 'similar', seeds: '9', limit: 2, exclude: ['2'] }, { kind: 'named', name: 'gifts' }, { kind: 'trending' }]);
  });

  it('keeps shelves apart and knows the cart', async () => {
    const shelf = fakeRecommender({ lists: { popular: ['a', 'b', 'c'], trending: ['a', 'b', 'c'] } });
    shelf.profile.cart = ['c'];
    const [one, two] = await shelf.recommendMany([{ kind: 'popular', limit: 1 }, { kind: 'trending', exclude: 'cart' }]);
    expect([one?.items[0]?.id, two?.items.map(({ id }) => id)]).toEqual(['a', ['b']]);
  });

  it('waits, fails and stops as told', async () => {
    const shelf = fakeRecommender({ lists: { popular: new RecoError('MODEL_FETCH', 'no network') } });
    await expect(shelf.popular()).rejects.toMatchObject({ code: 'MODEL_FETCH' });
    const release = shelf.hold();
    const stop = new AbortController();
    const waiting = shelf.trending({ signal: stop.signal });
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' });
    const later = shelf.trending();
    release();
    await expect(later).resolves.toMatchObject({ level: 'empty' });
    shelf.dispose();
    await expect(shelf.trending()).rejects.toMatchObject({ code: 'DISPOSED' });
  });

  it('has a real profile and tells of its changes', async () => {
    const shelf = fakeRecommender();
    const changes: string[] = [];
    shelf.on('change', ({ what }) => changes.push(what));
    shelf.profile.observe({ type: 'view', item: 7 });
    expect(shelf.profile.explain().items[0]).toMatchObject({ item: '7', did: ['view'] });
    expect(changes).toEqual(['profile']);
  });
});

describe('watching egress', () => {
  const MANIFEST = 'https://shop.example/models/manifest.json';
  const send = (input: string, init?: RequestInit): Promise<Response> => globalThis.fetch(input, init);
  /** A page whose requests go nowhere. */
  const page = (): void => {
    const window = new Window({ url: 'https://shop.example/', settings: { disableJavaScriptFileLoading: true, disableCSSFileLoading: true, disableIframePageLoading: true } });
    for (const name of ['document', 'Element', 'Event', 'HTMLFormElement', 'HTMLImageElement', 'HTMLScriptElement', 'HTMLIFrameElement', 'HTMLLinkElement']) vi.stubGlobal(name, Reflect.get(window, name));
    vi.stubGlobal('addEventListener', window.addEventListener.bind(window));
    vi.stubGlobal('removeEventListener', window.removeEventListener.bind(window));
    vi.stubGlobal('XMLHttpRequest', class { open(): void {} send(): void {} });
    vi.stubGlobal('Worker', class {});
  };
  const world = (): void => void vi.stubGlobal('fetch', async () => new Response(''));

  it('lets the requests of the package pass, and lists them', async () => {
    world();
    const own = globalThis.fetch;
    expect(await assertNoEgress(() => send(MANIFEST, { credentials: 'omit' }))).toEqual([MANIFEST]);
    expect(globalThis.fetch).toBe(own);
  });

  it.each<[string, () => unknown]>([
    ['a body', () => send(MANIFEST, { method: 'POST', body: 'seen=7', credentials: 'omit' })],
    ['another address', () => send('https://shop.example/collect', { credentials: 'omit' })],
    ['a query', () => send(`${MANIFEST}?seen=7`, { credentials: 'omit' })],
    ['a header', () => send(MANIFEST, { headers: { 'x-seen': '7' }, credentials: 'omit' })],
    ['cookies', () => send(MANIFEST, { credentials: 'include' })],
    ['a socket', () => {
      try {
        return Reflect.construct(Reflect.get(globalThis, 'WebSocket') as new (url: string) => unknown, ['wss://shop.example']);
      } catch {
        return undefined;
      }
    }],
    ['a beacon', () => navigator.sendBeacon('https://shop.example/b')],
  ])('finds %s', async (_, leak) => {
    world();
    vi.stubGlobal('WebSocket', class {});
    vi.stubGlobal('navigator', { sendBeacon: () => true });
    await expect(assertNoEgress(leak)).rejects.toThrow(/left this page/);
  });

  it.each<[string, () => unknown]>([
    ['a picture, as the element loads it', () => document.createElement('img').setAttribute('src', 'https://shop.example/seen-7.png')],
    ['a picture', () => Object.assign(document.createElement('img'), { src: '/seen-7.png' })],
    ['one of several pictures', () => Object.assign(document.createElement('img'), { srcset: '/small.png 1x, /large-7.png 2x' })],
    ['a frame', () => document.createElement('iframe').setAttribute('src', '/seen/7')],
    ['a script', () => Object.assign(document.createElement('script'), { src: '/seen-7.js' })],
    ['a style', () => Object.assign(document.createElement('link'), { rel: 'stylesheet', href: '/seen-7.css' })],
    ['a form that is sent', () => Object.assign(document.createElement('form'), { action: '/seen', method: 'post' }).submit()],
    ['a form that a button sends', () => {
      const form = Object.assign(document.createElement('form'), { action: '/seen' });
      document.body.append(form);
      form.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
    }],
    ['a request of the older kind, with cookies', () => {
      const request = new XMLHttpRequest();
      request.open('GET', MANIFEST);
      request.send();
    }],
    ['a worker', () => Reflect.construct(Reflect.get(globalThis, 'Worker') as new (url: string) => unknown, ['/seen-7.js'])],
  ])('finds %s', async (_, leak) => {
    page();
    await expect(assertNoEgress(leak)).rejects.toThrow(/left this page/);
  });

  it('links that only point somewhere are none, pictures may be allowed, and all is put back', async () => {
    page();
    const own = [Element.prototype.setAttribute, HTMLFormElement.prototype.submit, Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, 'src')];
    const asked = await assertNoEgress(() => {
      document.createElement('a').setAttribute('href', 'https://elsewhere.example/7');
      Object.assign(document.createElement('link'), { rel: 'canonical', href: '/7' });
      document.createElement('img').setAttribute('src', '/7.png');
    }, { images: true });
    expect(asked).toEqual([]);
    expect([Element.prototype.setAttribute, HTMLFormElement.prototype.submit, Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, 'src')]).toEqual(own);
  });

  it('lets the page make its own requests', async () => {
    world();
    await assertNoEgress(() => send('https://shop.example/cart.js'), { allow: (url) => url.pathname === '/cart.js' });
  });

  it('watches a fetch that the test brings, and puts all back when it throws', async () => {
    const { fetch, model, requests } = fixtureModel();
    const own = globalThis.fetch;
    await expect(assertNoEgress((guard) => guard(fetch)(model, { method: 'PUT', credentials: 'omit' }))).rejects.toThrow(/PUT/);
    expect(requests).toEqual([model]);
    await expect(assertNoEgress(() => Promise.reject(new Error('of the page')))).rejects.toThrow('of the page');
    expect(globalThis.fetch).toBe(own);
  });
});
