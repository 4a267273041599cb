// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../../src/theme/config.js';
import { early } from '../../src/theme/early.js';
import { pageConsent } from '../../src/theme/page-consent.js';
import { fakeRecommender } from '../../src/testing.js';
import type { ProfileMode } from '../../src/types.js';

afterEach(() => document.body.replaceChildren());

function write(json: string): HTMLElement {
  const script = Object.assign(document.createElement('script'), { type: 'application/json', id: 'cookshelf', textContent: json });
  document.body.replaceChildren(script);
  return script;
}

describe('the config', () => {
  it('takes what it can use and leaves out the rest', () => {
    write(JSON.stringify({ model: ' /apps/x/manifest.json ', wasm: '//cdn.example/a.wasm', consent: 'shopify', profile: 'session', channel: '', catalog: 7, run: 'airlock', everywhere: 'yes', nonsense: 1 }));
    const { options, consent, everywhere } = readConfig() ?? {};
    const base = new URL('/', document.baseURI);
    expect(options).toEqual({ model: new URL('/apps/x/manifest.json', base).href, wasm: new URL('//cdn.example/a.wasm', base).href, profile: 'session', catalog: '7', run: 'airlock' });
    expect([consent, everywhere]).toEqual(['shopify', false]);
  });

  it.each(['', '{', '[]', 'null', '{"model":7}', '{"model":" "}', '{"model":"http://["}'])('%j names no model', (text) => {
    write(text);
    expect(readConfig()).toBeUndefined();
  });

  it('words that nobody knows mean what is safe', () => {
    write('{"model":"/m.json","consent":"yes please","profile":"forever"}');
    expect(readConfig()).toMatchObject({ consent: 'page', options: { profile: 'device' } });
  });
});

describe('events before the engine', () => {
  it('are passed on once, then directly, and the cart as the page has it', () => {
    let tell = (_item: string): void => {};
    let stopped = false;
    const feed = early((ear) => {
      ear.cart = ['9'];
      tell = (item) => ear.observe({ type: 'view', item });
      return () => {
        stopped = true;
      };
    });
    tell('1');
    const shelf = fakeRecommender();
    const stop = feed.follow(shelf.profile);
    tell('2');
    expect(shelf.profile.explain().items.map(({ item }) => item)).toEqual(['2', '1']);
    expect(shelf.profile.cart).toEqual(['9']);
    stop();
    expect(stopped).toBe(true);
  });

  it('are not held without end', () => {
    let tell = (_item: string): void => {};
    const feed = early((ear) => {
      tell = (item) => ear.observe({ type: 'view', item });
      return () => {};
    });
    for (let at = 0; at < 500; at += 1) tell(String(at));
    const shelf = fakeRecommender();
    feed.follow(shelf.profile);
    expect(shelf.profile.explain().events).toBe(50);
  });
});

describe('consent of the page', () => {
  it('is what the config element says, now and later', async () => {
    const element = write('{}');
    const modes: ProfileMode[] = [];
    const stop = pageConsent(element).follow((mode) => modes.push(mode));
    expect(modes).toEqual([]);
    element.dataset['consent'] = 'device';
    await vi.waitFor(() => expect(modes).toEqual(['device']));
    element.dataset['consent'] = 'whatever';
    element.dataset['consent'] = 'off';
    await vi.waitFor(() => expect(modes).toEqual(['device', 'off']));
    stop();
    const late: ProfileMode[] = [];
    pageConsent(element).follow((mode) => late.push(mode))();
    expect(late).toEqual(['off']);
  });
});
