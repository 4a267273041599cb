// @vitest-environment happy-dom
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Component } from 'svelte';
import { compile } from 'svelte/compiler';
import { render } from 'svelte/server';
import { derived, get, writable } from 'svelte/store';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { list, lists, type ListState, type Readable, type ShelfRequest, type UsedList } from '../../src/svelte.js';
import { fakeRecommender, type FakeRecommender } from '../../src/testing.js';

afterEach(() => vi.unstubAllGlobals());

const similar = (seeds: string): ShelfRequest => ({ kind: 'similar', seeds, limit: 3 });
const shop = (): FakeRecommender => fakeRecommender({ answer: ({ kind, seeds }) => [`${kind}-${String(seeds)}`] });
const settle = (): Promise<void> => new Promise((done) => setTimeout(done, 0));
const told = ({ status, items }: ListState): string => `${status}: ${items.map(({ id }) => id).join(' ')}`;

describe('list', () => {
  it('asks while somebody looks, once for all, and gives up when nobody does', async () => {
    const shelf = shop();
    const store = list(shelf, similar('1'));
    expect(shelf.calls).toEqual([]);
    const seen: string[] = [];
    const stops = [store.subscribe((state) => seen.push(told(state))), store.subscribe(() => {})];
    await settle();
    expect(seen).toEqual(['waiting: ', 'loading: ', 'ready: similar-1']);
    expect(shelf.calls).toHaveLength(1);
    let signal: AbortSignal | undefined;
    shelf.hold();
    const recommend = shelf.recommend;
    shelf.recommend = (asked) => {
      signal = asked.signal;
      return recommend(asked);
    };
    stops.forEach((stop) => stop());
    const stop = store.subscribe(() => {});
    await settle();
    expect(signal?.aborted).toBe(false);
    stop();
    expect(signal?.aborted).toBe(true);
    expect(shelf.disposed).toBe(false);
  });

  it('reload asks once more and keeps what is there', async () => {
    const shelf = fakeRecommender({ lists: { popular: ['a'] } });
    const [one, all] = [list(shelf, { kind: 'popular' }), lists(shelf, [{ kind: 'popular' }])];
    const seen: string[] = [];
    let reload = (): void => {};
    const look = (state: UsedList): void => {
      seen.push(told(state));
      reload = state.reload;
    };
    const stops = [one.subscribe(look), all.subscribe(() => {})];
    await settle();
    shelf.set('popular', ['b']);
    reload();
    await settle();
    expect(seen).toEqual(['waiting: ', 'loading: ', 'ready: a', 'loading: a', 'ready: b']);
    const asked = shelf.calls.length;
    get(all).reload();
    await settle();
    expect(shelf.calls).toHaveLength(asked + 1);
    stops.forEach((stop) => stop());
    // Nobody looks any more: there is nothing to ask again.
    reload();
    await settle();
    expect(shelf.calls).toHaveLength(asked + 1);
  });

  it('follows a store of requests; a newer one gives up the older', async () => {
    const shelf = shop();
    const product = writable('1');
    const store = list(shelf, derived(product, similar));
    let last = '';
    const stop = store.subscribe((state) => {
      last = told(state);
    });
    await settle();
    const release = shelf.hold();
    product.set('2');
    product.set('3');
    product.set('3');
    expect(last).toBe('loading: similar-1');
    release();
    await settle();
    expect(last).toBe('ready: similar-3');
    stop();
  });

  it('tells an error, and works with the stores of Svelte', async () => {
    const store = list(Promise.reject(new Error('no model')), similar('1'));
    const words = derived(store, ($list) => $list.error?.message ?? 'fine');
    const stop = words.subscribe(() => {});
    await settle();
    expect(get(words)).toBe('no model');
    stop();
  });

  it('lists shows nothing twice', async () => {
    const shelf = fakeRecommender({ lists: { popular: ['a', 'b'], trending: ['a', 'c'] } });
    let ids: string[] = [];
    const stop = lists(shelf, [{ kind: 'popular' }, { kind: 'trending' }]).subscribe(({ results }) => {
      ids = results.map(({ items }) => items.map(({ id }) => id).join(''));
    });
    await settle();
    expect(ids).toEqual(['ab', 'c']);
    stop();
  });
});

describe('on a server', () => {
  const PAGE = `<script>
  let { list } = $props();
</script>
{#if $list.items.length > 0}{#each $list.items as item (item.id)}<li>{item.id}</li>{/each}{:else}<p>our bestsellers</p>{/if}`;

  it('a component renders what it is given, and asks nothing', async () => {
    const folder = mkdtempSync(join(import.meta.dirname, 'compiled-'));
    try {
      const file = join(folder, 'page.mjs');
      writeFileSync(file, compile(PAGE, { generate: 'server', name: 'Page' }).js.code);
      const { default: Page } = (await import(/* @vite-ignore */ file)) as { default: Component<{ list: Readable<ListState> }> };
      const shelf = shop();
      const initialResult = await shelf.similar('server');
      vi.stubGlobal('document', undefined);
      const html = (given?: typeof initialResult): string => render(Page, { props: { list: list(shelf, similar('1'), { initialResult: given }) } }).body.replace(/<!--.*?-->/g, '');
      expect(html()).toBe('<p>our bestsellers</p>');
      expect(html(initialResult)).toBe('<li>similar-server</li>');
      expect(shelf.calls).toHaveLength(1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
