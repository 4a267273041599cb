/**
 * The promise "what you did stays on this device", in parts that can each fail: every check gives what it found
 * wrong, and nothing when it holds.
 */
import { openDoor } from './door.mjs';
import { items, storage, walk, withRecommender } from './personas.mjs';

/** No more names than this may the module that scores import. */
const MOST_IMPORTS = 4;

export const CHECKS = {
  'only plain requests': 'every request is a GET without query, body, cookie or referrer beyond the origin',
  'no other host': 'nothing is sent to another origin',
  'twin personas': 'two shoppers who do opposite things on the same pages cause the same requests, byte for byte',
  canary: 'a mark put into the profile is in no request, no address and no console line',
  'storage before consent': 'nothing of ours is stored before the shopper agreed',
  'storage after erasing': 'nothing of ours is stored after erasing, and it was before',
  'wasm imports': `the module that scores imports at most ${MOST_IMPORTS} names`,
  airlock: 'the worker that scores cannot make a request: its script forbids every one, and none was seen',
};

/** Runs every check on the pages `paths` of `site` in one engine: `{ name: [what is wrong] }`. */
export async function check(engine, site, paths) {
  const found = Object.fromEntries(Object.keys(CHECKS).map((name) => [name, []]));
  const personas = await twins(engine, site, paths);
  found['twin personas'] = differences(personas);
  for (const { door, said } of personas) {
    found.canary.push(...said.filter((words) => words.includes(MARK)).map((words) => `the console says ${words.slice(0, 100)}`));
    found['only plain requests'].push(...door.requests.flatMap(notPlain));
    found['no other host'].push(...door.elsewhere.map((address) => `the browser was told to reach ${address}`));
    found.canary.push(...door.requests.filter((request) => JSON.stringify(request).includes(MARK)).map(({ method, url }) => `${method} ${url} carries the mark`));
    found.canary.push(...door.elsewhere.filter((address) => address.includes(MARK)).map((address) => `${address} carries the mark`));
    found['wasm imports'].push(...[...door.wasm].flatMap(([url, bytes]) => tooManyImports(url, bytes)));
  }
  if (personas.every(({ door }) => door.wasm.size === 0)) found['wasm imports'].push('no wasm module came through');
  Object.assign(found, await stored(engine, site, paths[0]));
  found.airlock = await airlock(engine, site, paths[0]);
  return Object.fromEntries(Object.entries(found).map(([name, problems]) => [name, [...new Set(problems)]]));
}

const MARK = 'canary-7f3a9c';

/** Two visits, each behind a door of its own. */
async function twins(engine, site, paths) {
  const scout = await openDoor(site);
  const visit = await engine.visit(scout.origin + paths[0]);
  const known = await items(visit);
  await visit.close();
  await scout.stop();
  if (known.length < 12) throw new Error(`the shop has ${known.length} popular items; at least 12 are needed to tell two shoppers apart`);
  const [seeds, left, right] = [known.slice(0, 2), known.slice(2, 7), known.slice(7, 12)];
  const deeds = [
    [left.map((item) => ['view', item]), left.map((item) => ['addToCart', item]), [['purchase', left[0]], ['view', MARK]]],
    [[['dismiss', left[0]], ['view', right[0]]], [['like', right[1]]], right.map((item) => ['purchase', item]), [['view', MARK]]],
  ];
  const personas = [];
  for (const did of deeds) {
    const door = await openDoor(site);
    const shopper = await engine.visit(door.origin + paths[0]);
    const way = [...paths, ...paths, ...paths].slice(0, Math.max(4, paths.length));
    const walked = await walk(shopper, door.origin, way, did, { seeds });
    await new Promise((passed) => { setTimeout(passed, 300); });
    await shopper.close();
    // What is sent when a page goes away.
    await new Promise((passed) => { setTimeout(passed, 200); });
    await door.stop();
    personas.push({ door, ...walked });
  }
  return personas;
}

function differences([one, other]) {
  if (JSON.stringify(one.shown) === JSON.stringify(other.shown)) return ['both shoppers saw the same lists, so that nothing was tried'];
  // Pictures of what is shown are the page's own requests: THREAT-MODEL.md says so, and how to avoid them.
  const told = ({ headers }) => headers['sec-fetch-dest'] !== 'image';
  const lines = ({ door }) => door.requests.filter(told).map((request) => line(request, door.origin)).sort();
  const [left, right] = [lines(one), lines(other)];
  const missing = (of, against) => of.filter((text, at) => of.slice(0, at + 1).filter((same) => same === text).length > against.filter((same) => same === text).length);
  return [...missing(left, right).map((text) => `only the first shopper: ${text.slice(0, 200)}`), ...missing(right, left).map((text) => `only the second shopper: ${text.slice(0, 200)}`)];
}

/** A request as one line; the door's own address is not a difference. */
function line({ method, url, headers, body }, origin) {
  const sent = Object.entries(headers).filter(([name]) => name !== 'host' && name !== 'connection').sort().map(([name, value]) => `${name}: ${value}`);
  return [method, url, ...sent, body].join(' | ').replaceAll(origin, 'ORIGIN');
}

function notPlain({ method, url, headers, body }) {
  const wrong = [];
  if (method !== 'GET') wrong.push(`is a ${method}`);
  if (url.includes('?')) wrong.push('has a query');
  if (body !== '') wrong.push('has a body');
  if (headers.cookie !== undefined) wrong.push('carries a cookie');
  const own = Object.keys(headers).filter((name) => name.startsWith('x-'));
  if (own.length > 0) wrong.push(`has headers of its own: ${own.join(', ')}`);
  return wrong.map((what) => `${url.split('?')[0]} ${what}`);
}

function tooManyImports(url, bytes) {
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(bytes));
  return imports.length > MOST_IMPORTS ? [`${url} imports ${imports.length} names`] : [];
}

async function stored(engine, site, path) {
  const door = await openDoor(site);
  const visit = await engine.visit(door.origin + path);
  try {
    const fresh = await withRecommender(visit, 'async (shelf) => { await shelf.trending(); return shelf.profile.mode; }');
    const before = await storage(visit);
    await withRecommender(visit, `async (shelf) => {
      shelf.profile.mode = 'device';
      shelf.profile.observe({ type: 'view', item: (await shelf.popular()).items[0].id });
      await shelf.profile.settled();
    }`);
    const during = await storage(visit);
    await withRecommender(visit, "async (shelf) => { await shelf.profile.erase(); shelf.profile.mode = 'off'; await shelf.profile.settled(); }");
    await new Promise((passed) => { setTimeout(passed, 300); });
    const after = await storage(visit);
    return {
      'storage before consent': [...before.map((name) => `${name} is there`), ...(fresh === 'device' ? ['the profile is kept before anyone agreed'] : [])],
      'storage after erasing': [...after.map((name) => `${name} is still there`), ...(during.length === 0 ? ['nothing was kept after a yes, so that nothing was tried'] : [])],
    };
  } finally {
    await visit.close();
    await door.stop();
  }
}

/** The page in the mode that has the airlock: `?run=airlock` says so to it. */
async function airlock(engine, site, path) {
  const door = await openDoor(site);
  const visit = await engine.visit(`${door.origin}${path}?run=airlock`);
  try {
    const kind = await withRecommender(visit, "async (shelf) => { await shelf.trending(); return shelf.engine.kind + (shelf.engine.why ? ' ' + shelf.engine.why.code : ''); }");
    if (kind !== 'airlock') return [`the page runs in ${kind}: serve worker.js with its policy, and let ?run=airlock choose it`];
    const sealed = [...door.policies].filter(([, policy]) => /default-src 'none'/.test(policy) && !/connect-src/.test(policy)).map(([url]) => url);
    const wrong = sealed.length === 0 ? ['no script came with a policy that forbids every request'] : [];
    const sent = door.requests.filter(({ headers }) => sealed.some((url) => headers.referer === door.origin + url));
    return [...wrong, ...sent.map(({ url }) => `the worker asked for ${url}`)];
  } finally {
    await visit.close();
    await door.stop();
  }
}
