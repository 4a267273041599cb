/**
 * The promise "what you did stays on this device", in parts that can each fail: every check gives what it found
 * wrong, and nothing when it holds.
 *
 * What is judged is the package: what it asks for must be plain. Of what else a page asks (styles with `?v=`, pictures, other
 * hosts) only what differs between shoppers is wrong, unless the page is said to be `alone`: then everything must be plain.
 */
import { openDoor } from './door.mjs';
import { items, MARK, personas, storage, walk, withRecommender } from './personas.mjs';
import { differences, isPackages } from './twins.mjs';

/** No more names than this may the module that scores import. */
const MOST_IMPORTS = 4;

/** So many walks have to show a difference. */
const WALKS = 3;

export const CHECKS = {
  'only plain requests': 'the package asks with GET alone, without query, body, cookie, referrer or headers of its own',
  'no other host': 'what goes to other hosts is the same, whoever looks',
  'twin personas': 'shoppers who do opposite things, or nothing, on the same pages cause the same requests in the same order',
  canary: 'a mark put into the profile is in no request, no address and no console line',
  'storage before consent': 'nothing of ours is stored before the shopper agreed',
  'storage after erasing': 'nothing of ours is stored after erasing, and it was before',
  'wasm imports': `the module that scores imports at most ${MOST_IMPORTS} names`,
  airlock: 'the worker that scores cannot make a request: its script forbids every one, and none was seen',
};

/** Who is compared with whom. In `device` the second page finds on the device what the first one fetched, for both alike. */
const PAIRS = {
  session: { mode: 'session', who: ['collector', 'opposite'] },
  device: { mode: 'device', who: ['newcomer', 'collector'] },
};

/** These see what two walks caused. */
const OF_WALKS = ['only plain requests', 'no other host', 'twin personas', 'canary', 'wasm imports'];
const OF_STORAGE = ['storage before consent', 'storage after erasing'];

/**
 * Runs checks on the pages `paths` of `site` in one engine: `{ name: [what is wrong] }`. `only` names some of them, `pairs` some of the
 * pairs, `pages` is how many pages they open at least; `alone` says that the page asks nobody else for anything; `newer` that the last page
 * is to find another manifest, `by`, in the place of the one it knows, `of`.
 */
export async function check(engine, site, paths, { only = Object.keys(CHECKS), pairs = Object.keys(PAIRS), pages = 3, alone = false, newer } = {}) {
  const found = Object.fromEntries(only.map((name) => [name, []]));
  const add = (more) => Object.entries(more).forEach(([name, problems]) => found[name]?.push(...problems));
  const asked = (names) => names.some((name) => only.includes(name));
  if (asked(OF_WALKS)) {
    const known = await knownItems(engine, site, paths[0]);
    const way = [...paths, ...paths, ...paths].slice(0, Math.max(pages, paths.length));
    for (const pair of pairs) {
      add(await confirmed(async () => judged(await walked(engine, site, way, known, { pair, newer }), { alone, pair, newer })));
    }
  }
  if (asked(OF_STORAGE)) add(await stored(engine, site, paths[0]));
  if (asked(['airlock'])) add({ airlock: await airlock(engine, site, paths[0]) });
  return Object.fromEntries(Object.entries(found).map(([name, problems]) => [name, [...new Set(problems)]]));
}

/**
 * What walks show, where a difference between shoppers may be chance on a busy machine: what a shopper did makes the same difference
 * in every walk, so a walk without it ends the search.
 */
async function confirmed(walks) {
  const found = await walks();
  let twins = found['twin personas'];
  for (let more = WALKS - 1; twins.length > 0 && more > 0; more -= 1) {
    const again = (await walks())['twin personas'];
    twins = twins.filter((problem) => again.includes(problem));
  }
  return { ...found, 'twin personas': twins };
}

async function knownItems(engine, site, path) {
  const door = await openDoor(site);
  const visit = await engine.visit(door.origin + path);
  try {
    const known = await items(visit);
    if (known.length < 12) throw new Error(`the shop has ${known.length} popular items; at least 12 are needed to tell two shoppers apart`);
    return known;
  } finally {
    await visit.close();
    await door.stop();
  }
}

/** Two visits, each behind a door of its own: `[{ door, shown, said, logs, who }]`. */
async function walked(engine, site, way, known, { pair, newer }) {
  const { mode, who } = PAIRS[pair];
  const one = async (name) => {
    const door = await openDoor(site);
    const visit = await engine.visit(door.origin + way[0]);
    try {
      return { door, who: name, mode, ...(await walk(visit, door, way, personas(known)[name], { mode, known, newer })) };
    } finally {
      await visit.close();
      // What is sent when a page goes away.
      await new Promise((passed) => { setTimeout(passed, 200); });
      await door.stop();
    }
  };
  if (engine.several) return Promise.all(who.map(one));
  return [await one(who[0]), await one(who[1])];
}

/** What two walks show of the checks of walks. */
function judged(walks, { alone, pair, newer }) {
  const found = Object.fromEntries(OF_WALKS.map((name) => [name, []]));
  if (newer && walks.some(({ models }) => models.at(-1) === models[0])) found['twin personas'].push(`${pair}: the newer model did not take over, so that nothing was tried`);
  found['twin personas'].push(...differences(walks).map((problem) => `${pair}: ${problem}`));
  const [here, there] = walks.map(({ door }) => new Set(door.elsewhere));
  for (const address of [...here].filter((one) => !there.has(one))) found['no other host'].push(`${pair}: only ${walks[0].who} reaches ${address}`);
  for (const address of [...there].filter((one) => !here.has(one))) found['no other host'].push(`${pair}: only ${walks[1].who} reaches ${address}`);
  for (const { door, said, logs } of walks) {
    const judgedRequests = door.requests.filter(alone ? ({ headers }) => headers['sec-fetch-mode'] !== 'navigate' : isPackages(logs));
    found['only plain requests'].push(...judgedRequests.flatMap((request) => notPlain(request, isPackages(logs)(request))));
    if (!judgedRequests.some(isPackages(logs))) found['only plain requests'].push('no request of the package came through');
    if (alone) found['no other host'].push(...door.elsewhere.map((address) => `the browser was told to reach ${address}`));
    found.canary.push(...said.filter((words) => words.includes(MARK)).map((words) => `the console says ${words.slice(0, 100)}`));
    found.canary.push(...door.requests.filter((request) => JSON.stringify(request).includes(MARK)).map(({ method, url }) => `${method} ${url} carries the mark`));
    found.canary.push(...door.elsewhere.filter((address) => address.includes(MARK)).map((address) => `${address} carries the mark`));
    found['wasm imports'].push(...[...door.wasm].flatMap(([url, bytes]) => tooManyImports(url, bytes)));
  }
  if (walks.every(({ door }) => door.wasm.size === 0)) found['wasm imports'].push('no wasm module came through');
  return found;
}

/** What a browser sends by itself with a request that names nothing; no value of them depends on the shopper. */
const ORDINARY = /^(host|connection|user-agent|accept|accept-encoding|accept-language|cache-control|pragma|if-none-match|if-modified-since|origin|priority|sec-fetch-\w+|sec-ch-ua(-\w+)?|dnt|sec-gpc)$/;

function notPlain({ method, url, headers, body }, ofPackage) {
  const wrong = [];
  if (method !== 'GET') wrong.push(`is a ${method}`);
  if (url.includes('?')) wrong.push('has a query');
  if (body !== '') wrong.push('has a body');
  if (headers.cookie !== undefined) wrong.push('carries a cookie');
  if (ofPackage && headers.referer !== undefined) wrong.push('names the page that it came from');
  const own = Object.keys(headers).filter((name) => (ofPackage ? !ORDINARY.test(name) && !/^(cookie|referer)$/.test(name) : name.startsWith('x-')));
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
    const fresh = await withRecommender(visit, 'async (recommender) => { await recommender.trending(); return recommender.profile.mode; }');
    const before = await storage(visit);
    await withRecommender(visit, `async ({ profile, popular }) => {
      profile.mode = 'device';
      profile.observe({ type: 'view', item: (await popular()).items[0].id });
      await profile.settled();
    }`);
    const during = await storage(visit);
    const pause = () => new Promise((passed) => { setTimeout(passed, 300); });
    await withRecommender(visit, 'async ({ profile }) => { await profile.erase(); }');
    await pause();
    const erased = await storage(visit);
    // Again something to delete, this time by taking the agreement back.
    await withRecommender(visit, `async ({ profile, popular }) => {
      profile.observe({ type: 'view', item: (await popular()).items[0].id });
      await profile.settled();
      profile.mode = 'off';
      await profile.settled();
    }`);
    await pause();
    const refused = await storage(visit);
    return {
      'storage before consent': [...before.map((name) => `${name} is there`), ...(fresh === 'device' ? ['the profile is kept before anyone agreed'] : [])],
      'storage after erasing': [
        ...erased.map((name) => `${name} is still there after erasing`),
        ...refused.map((name) => `${name} is still there after the agreement was taken back`),
        ...(during.length === 0 ? ['nothing was kept after a yes, so that nothing was tried'] : []),
      ],
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
    const kind = await withRecommender(visit, "async ({ engine, trending }) => { await trending(); return engine.kind + (engine.why ? ' ' + engine.why.code : ''); }");
    if (kind !== 'airlock') return [`the page runs in ${kind}: serve worker.js with its policy, and let ?run=airlock choose it`];
    const sealed = door.scripts.filter(({ policy }) => /default-src 'none'/.test(policy) && !/connect-src/.test(policy));
    const wrong = sealed.length === 0 ? ['no script came with a policy that forbids every request'] : [];
    const open = door.scripts.filter((script) => script.dest === 'worker' && !sealed.includes(script));
    const sent = door.requests.filter(({ headers }) => sealed.some(({ url }) => headers.referer === door.origin + url));
    return [...wrong, ...open.map(({ url }) => `the worker ${url} came with a policy that allows requests`), ...sent.map(({ url }) => `the worker asked for ${url}`)];
  } finally {
    await visit.close();
    await door.stop();
  }
}
