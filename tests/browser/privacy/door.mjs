/**
 * A door in front of any site: passes requests on and writes down every one, whoever sends it: page, worker, service
 * worker, beacon. What the browser tries to send elsewhere it cannot see pass; for that it asks the browser itself,
 * with a policy that forbids nothing and reports everything.
 */
import http from 'node:http';
import https from 'node:https';

/** Where the browser's reports go. */
const REPORTS = '/cookshelf-privacy-report';

/**
 * A door to `site`, an origin. `requests` are `{ method, url, headers, body }`, `wasm` the modules that came through by
 * address, `policies` the policies of scripts by address, `elsewhere` the addresses of other origins that the browser reported.
 */
export async function openDoor(site) {
  const seen = { requests: [], wasm: new Map(), policies: new Map(), elsewhere: [] };
  const server = http.createServer(async (request, response) => {
    const body = await bytesOf(request);
    if (request.url === REPORTS) {
      note(body, seen);
      response.writeHead(204).end();
      return;
    }
    seen.requests.push({ method: request.method, url: request.url, headers: request.headers, body: body.toString('latin1') });
    pass(request, body, response, new URL(site), seen);
  });
  // A socket that is opened is seen, and leads nowhere.
  server.on('upgrade', (request, socket) => {
    seen.requests.push({ method: 'UPGRADE', url: request.url, headers: request.headers, body: '' });
    socket.destroy();
  });
  await new Promise((ready) => { server.listen(0, '127.0.0.1', ready); });
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    ...seen,
    origin,
    async stop() {
      server.closeAllConnections();
      await new Promise((closed) => { server.close(closed); });
    },
  };
}

function pass(request, body, response, site, seen) {
  const { request: ask } = site.protocol === 'https:' ? https : http;
  // Uncompressed, so that what passes can be read.
  const headers = { ...request.headers, host: site.host, 'accept-encoding': 'identity' };
  const onward = ask({ hostname: site.hostname, port: site.port, method: request.method, path: request.url, headers }, async (answer) => {
    const bytes = await bytesOf(answer);
    const type = answer.headers['content-type'] ?? '';
    if (type.includes('wasm')) seen.wasm.set(request.url, bytes);
    if (type.includes('javascript')) seen.policies.set(request.url, answer.headers['content-security-policy'] ?? '');
    response.writeHead(answer.statusCode, {
      ...answer.headers,
      'content-security-policy-report-only': `default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; form-action 'self'; report-uri ${REPORTS}`,
    });
    response.end(bytes);
  });
  onward.on('error', () => response.destroy());
  onward.end(body);
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
