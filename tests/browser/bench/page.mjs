/**
 * Runs in the page: the engine and its JavaScript twin over the same blobs, call by call in turn.
 *
 * The page is cross-origin isolated, so that the clock counts in 5 µs; calls of a few µs are timed twenty at a time.
 * The two must give the same lists, or there is no result.
 */
import { requestBytes } from '/request-bytes.mjs';
import { Engine, start } from '/glue.js';
import * as twin from '/bench/twin.mjs';

const LIMIT = 12;
const PROFILE = 20;
const SEVENTH = 7919;
const SHARD_ITEMS = 128;
const PURCHASE = 4;

const several = (count) => (id, call) => ({ seeds: Array.from({ length: count }, (_, at) => id(call + at * 40)) });
/** What every kind of list is asked: an item, a cart of three, a session of ten, a profile of twenty events, or of purchases. */
const QUESTIONS = {
  picks: (_id, call, profile) => ({ profile: profile(call) }),
  similar: several(1),
  together: several(3),
  next: several(10),
  text: several(1),
  look: several(1),
  popular: () => ({}),
  trending: () => ({}),
  new: () => ({}),
  again: (_id, call, profile) => ({ profile: profile(call).map((event) => ({ ...event, kind: PURCHASE })) }),
  recent: (_id, call, profile) => ({ profile: profile(call) }),
};

globalThis.bench = async ({ items, calls }) => {
  const wasm = await (await fetch('/cookshelf.wasm')).arrayBuffer();
  await start(wasm);
  const blobs = split(new Uint8Array(await (await fetch(`/model/${items}.blobs`)).arrayBuffer()));
  // What the twin can do, too: ids, factors and `similar`.
  const shared = blobs.slice(0, 2 + Math.ceil(items / SHARD_ITEMS));
  const decodeWasm = median(5, () => load(shared).free());
  // What a page takes in for picks and one item: ids, factors, one shard of rows.
  const decodePage = median(5, () => load(shared.slice(0, 3)).free());
  const engine = load(shared);
  const names = engine.ids(Uint32Array.from({ length: items }, (_, position) => position)).split('\n');
  const decodeJs = median(5, () => twin.decode(shared, names));
  const model = twin.decode(shared, names);
  const id = (number) => names[(number * SEVENTH) % items];
  const profile = (call) => Array.from({ length: PROFILE }, (_, at) => ({ item: id(call * 31 + at * 40), kind: [0, 0, 2, 4][at % 4], ageHours: at * at }));
  const similar = compare({ warm: calls * 8, calls: calls * 4, at: 20 }, {
    wasm: (call) => askEngine(engine, { list: 'similar', limit: LIMIT, seeds: [id(call)] }),
    js: (call) => twin.similar(model, id(call), LIMIT),
  });
  const forYou = compare({ warm: calls / 2, calls, at: 1 }, {
    wasm: (call) => askEngine(engine, { list: 'picks', limit: LIMIT, profile: profile(call) }),
    js: (call) => twin.picks(model, profile(call), LIMIT),
  });
  engine.free();
  const whole = load(blobs);
  const lists = {};
  for (const [list, question] of Object.entries(QUESTIONS)) {
    lists[list] = alone({ warm: calls, calls, at: 20 }, (call) => askEngine(whole, { list, limit: LIMIT, ...question(id, call, profile) }));
  }
  whole.free();
  return { lists, items, isolated: globalThis.crossOriginIsolated, decode: { wasm: decodeWasm, js: decodeJs, page: decodePage }, similar, forYou };
};

/** All the work of one call: request bytes, scoring, ids. */
function askEngine(engine, request) {
  const bytes = requestBytes(request);
  const answer = engine.run(bytes);
  if (answer.length === 0) throw new Error('the engine asks for blobs that there are not');
  const list = [];
  const names = namesOf(engine, answer);
  for (let at = 2; at < 2 + 4 * answer[1]; at += 4) {
    list.push({ position: answer[at], score: answer[at + 1], id: names[answer[at]], because: answer[at + 3] });
  }
  return list;
}

/** As the package does it: an id that was named before does not cross from the engine again. */
function namesOf(engine, answer) {
  const news = [];
  for (let at = 2; at < 2 + 4 * answer[1]; at += 4) if (named[answer[at]] === undefined) news.push(answer[at]);
  if (news.length > 0) engine.ids(Uint32Array.from(news)).split('\n').forEach((id, row) => { named[news[row]] = id; });
  return named;
}

const named = [];

function load(blobs) {
  const engine = new Engine();
  blobs.forEach((blob) => engine.add(blob));
  return engine;
}

/** The first `warm` calls are not counted: both sides are compiled in steps, while they run. */
function compare({ warm, calls, at }, sides) {
  const times = { wasm: [], js: [] };
  for (let call = 0; call < warm + calls; call += at) {
    const answers = {};
    // Whoever is second finds the caches warm: take turns.
    const order = (call / at) % 2 === 0 ? ['wasm', 'js'] : ['js', 'wasm'];
    for (const side of order) {
      const started = performance.now();
      for (let more = 0; more < at; more += 1) answers[side] = sides[side](call + more);
      if (call >= warm) times[side].push((performance.now() - started) / at);
    }
    agree(answers, call);
  }
  return { wasm: spread(times.wasm), js: spread(times.js), calls };
}

function alone({ warm, calls, at }, ask) {
  const times = [];
  for (let call = 0; call < warm + calls; call += at) {
    const started = performance.now();
    for (let more = 0; more < at; more += 1) if (ask(call + more).length === 0) throw new Error(`call ${call + more}: an empty list`);
    if (call >= warm) times.push((performance.now() - started) / at);
  }
  return spread(times);
}

function agree({ wasm, js }, call) {
  const same = wasm.length === js.length && wasm.length > 0
    && wasm.every((item, at) => ['id', 'score', 'because'].every((key) => item[key] === js[at][key]));
  if (!same) throw new Error(`call ${call}: the lists differ\nwasm ${JSON.stringify(wasm)}\njs   ${JSON.stringify(js)}`);
}

function spread(times) {
  const sorted = Float64Array.from(times).sort();
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { p50: at(0.5), p95: at(0.95) };
}

function median(rounds, work) {
  const times = [];
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now();
    work();
    times.push(performance.now() - started);
  }
  return spread(times).p50;
}

function split(bytes) {
  const view = new DataView(bytes.buffer);
  const blobs = [];
  for (let at = 0; at < bytes.length;) {
    const length = view.getUint32(at, true);
    blobs.push(bytes.slice(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return blobs;
}
