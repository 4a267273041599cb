/**
 * A door in front of any site: passes requests on and writes down every one, whoever sends it: page, worker, service
 * worker, beacon. What the browser tries to send elsewhere it cannot see pass; for that it asks the browser itself,
 * with a policy that forbids nothing and reports everything. And it brings a clock into each page, to be put forward.
 */
import http from 'node:http';
import https from 'node:https';

/** Where the browser's reports go. */
const REPORTS = '/cookshelf-privacy-report';
const CLOCK = '/cookshelf-privacy-clock.js';

/** A page whose clock can be put forward, and that is looked at, whatever window it is in and whatever becomes of that window. */
const CLOCK_SCRIPT = `{
  const now = Date.now.bind(Date);
  let ahead = 0;
  Date.now = () => now() + ahead;
  globalThis.cookshelfLater = (ms) => { ahead += ms; };
  Object.defineProperty(document, 'visibilityState', { get: () => 'visible' });
  addEventListener('visibilitychange', (event) => { if (event.isTrusted) event.stopImmediatePropagation(); }, true);
}`;

/** Each answer takes as long as this at least, so that what is asked at once is under way at once. In milliseconds. */
const SLOW_MS = 25;
/** Nothing more is coming when nothing came for so long. */
const QUIET_MS = 150;

/**
 * A door to `site`, an origin. `requests` are `{ method, url, headers, body, step, from, to }`, the last two their places in the order in
 * which requests came and answers went; `wasm` the modules that came through by address, `scripts` what came as a script,
 * `{ url, policy, dest }`, `elsewhere` the addresses of other origins that the browser reported.
 */
export async function openDoor(site) {
  const seen = { requests: [], wasm: new Map(), scripts: [], elsewhere: [] };
  let [step, place, open, last, newer] = ['', 0, 0, Date.now(), undefined];
  const server = http.createServer(async (request, response) => {
    const body = await bytesOf(request);
    if (request.url === REPORTS) {
      note(body, seen);
      response.writeHead(204).end();
      return;
    }
    if (request.url === CLOCK) {
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(CLOCK_SCRIPT);
      return;
    }
    const entry = { method: request.method, url: request.url, headers: request.headers, body: body.toString('latin1'), step, from: (place += 1), to: Infinity };
    seen.requests.push(entry);
    open += 1;
    response.once('close', () => {
      open -= 1;
      [entry.to, last] = [(place += 1), Date.now()];
    });
    const path = request.url === newer?.of ? newer.by : request.url;
    setTimeout(() => pass(request, { path, body, response, site: new URL(site), seen }), SLOW_MS);
  });
  // A socket that is opened is seen, and leads nowhere.
  server.on('upgrade', (request, socket) => {
    seen.requests.push({ method: 'UPGRADE', url: request.url, headers: request.headers, body: '', step, from: (place += 1), to: (place += 1) });
    socket.destroy();
  });
  await new Promise((ready) => { server.listen(0, '127.0.0.1', ready); });
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    ...seen,
    origin,
    /** Waits until nothing more is asked, for `quiet` ms; what is asked from then on belongs to the step of this name. */
    async step(name, quiet = QUIET_MS) {
      last = Date.now();
      while (open > 0 || Date.now() - last < quiet) await new Promise((passed) => { setTimeout(passed, 20); });
      step = name;
    },
    /** From now on what lies at `by` is passed on when `of` is asked for. */
    replace({ of, by }) {
      newer = { of, by };
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((closed) => { server.close(closed); });
    },
  };
}

function pass(request, { path, body, response, site, seen }) {
  const { request: ask } = site.protocol === 'https:' ? https : http;
  // Uncompressed, so that what passes can be read.
  const headers = { ...request.headers, host: site.host, 'accept-encoding': 'identity' };
  const onward = ask({ hostname: site.hostname, port: site.port, method: request.method, path, headers }, async (answer) => {
    const type = answer.headers['content-type'] ?? '';
    const own = await bytesOf(answer);
    if (type.includes('wasm')) seen.wasm.set(request.url, own);
    if (type.includes('javascript')) {
      seen.scripts.push({ url: request.url, policy: answer.headers['content-security-policy'] ?? '', dest: request.headers['sec-fetch-dest'] });
    }
    const bytes = type.includes('text/html') && isPage(own) ? withClock(own) : own;
    const passed = { ...answer.headers };
    if (passed['content-length'] !== undefined) passed['content-length'] = String(bytes.length);
    response.writeHead(answer.statusCode, {
      ...passed,
      'content-security-policy-report-only': `default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; form-action 'self'; report-uri ${REPORTS}`,
    });
    response.end(bytes);
  });
  onward.on('error', () => response.destroy());
  onward.end(body);
}

/** Some servers call everything a page that has no name of another kind. */
function isPage(bytes) {
  return /^\s*<(!doctype|html|head|title)/i.test(bytes.subarray(0, 200).toString('latin1'));
}

/** Before the page's own scripts. */
function withClock(html) {
  const script = `<script src="${CLOCK}"></script>`;
  const text = html.toString('latin1');
  const start = /^\s*(<!doctype[^>]*>)?\s*(<html[^>]*>)?\s*(<head[^>]*>)?/i.exec(text)?.[0] ?? '';
  return Buffer.from(start + script + text.slice(start.length), 'latin1');
}

/** Browsers report in one of two forms. */
function note(body, { elsewhere }) {
  const reports = [JSON.parse(body.toString() || '{}')].flat();
  for (const report of reports) {
    const blocked = report['csp-report']?.['blocked-uri'] ?? report.body?.blockedURL ?? '';
    if (/^(https?|wss?):/.test(blocked)) elsewhere.push(blocked);
  }
}

async function bytesOf(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
