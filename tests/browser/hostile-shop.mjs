/**
 * A shop with an attacker between it and its shoppers: a cooked folder on a plain static host, manifests that are signed, and
 * whatever somebody without the shop's key can make of both.
 *
 * COOKSHELF_MODELS is a cooked folder.
 */
import { generateKeyPairSync, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { join } from 'node:path';

import { packageFolder } from './built-package.mjs';

const models = process.env.COOKSHELF_MODELS;
const { payload: folder } = JSON.parse(await readFile(join(models, 'manifest.json'), 'utf8'));
export const [ours, foreign] = [keyPair(), keyPair()];
export const ENDPOINT = 'acme/endpoints/web';
/** What the shop offers. */
export const GOOD = manifest({ sequence: 5 });
/** An answer that does not end. */
export const ENDLESS = Symbol('a body without an end');

function keyPair() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return { privateKey, public: publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64') };
}

/** A manifest of the folder with these changes, signed. */
export function manifest(changes, by = ours, prefix = 'cookshelf-manifest-v1\0') {
  const later = { issuedAt: '2026-11-22T00:00:00Z', notAfter: '2999-01-01T00:00:00Z', endpoint: ENDPOINT };
  const payload = JSON.stringify({ ...JSON.parse(folder), ...later, ...changes });
  const body = Buffer.from(payload);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(body.length));
  const signature = sign(null, Buffer.concat([Buffer.from(prefix), length, body]), by.privateKey).toString('base64');
  return JSON.stringify({ cookshelf: 1, payload, signatures: [{ key: 'k', algorithm: 'ed25519', signature }] });
}

/** A good envelope with these fields instead. */
const altered = (changes) => JSON.stringify({ ...JSON.parse(GOOD), ...changes });

/** Manifests that the shop did not make. */
export const MANIFESTS = {
  'is not signed': altered({ signatures: [] }),
  'is signed by another': manifest({ sequence: 9 }, foreign),
  'was signed for something else': manifest({ sequence: 9 }, ours, 'something-else-v1\0'),
  'has the signature of another': altered({ payload: JSON.parse(manifest({ sequence: 9 })).payload }),
  'is of another endpoint': manifest({ sequence: 9, endpoint: 'acme/endpoints/other' }),
  'is longer by a space': altered({ payload: `${JSON.parse(GOOD).payload} ` }),
  'is a page': '<!doctype html><title>log in</title>',
  'is nothing': '',
  'has no end': ENDLESS,
};

/** What can be made of a blob, `other` being another one of the shop; `at` chooses what is flipped. */
export function spoiled(good, other, at) {
  const flipped = Buffer.from(good);
  flipped[(at * 97) % good.length] ^= 1 << (at % 8);
  return [flipped, good.subarray(0, -1), Buffer.concat([good, Buffer.alloc(1)]), other, ENDLESS];
}

/** What the shop itself answers. */
export async function honest(path) {
  if (path === '/') return '<!doctype html><title>attacks</title><link rel="icon" href="data:,">';
  if (path.endsWith('/manifest.json')) return GOOD;
  if (path.startsWith('/package/')) return readFile(join(packageFolder, 'dist', path.slice('/package/'.length)));
  return readFile(join(models, path.slice('/models/'.length)));
}

/**
 * The host. `attack(path)` gives what the attacker answers, nothing where he lets the shop answer; an answer is a body or
 * `{ body, headers }`. `sent()` are the bytes of bodies without an end.
 */
export async function startHost() {
  let endless = 0;
  const host = { attack: () => undefined, sent: () => endless, origin: '', stop: async () => {} };
  const server = http.createServer(async (request, response) => {
    const path = request.url;
    const answer = (await host.attack(path)) ?? (await honest(path).catch(() => undefined));
    const { body, headers } = answer?.headers ? answer : { body: answer };
    const type = path.endsWith('.js') ? 'text/javascript' : path === '/' ? 'text/html' : path.endsWith('.wasm') ? 'application/wasm' : 'application/octet-stream';
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': type, 'cache-control': 'no-store', ...headers });
    if (body !== ENDLESS) return response.end(body);
    endless = 0;
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536, 32))) endless += 65_536;
    };
    response.on('drain', more);
    return more();
  });
  await new Promise((ready) => { server.listen(0, '127.0.0.1', ready); });
  host.origin = `http://127.0.0.1:${server.address().port}`;
  host.stop = async () => {
    server.closeAllConnections();
    await new Promise((closed) => { server.close(closed); });
  };
  return host;
}
