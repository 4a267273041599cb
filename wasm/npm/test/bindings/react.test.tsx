// @vitest-environment happy-dom
import { act, StrictMode, type ReactNode } from 'react';
import { createRoot, hydrateRoot, type Root } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CookshelfProvider, Shelf, useList, useLists, useRecommender, type RecommenderSource, type ShelfRequest } from '../../src/react.js';
import { fakeRecommender, type FakeRecommender } from '../../src/testing.js';

let box: HTMLElement;
let root: Root | undefined;
let complaints: string[];

beforeEach(() => {
  Reflect.set(globalThis, 'IS_REACT_ACT_ENVIRONMENT', true);
  box = document.createElement('div');
  document.body.replaceChildren(box);
  complaints = [];
  vi.spyOn(console, 'error').mockImplementation((...words: unknown[]) => void complaints.push(words.map(String).join(' ')));
});

afterEach(async () => {
  await act(async () => root?.unmount());
  root = undefined;
  vi.restoreAllMocks();
  expect(complaints).toEqual([]);
});

const similar = (seeds: string): ShelfRequest => ({ kind: 'similar', seeds, limit: 3 });

function List({ request, live = false }: { readonly request: ShelfRequest; readonly live?: boolean }): ReactNode {
  const { status, items } = useList(request, { live });
  return <p>{`${status}: ${items.map(({ id }) => id).join(' ')}`}</p>;
}

async function show(node: ReactNode): Promise<void> {
  await act(async () => {
    root ??= createRoot(box);
    root.render(node);
  });
}

/** Lists that name what they are about. */
const shop = (): FakeRecommender => fakeRecommender({ answer: ({ kind, seeds }) => [`${kind}-${String(seeds)}`] });
const page = (recommender: RecommenderSource, request: ShelfRequest, live = false): ReactNode => (
  <CookshelfProvider recommender={recommender}><List request={request} live={live} /></CookshelfProvider>
);

describe('useList', () => {
  it('waits, loads and is ready', async () => {
    const shelf = shop();
    const release = shelf.hold();
    await show(page(shelf, similar('1')));
    expect(box.textContent).toBe('loading: ');
    await act(async () => release());
    expect(box.textContent).toBe('ready: similar-1');
  });

  it('asks again only when the request has other values', async () => {
    const shelf = shop();
    await show(page(shelf, similar('1')));
    await show(page(shelf, { limit: 3, kind: 'similar', seeds: '1' }));
    await show(page(shelf, similar('1')));
    const asked = shelf.calls.length;
    await show(page(shelf, similar('2')));
    expect(box.textContent).toBe('ready: similar-2');
    expect(shelf.calls.length).toBe(asked + 1);
  });

  it('a newer request gives up the older one, whose list stays until the newer is there', async () => {
    const shelf = shop();
    await show(page(shelf, similar('1')));
    const signals: AbortSignal[] = [];
    const recommend = shelf.recommend;
    shelf.recommend = (request) => {
      if (request.signal) signals.push(request.signal);
      return recommend(request);
    };
    const release = shelf.hold();
    await show(page(shelf, similar('2')));
    await show(page(shelf, similar('3')));
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    expect(box.textContent).toBe('loading: similar-1');
    await act(async () => release());
    expect(box.textContent).toBe('ready: similar-3');
  });

  it('gives up when the component goes', async () => {
    const shelf = shop();
    shelf.hold();
    let signal: AbortSignal | undefined;
    const recommend = shelf.recommend;
    shelf.recommend = (request) => {
      signal = request.signal;
      return recommend(request);
    };
    await show(page(shelf, similar('1')));
    await show(null);
    expect(signal?.aborted).toBe(true);
    expect(shelf.disposed).toBe(false);
  });

  it('lives through the double effects of StrictMode', async () => {
    const shelf = shop();
    await show(<StrictMode>{page(shelf, similar('1'))}</StrictMode>);
    expect(box.textContent).toBe('ready: similar-1');
  });

  it('tells an error and keeps the page', async () => {
    const shelf = shop();
    await show(page(shelf, similar('1')));
    shelf.recommend = async () => Promise.reject(new Error('no network'));
    function Broken(): ReactNode {
      const { status, error } = useList(similar('2'));
      return <p>{`${status} ${error?.message ?? ''}`}</p>;
    }
    await show(<CookshelfProvider recommender={shelf}><Broken /></CookshelfProvider>);
    expect(box.textContent).toBe('error no network');
  });

  it('an error of the provider is an error of every list', async () => {
    await show(page(Promise.reject(new Error('no model')), similar('1')));
    expect(box.textContent).toBe('error: ');
  });

  it('live: follows the profile, several changes at once', async () => {
    const shelf = shop();
    await show(page(shelf, { kind: 'picks' }, true));
    const asked = shelf.calls.length;
    await act(async () => {
      for (const item of ['1', '2', '3']) shelf.profile.observe({ type: 'view', item });
    });
    expect(shelf.calls.length).toBe(asked + 1);
  });

  it('reloads', async () => {
    const shelf = shop();
    function Again(): ReactNode {
      const { reload, items } = useList({ kind: 'picks' });
      return <button type="button" onClick={reload}>{items.length}</button>;
    }
    await show(<CookshelfProvider recommender={shelf}><Again /></CookshelfProvider>);
    const asked = shelf.calls.length;
    await act(async () => box.querySelector('button')?.click());
    expect(shelf.calls.length).toBe(asked + 1);
  });

  it('useLists shows nothing twice', async () => {
    const shelf = fakeRecommender({ lists: { popular: ['a', 'b'], trending: ['a', 'c'] } });
    function Both(): ReactNode {
      const { results } = useLists([{ kind: 'popular' }, { kind: 'trending' }]);
      return <p>{results.map(({ items }) => items.map(({ id }) => id).join('')).join('/')}</p>;
    }
    await show(<CookshelfProvider recommender={shelf}><Both /></CookshelfProvider>);
    expect(box.textContent).toBe('ab/c');
  });
});

describe('the provider', () => {
  it('opens options once, however often they are written anew', async () => {
    const open = vi.fn(async () => shop());
    vi.doMock('cookshelf', () => ({ createRecommender: open }));
    const model = 'https://shop.example/models/manifest.json';
    function Kind(): ReactNode {
      return useRecommender()?.engine.kind ?? 'none';
    }
    const once = (): ReactNode => <CookshelfProvider recommender={{ model }}><Kind /></CookshelfProvider>;
    await show(once());
    await show(once());
    await act(async () => vi.waitFor(() => expect(open).toHaveBeenCalled()));
    await act(async () => new Promise((done) => setTimeout(done, 10)));
    expect(open).toHaveBeenCalledTimes(1);
    expect(box.textContent).toBe('js');
    vi.doUnmock('cookshelf');
  });
});

describe('on a server', () => {
  const Page = ({ recommender, initialResult }: { readonly recommender: RecommenderSource; readonly initialResult?: Awaited<ReturnType<FakeRecommender['recommend']>> }): ReactNode => (
    <CookshelfProvider recommender={recommender}>
      <Shelf request={similar('1')} fallback={<p>our bestsellers</p>} {...(initialResult && { initialResult })}>
        {({ items }) => <ul>{items.map(({ id }) => <li key={id}>{id}</li>)}</ul>}
      </Shelf>
    </CookshelfProvider>
  );
  const options = { model: '/models/manifest.json' };

  it('renders the fallback and asks nothing', () => {
    const shelf = shop();
    expect(renderToString(<Page recommender={shelf} />)).toBe('<p>our bestsellers</p>');
    expect(renderToString(<Page recommender={options} />)).toBe('<p>our bestsellers</p>');
    expect(shelf.calls).toEqual([]);
  });

  it.each(['the fallback', 'the first result'])('hydrates %s without a mismatch', async (what) => {
    const shelf = shop();
    const initialResult = what === 'the fallback' ? undefined : await shelf.similar('server');
    const html = <Page recommender={shelf} {...(initialResult && { initialResult })} />;
    box.innerHTML = renderToString(html);
    const first = box.firstChild;
    const mismatches: unknown[] = [];
    const release = shelf.hold();
    await act(async () => {
      root = hydrateRoot(box, html, { onRecoverableError: (error) => mismatches.push(error) });
    });
    expect(box.firstChild).toBe(first);
    expect(box.textContent).toBe(initialResult ? 'similar-server' : 'our bestsellers');
    await act(async () => release());
    expect(box.textContent).toBe('similar-1');
    expect(mismatches).toEqual([]);
  });

  it('this test can fail: other words than the server’s are a mismatch', async () => {
    box.innerHTML = '<p>something else</p>';
    const mismatches: unknown[] = [];
    await act(async () => {
      root = hydrateRoot(box, <Page recommender={shop()} />, { onRecoverableError: (error) => mismatches.push(error) });
    });
    expect(mismatches).toHaveLength(1);
  });
});

describe('<cook-shelf> in JSX', () => {
  it('takes the element’s attributes', async () => {
    await show(<cook-shelf kind="similar" seed={8214} limit="6" heading="You may also like" />);
    expect(box.innerHTML).toBe('<cook-shelf kind="similar" seed="8214" limit="6" heading="You may also like"></cook-shelf>');
    // @ts-expect-error an attribute that the element does not have
    expect(<cook-shelf nonsense="1" />).toBeTruthy();
  });
});
