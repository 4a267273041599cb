// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';
import { pageConsent } from '../../src/consent/page.js';
import { openFor } from '../../src/element/open.js';
import { pageOptions } from '../../src/page-options.js';
import type { ConsentSource, ProfileMode } from '../../src/types.js';

afterEach(() => document.body.replaceChildren());

function write(json: string | object): HTMLElement {
  const textContent = typeof json === 'string' ? json : JSON.stringify(json);
  const script = Object.assign(document.createElement('script'), { type: 'application/json', id: 'cookshelf', textContent });
  document.body.replaceChildren(script);
  return script;
}

describe('the options of a page', () => {
  const base = new URL('/', document.baseURI);
  const model = new URL('/m.json', base).href;

  it('are the named fields; empty ones are not there, and what is for others is left out', () => {
    write({ model: ' /apps/x/manifest.json ', wasm: '//cdn.example/a.wasm', worker: '/w.js', consent: 'shopify', profile: 'session', channel: '', catalog: 7, run: 'airlock', cache: null, everywhere: 'yes', labels: {}, currency: 'EUR', page: {}, nonsense: 1 });
    const { consent, ...options } = pageOptions() ?? {};
    expect(options).toEqual({
      model: new URL('/apps/x/manifest.json', base).href, wasm: new URL('//cdn.example/a.wasm', base).href, worker: new URL('/w.js', base).href, profile: 'session', catalog: '7', run: 'airlock',
    });
    expect(consent?.follow).toBeTypeOf('function');
  });

  it.each(['', '{', '[]', 'null', '{"model":""}'])('%j names no model', async (text) => {
    write(text);
    expect(pageOptions()).toBeUndefined();
    await expect(openFor(undefined, null, undefined)).rejects.toThrow('names a model');
    expect(pageOptions('/own.json')).toMatchObject({ model: '/own.json' });
  });

  it.each([
    [{ consent: 'yes please' }, '"consent" of #cookshelf is "yes please", not one of shopify, google, tcf, page, none'],
    [{ profile: 'forever' }, 'not one of off, session, device'],
    [{ run: true }, '"run" of #cookshelf is true'],
    [{ cache: 'disk' }, 'not one of auto, memory, device'],
    [{ channel: {} }, '"channel" of #cookshelf is {}, not an id'],
    [{ model: 7 }, '"model" of #cookshelf is 7, not an address'],
    [{ wasm: 'http://[' }, '"wasm" of #cookshelf'],
  ])('%j is refused by name', async (json, text) => {
    write({ model: '/m.json', ...json });
    expect(() => pageOptions()).toThrow(text);
    // The same where a shelf opens, before anything is opened.
    await expect(openFor(undefined, null, undefined)).rejects.toMatchObject({ code: 'QUERY_INVALID', message: expect.stringContaining(text) as unknown, hint: expect.any(String) as unknown });
  });

  it('`profile` is the most that is kept: nothing is, before consent says so', () => {
    const element = write({ model: '/m.json', profile: 'device' });
    const { profile, consent } = pageOptions() ?? {};
    expect(profile).toBe('device');
    const modes: ProfileMode[] = [];
    consent?.follow((mode) => modes.push(mode));
    expect(modes).toEqual([]);
    element.dataset['consent'] = 'session';
    return vi.waitFor(() => expect(modes).toEqual(['session']));
  });

  it('consent is one source, however many shelves open something', () => {
    write({ model: '/m.json', consent: 'google' });
    expect(pageOptions('/a.json')?.consent).toBe(pageOptions('/b.json')?.consent);
  });

  it('`none` asks nobody and keeps nothing; a source that is followed already is used', () => {
    write({ model: '/m.json', profile: 'device', consent: 'none' });
    expect(pageOptions()).toEqual({ model, profile: 'off' });
    write({ model: '/m.json' });
    const own: ConsentSource = { follow: () => () => {} };
    expect(pageOptions(undefined, own)).toEqual({ model, consent: own });
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
