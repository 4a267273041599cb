/**
 * The recommender: puts the rooms together and offers them to the page. Holds no rules of its own.
 */
import { asRecoError, part, RecoError, throwIfAborted, until } from './errors.js';
import { Choice, type WasmBytes } from './engine/choice.js';
import type { Runtime } from './engine/engine.js';
import { startModule } from './engine/module.js';
import { digest, Loader } from './load/loader.js';
import { LiveModel, type Asked } from './load/model.js';
import { Network } from './load/net.js';
import { listsBy } from './ask/lists.js';
import { idText, makePlan, type Earlier, type Plan } from './ask/plan.js';
import type { Session } from './load/session.js';
import type { ListRequest, Recommender, RecommenderOptions, Result, WasmSource } from './types.js';
import type { Read } from './ask/question.js';
import { absolute, readWasm, type WasmReader } from './engine/wasm.js';
import type { Tools } from './ask/wishes.js';
import { Visit } from './visit.js';

/** Makes a plan of a question and works on it; again when a newer model is made ready. */
export type Ask = <T>(request: ListRequest, earlier: Earlier | undefined, work: (session: Session, plan: Plan, signal?: AbortSignal) => Promise<T>) => Promise<T>;
type Start = (bytes: () => Promise<BufferSource | WebAssembly.Module>) => Promise<Runtime>;

/** A page that stays open looks for a newer model as often as this. */
const LOOK_MS = 300_000;

/** No more questions than this are remembered from one look for a newer model to the next. */
const MOST_ASKED = 200;

const visits = new Map<string, Visit>();

/** Opens a recommender; a second call for the same model and channel gets the same one. `start` is for tests. */
export async function open(options: RecommenderOptions, start: Start = startModule): Promise<Recommender> {
  throwIfAborted(options.signal);
  const url = addressOf(options.model);
  const key = [url, options.channel, options.catalog, options.keys, options.preview].join();
  const visit: Visit = visits.get(key) ?? new Visit(options, () => visits.get(key) === visit && visits.delete(key));
  visits.set(key, visit);
  try {
    visit.join(options);
    return await visit.open(options.signal, (signal) => openShelf(url, options, start, visit, signal));
  } catch (error) {
    throw asRecoError(error, 'MODEL_FETCH', 'the model could not be opened');
  }
}

function addressOf(model: string | URL): string {
  try {
    return absolute(model);
  } catch (cause) {
    throw new RecoError('MODEL_FETCH', `"${String(model)}" is not an absolute address`, cause);
  }
}

async function openShelf(url: string, options: RecommenderOptions, start: Start, visit: Visit, signal: AbortSignal): Promise<Recommender> {
  const { wasm, now = Date.now } = options;
  const { profile, cache } = visit;
  const net = new Network(options.fetch, now);
  let bytes: Promise<WasmBytes> | undefined;
  const choice = new Choice({
    start,
    run: options.run ?? 'auto',
    worker: options.worker === undefined ? undefined : absolute(options.worker),
    bytes: () => (bytes ??= wasmBytes(wasm, { net, cache, digest })),
  });
  const loader = new Loader(net, cache, digest);
  const asked: Asked = new Map();
  try {
    const model = await LiveModel.open({ ...options, url, loader, cache, profile, engines: choice, asked, now, report: (error) => visit.report(error), changed: () => visit.tell('model') }, signal);
    visit.keep = () => model.keep();
    await profile.settled();
    return shelf(visit, model, net, choice, asked, { ...options, now });
  } catch (error) {
    choice.close();
    throw error;
  }
}

async function wasmBytes(wasm: WasmSource | undefined, reader: WasmReader): Promise<WasmBytes> {
  if (wasm === undefined) throw new RecoError('WASM_FETCH', 'cookshelf/slim needs { wasm }');
  return readWasm(wasm, reader);
}

type Defaults = Pick<RecommenderOptions, 'channel' | 'catalog'> & { now: () => number };

function shelf(visit: Visit, model: LiveModel, net: Network, choice: Choice, asked: Asked, defaults: Defaults): Recommender {
  const { profile, listeners } = visit;
  let answers = 0;
  let disposed = false;
  const check = (): void => {
    if (disposed) throw new RecoError('DISPOSED', 'disposed');
  };
  const page: Document | undefined = globalThis.document;
  // In a page its own course decides when a newer model is looked for, and never what the shopper does.
  const look = (): void => {
    if (page?.visibilityState === 'visible') model.refreshWhenDue();
  };
  page?.addEventListener('visibilitychange', look);
  const looking = page && setInterval(look, LOOK_MS);
  /** When an item was shown last. Page memory only. */
  const shown = new Map<string, number>();
  const ask: Ask = async (request, earlier, work) => {
    check();
    const { signal } = request;
    throwIfAborted(signal);
    const now = defaults.now();
    const read = RARE.test(Object.keys(request).join()) ? await readRare(request, { shown, now, idText }) : {};
    if (!page) model.refreshWhenDue();
    const rowsOf = request.seeds === 'cart' ? (await more()).rowsOf : undefined;
    const put = async (session: Session, signal?: AbortSignal) => {
      const rows = await rowsOf?.(session);
      const { channel, catalog } = defaults;
      // Whatever the clock says becomes 32 bits.
      const parts = { ...read, rows, channel, catalog, moment: (now / 1000) >>> 0, ...(earlier && { earlier }) };
      const known = profile.known();
      const plan = (): Plan => makePlan(request, profile.known(), session.anyItem, parts);
      const first = plan();
      remember(JSON.stringify([request, earlier?.aboutShopper]), put);
      if (!first.personal) return work(session, first, signal);
      // What is scored waits until the last deed is noted; what is fetched does not.
      await Promise.all([session.prepare(first.covers, signal), until(profile.settled(), signal)]);
      return work(session, profile.known() === known ? first : plan(), signal);
    };
    return model.use((session) => put(session, signal));
  };
  const remember = (key: string, put: (session: Session) => Promise<unknown>): void => {
    if (asked.size < MOST_ASKED) asked.set(key, put);
  };
  const recommend = async (request: ListRequest, earlier?: Earlier): Promise<Result> => {
    const { level, items, removed, profile, ms } = await ask(request, earlier, (session, plan, signal) => session.answer(plan, signal));
    answers += 1;
    const at = defaults.now();
    for (const { id } of items) shown.set(id, at);
    return { level, items, removed, used: { profile, engine: choice.now.kind, ms }, resultId: `list-${answers}` };
  };
  const dispose = (): void => {
    if (disposed) return;
    disposed = true;
    visit.end();
    choice.close();
    page?.removeEventListener('visibilitychange', look);
    clearInterval(looking);
    model.dispose();
  };
  return {
    profile,
    get model() {
      return model.info;
    },
    get engine() {
      const { kind, why } = choice.now;
      return why === undefined ? { kind } : { kind, why };
    },
    network: { log: () => net.log() },
    ...listsBy((request) => recommend(request)),
    recommendMany: async (requests, options) => (await more()).many(recommend, requests, options),
    explain: async (item, request) => (await more()).explain(idText(item), request, ask),
    async warm(what = 'all') {
      check();
      const { warmPlans } = await more();
      const put = (session: Session): Promise<unknown> => session.prepare(warmPlans(what, session.anyItem, makePlan));
      remember(what, put);
      await model.use(put);
    },
    on(kind, listener) {
      listeners[kind].add(listener);
      return () => {
        listeners[kind].delete(listener);
      };
    },
    dispose,
    [Symbol.dispose]: dispose,
  };
}

function more(): Promise<typeof import('./ask/more.js')> {
  return part(import('./ask/more.js'));
}

/** Options that most questions do not have; no other option has these letters. */
const RARE = /where|boo|pin|div|per|rot|min|amo|exp/;

async function readRare(request: ListRequest, tools: Tools): Promise<Read> {
  const { read } = await part(import('./ask/question.js'));
  try {
    return read(request, tools);
  } catch (error) {
    throw asRecoError(error, 'QUERY_INVALID', 'query');
  }
}
