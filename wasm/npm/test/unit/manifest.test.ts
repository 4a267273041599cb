import { describe, expect, it } from 'vitest';
import { RecoError } from '../../src/errors.js';
import { parseManifest, parseNeed } from '../../src/load/manifest.js';
import { names, refuseOlder } from '../../src/load/refresh.js';
import { fakeBlobs } from '../support/fake-engine.js';
import { MANIFEST, manifestText } from '../support/fake-shop.js';

type Json = Record<string, any>;

/** The good manifest after `edit` had its way with the payload. */
function edited(edit: (payload: Json) => void): string {
  const outer = JSON.parse(manifestText(fakeBlobs(1))) as Json;
  const payload = JSON.parse(outer['payload'] as string) as Json;
  edit(payload);
  return JSON.stringify({ ...outer, payload: JSON.stringify(payload) });
}

describe('parseManifest', () => {
  it('reads a good one', () => {
    const manifest = parseManifest(manifestText(fakeBlobs(1)), MANIFEST);
    expect(manifest).toMatchObject({ endpoint: 'default', sequence: 1, items: 10, format: { major: 1, minor: 0 }, blobs: 'https://shop.example/models/b/1/' });
    expect(manifest.index.inline).toBeTypeOf('string');
    expect(manifest.notAfter).toBe(Date.parse('2026-12-21T08:00:00Z'));
  });

  it('gives everybody the first model of a strategy that came later, and a device the one it chose', () => {
    const text = edited((p) => {
      p['strategy'] = { kind: 'split' };
      p['models'].push({ ...p['models'][0], items: 20 });
    });
    expect(parseManifest(text, MANIFEST)).toMatchObject({ items: 10, arm: undefined });
    expect(parseManifest(text, MANIFEST, { at: 1, arm: 'next' })).toMatchObject({ items: 20, arm: 'next' });
  });

  it('reads one without an inline index', () => {
    expect(parseManifest(manifestText(fakeBlobs(1), { inline: false }), MANIFEST).index.inline).toBeUndefined();
  });

  it.each<[string, RegExp]>([
    ['', /not JSON/],
    ['<!doctype html>', /HTML page/],
    ['[]', /must be an object/],
    ['{"cookshelf":2}', /cookshelf must be 1/],
    ['{"cookshelf":1,"payload":{}}', /payload must be a text/],
    ['{"cookshelf":1,"payload":"x"}', /payload is not JSON/],
    ['{"cookshelf":1,"payload":"{}"}', /schema must be 1/],
  ])('rejects %j', (text, reason) => {
    expect(() => parseManifest(text, MANIFEST)).toThrow(reason);
  });

  it.each<[string, (payload: Json) => void, RegExp]>([
    ['another schema', (p) => (p['schema'] = 2), /schema/],
    ['no endpoint', (p) => delete p['endpoint'], /endpoint/],
    ['a sequence in text', (p) => (p['sequence'] = '7'), /sequence/],
    ['a negative sequence', (p) => (p['sequence'] = -1), /sequence/],
    ['no time', (p) => (p['notAfter'] = 'soon'), /notAfter/],
    ['no models', (p) => (p['models'] = []), /models must/],
    ['a model that is null', (p) => (p['models'] = [null]), /models must/],
    ['a newer format', (p) => (p['models'][0].format.major = 2), /format\.major is 2/],
    ['half an item', (p) => (p['models'][0].items = 1.5), /items/],
    ['a short hash', (p) => (p['models'][0].ids.hash = 'abc'), /ids\.hash/],
    ['upper-case hex', (p) => (p['models'][0].ids.hash = 'A'.repeat(64)), /ids\.hash/],
    ['a huge blob', (p) => (p['models'][0].ids.size = 1e12), /size/],
    ['an inline index that is no text', (p) => (p['models'][0].index.inline = 1), /inline/],
    ['blobs on another host', (p) => (p['blobs'] = 'https://evil.example/b/'), /origin/],
    ['blobs on another host without a scheme', (p) => (p['blobs'] = '//evil.example/b/'), /origin/],
    ['blobs with a query', (p) => (p['blobs'] = 'b/?x=/'), /folder/],
    ['blobs that are no folder', (p) => (p['blobs'] = 'b/1'), /folder/],
  ])('rejects %s', (_, edit, reason) => {
    expect(() => parseManifest(edited(edit), MANIFEST)).toThrow(reason);
  });
});

describe('refuseOlder', () => {
  const at = (sequence: number, issuedAt = '2026-11-21T08:00:00Z') => parseManifest(manifestText(fakeBlobs(1), { sequence, issuedAt }), MANIFEST);

  it('refuses a lower sequence', () => {
    expect(() => refuseOlder(at(6), at(7), { RecoError })).toThrow(/sequence 6, but 7/);
    expect(() => refuseOlder(at(6, '2026-11-20T00:00:00Z'), at(7), { RecoError })).toThrow(/MODEL_INTEGRITY/);
  });

  it('takes the same, a higher, and a fresh start issued later', () => {
    refuseOlder(at(7), at(7), { RecoError });
    refuseOlder(at(8), at(7), { RecoError });
    refuseOlder(at(1), undefined, { RecoError });
    refuseOlder(at(1, '2026-11-22T00:00:00Z'), at(7), { RecoError });
  });
});

describe('parseNeed', () => {
  const hash = 'ab'.repeat(16);
  it('reads hash and size', () => {
    expect(parseNeed(`${hash}:17`)).toEqual({ hash, size: 17 });
  });
  it.each(['', hash, `${hash}:`, `${hash}:-1`, `${hash}:1e3`, `${hash}:9999999999`, `../x:3`])('rejects %j', (need) => {
    expect(() => parseNeed(need)).toThrow(/MODEL_FORMAT/);
  });
});

describe('names', () => {
  it('finds the raw hash in the index, wherever it lies', () => {
    const blobs = fakeBlobs(1);
    const index = blobs.get('index')?.bytes ?? new Uint8Array();
    for (const [name, { hash }] of blobs) expect(names(index, hash), name).toBe(name !== 'index' && name !== 'ids');
    expect(names(Uint8Array.of(1, 1, 1, 2), '0102')).toBe(true);
    expect(names(Uint8Array.of(1, 1, 1), '0102')).toBe(false);
  });
});
