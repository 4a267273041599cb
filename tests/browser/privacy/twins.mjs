/**
 * Whether two walks through the same pages caused the same requests, in the same order. Requests that are under way at once have
 * no order: which of them a server sees first is chance. So an order counts when one was answered before the other was sent.
 */

/** What the package asks for, wherever it lies: a manifest, a blob named by its hash, the module. */
const OURS = /\/manifest\.json$|\/b\/\d+\/[0-9a-f]{32}$|\.wasm$/;

/** Tells the package's requests by their address, and by what it says itself in its log. */
export function isPackages(logs) {
  const logged = new Set(logs.flat().map(([url]) => new URL(url).pathname));
  return ({ url }) => OURS.test(url.split('?')[0]) || logged.has(url.split('?')[0]);
}

/** What differs between two walks. */
export function differences([one, other]) {
  if (JSON.stringify(one.shown) === JSON.stringify(other.shown)) return ['both shoppers saw the same lists, so that nothing was tried'];
  const [left, right] = [one, other].map(lines);
  const missing = [...lacking(left, right).map((line) => `only ${one.who}, ${line}`), ...lacking(right, left).map((line) => `only ${other.who}, ${line}`)];
  if (missing.length > 0) return missing;
  return [...turned(left, right), ...otherWords(one, other)];
}

/** The requests as `{ text, from, to }`. Pictures of what is shown are the page's own: THREAT-MODEL.md says so, and how to avoid them. */
function lines({ door }) {
  return door.requests.filter(({ headers }) => headers['sec-fetch-dest'] !== 'image').map((request) => ({ ...request, text: line(request, door.origin) }));
}

/** A request as one line; the door's own address is not a difference. */
function line({ step, method, url, headers, body }, origin) {
  const sent = Object.entries(headers).filter(([name]) => name !== 'host' && name !== 'connection').sort().map(([name, value]) => `${name}: ${value}`);
  return [`${step}: ${method}`, url, ...sent, body].join(' | ').replaceAll(origin, 'ORIGIN');
}

/** What one has more often than the other. */
function lacking(of, against) {
  const left = against.map(({ text }) => text);
  const more = [];
  for (const { text } of of) {
    const at = left.indexOf(text);
    if (at < 0) more.push(text.slice(0, 240));
    else left.splice(at, 1);
  }
  return more;
}

/** Pairs of requests that come one after the other in both walks, but the other way round. */
function turned(left, right) {
  // The same request again is another one.
  const numbered = (all) => new Map(all.map((one, at) => [`${one.text} #${all.slice(0, at).filter(({ text }) => text === one.text).length}`, one]));
  const [here, there] = [numbered(left), numbered(right)];
  const found = [];
  for (const [first, a] of here) {
    for (const [second, b] of here) {
      if (a.to < b.from && there.get(second).to < there.get(first).from) found.push(`one asks ${a.url} and then ${b.url}, the other the other way round (${a.step})`);
    }
  }
  return found;
}

/**
 * What the package writes into network.log(), page by page. It says what was found on the device as well; what is under way at once has
 * no order there either.
 */
function otherWords(one, other) {
  const [left, right] = [one, other].map(({ logs, door }) => logs.flatMap((log, page) => log.map(([url, cached]) => ({ text: `page ${page + 1}: ${url.replace(door.origin, '')}${cached ? ', from the device' : ''}` }))));
  return [...lacking(left, right).map((line) => `only ${one.who} has in network.log(): ${line}`), ...lacking(right, left).map((line) => `only ${other.who} has in network.log(): ${line}`)];
}
