/**
 * `cookshelf serve` on a free port, behind a door that writes down every request.
 *
 * The door sees what leaves the browser, whoever sends it: page, worker, service worker, beacon. It passes
 * bytes on unchanged, so that codings and validators are the server's own.
 */
import { spawn } from 'node:child_process';
import http from 'node:http';
import net from 'node:net';

/** Starts a server; `requests` fills as the browser asks. */
export async function startServer({ models, shop }) {
  const port = await freePort();
  const words = ['serve', models, '--listen', `127.0.0.1:${port}`, ...(shop ? ['--shop', shop] : [])];
  const child = spawn(process.env.COOKSHELF_PROGRAM, words, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text) => { said += text; });
  const gone = new Promise((resolve) => { child.once('exit', resolve); });
  process.once('exit', () => child.kill());
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`cookshelf serve stopped at once: ${said}`);
    return (await status(port)) === 200;
  });
  const door = await openDoor(port);
  const stop = async () => {
    await door.stop();
    child.kill();
    await gone;
  };
  return { ...door, stop };
}

/** A door before the server on a port of this machine; `requests` fills as somebody asks. */
export async function openDoor(port) {
  const requests = [];
  const door = http.createServer((request, response) => pass(request, response, port, requests));
  await new Promise((ready) => { door.listen(0, '127.0.0.1', ready); });
  const stop = async () => {
    door.closeAllConnections();
    await new Promise((closed) => { door.close(closed); });
  };
  return { origin: `http://127.0.0.1:${door.address().port}`, requests, stop };
}

function pass(request, response, port, requests) {
  const entry = { method: request.method, url: request.url, headers: request.headers, sent: 0, received: 0 };
  requests.push(entry);
  const onward = http.request({ port, host: '127.0.0.1', method: request.method, path: request.url, headers: request.headers });
  request.on('data', (bytes) => {
    entry.sent += bytes.length;
    onward.write(bytes);
  });
  request.on('end', () => onward.end());
  onward.on('response', (answer) => {
    entry.status = answer.statusCode;
    entry.coding = answer.headers['content-encoding'] ?? 'identity';
    response.writeHead(answer.statusCode, answer.rawHeaders);
    answer.on('data', (bytes) => { entry.received += bytes.length; });
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  // Who stops to listen, as to a stream, is not sent to any more.
  response.on('close', () => onward.destroy());
}

/** Waits until `holds` does; gives up after half a minute, or so many seconds. */
export async function until(holds, what = 'the server answers', seconds = 30) {
  for (let tries = 0; tries < seconds * 20; tries += 1) {
    if (await holds()) return;
    await new Promise((passed) => { setTimeout(passed, 50); });
  }
  throw new Error(`waited ${seconds} s in vain: ${what}`);
}

function status(port) {
  return new Promise((resolve) => {
    const request = http.get({ port, host: '127.0.0.1', path: '/models/manifest.json', agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    request.on('error', () => resolve(0));
  });
}

/** A port of this machine that nobody listens on. */
export function freePort() {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
