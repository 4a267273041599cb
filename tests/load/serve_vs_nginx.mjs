// Measures `cookshelf serve --data`, the server for many shops, beside nginx: the same blobs, the same headers, one worker
// each, taken in turns in the same run, with wrk as the client. Also measures what readers that stop reading cost, and how
// long good clients wait while a crowd reads slowly or not at all. Prints JSON on standard output and what it is doing on standard error.
//
//   node tests/load/serve_vs_nginx.mjs PATH_OF_COOKSHELF [--runs 5] [--seconds 3] [--connections 64] [--crowd]
//
// Needs Linux, Node 20 or newer, nginx and wrk (Debian: apt-get install nginx-light wrk).
// Requests per second depend on what else the machine does; `cpuMicros`, the processor time the
// server spent on one request, much less so. With two processors or more, the servers and wrk are
// kept on different ones.

import { spawn, spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";

import { makeService } from "./service.mjs";

const SIZES = [4, 16, 64, 256].map((kibibytes) => kibibytes * 1024);
const STALLED_READERS = 100;
const STALLED_SIZE = 4 * 1024 * 1024;
const GIVE_UP_SECONDS = 60;
/** The crowd that good clients shall not notice: readers that stopped, and clients that read a little now and then. */
const CROWD = { stalled: 1000, slow: 5000 };
/** Some of the crowd are always just coming back. */
const PRESENT = 0.98;
const GOOD_SIZE = 16 * 1024;

/** Where the endpoint is served; nginx serves the same blobs at the same address. */
const PATH = "/e/demo/web/";
const CROWD_SCRIPT = new URL("crowd.mjs", import.meta.url).pathname;

class Trouble extends Error {}

const settings = readSettings();
const folder = mkdtempSync(path.join(tmpdir(), "serve-vs-nginx-"));
const children = [];
try {
  console.log(JSON.stringify(await compare(), null, 2));
} catch (error) {
  if (!(error instanceof Trouble)) throw error;
  console.error(error.message);
  process.exitCode = 2;
} finally {
  children.forEach((child) => child.kill("SIGKILL"));
  rmSync(folder, { recursive: true, force: true });
}

async function compare() {
  const service = await makeService({ binary: settings.binary, folder, start: startOurs, stop });
  const blobs = SIZES.map((size) => makeBlob(service.blobs, size));
  const large = makeBlob(service.blobs, STALLED_SIZE);
  const crowd = async () => crowded(await startOurs(service), blobs.find(({ size }) => size === GOOD_SIZE), large);
  if (settings.crowdOnly) return { crowd: await crowd() };
  const ours = await startOurs(service);
  const nginx = await startNginx(service.blobs, large);
  const rows = [];
  for (const blob of blobs) rows.push(await compareBlob(blob, ours, nginx));
  await stop(ours);
  await stop(nginx);
  return {
    machine: { processors: availableParallelism(), node: process.version, nginx: settings.nginxVersion },
    settings: { runs: settings.runs, seconds: settings.seconds, connections: settings.connections, pinned: settings.pinned },
    rows,
    stalled: await stalledReaders(await startOurs(service), large),
    crowd: await crowd(),
  };
}

async function compareBlob(blob, ours, nginx) {
  const tags = [await checkedTag(ours, blob), await checkedTag(nginx, blob)];
  const full = await inTurns(`${blob.size} bytes`, blob, [ours, nginx], [[], []]);
  const held = tags.map((tag) => ["-H", `If-None-Match: ${tag}`]);
  const notModified = await inTurns(`${blob.size} bytes, 304`, blob, [ours, nginx], held);
  return { size: blob.size, ...full, notModified };
}

// The first round warms both up and is not counted. Every other round starts with the other server.
async function inTurns(what, blob, servers, extra) {
  const rounds = servers.map(() => []);
  for (let round = 0; round <= settings.runs; round += 1) {
    for (const which of round % 2 === 0 ? [0, 1] : [1, 0]) {
      const result = await load(servers[which], blob, extra[which]);
      say(`${what} · ${servers[which].name} · ${Math.round(result.rate)} requests/s · ${result.cpuMicros.toFixed(1)} µs each`);
      if (round > 0) rounds[which].push(result);
    }
  }
  const [ours, nginx] = rounds.map(summary);
  const ratio = (of) => Number((of(ours) / of(nginx)).toFixed(3));
  return {
    ours, nginx,
    ratio: ratio((side) => side.median),
    bestRatio: ratio((side) => side.best),
    // Above 1: we spend less processor time on a request.
    cpuRatio: Number((nginx.cpuMicros / ours.cpuMicros).toFixed(3)),
  };
}

function summary(rounds) {
  const rates = rounds.map((round) => round.rate).sort((a, b) => a - b);
  const cpu = rounds.map((round) => round.cpuMicros).sort((a, b) => a - b);
  const middle = (sorted) => sorted[Math.floor(sorted.length / 2)];
  return {
    median: Math.round(middle(rates)),
    best: Math.round(rates.at(-1)),
    cpuMicros: Number(middle(cpu).toFixed(2)),
  };
}

async function load(server, blob, extra) {
  const before = cpuSeconds(server);
  const wrk = [
    settings.wrk, "-t1", `-c${settings.connections}`, `-d${settings.seconds}s`, ...extra, `${server.url}b/1/${blob.name}`,
  ];
  const { stdout, stderr, code } = await run(pinnedTo(1, wrk));
  if (code !== 0) throw new Trouble(`wrk failed: ${stderr}`);
  const faults = stdout.match(/(Non-2xx|Socket errors).*/);
  if (faults) throw new Trouble(`${server.name} did not answer every request: ${faults[0]}`);
  const rate = Number(stdout.match(/Requests\/sec:\s*([\d.]+)/)?.[1]);
  const requests = Number(stdout.match(/(\d+) requests in/)?.[1]);
  return { rate, cpuMicros: ((cpuSeconds(server) - before) / requests) * 1e6 };
}

// ---- stalled readers

async function stalledReaders(server, blob) {
  await checkedTag(server, blob);
  const [before, socketsBefore] = [residentBytes(server), sockets(server)];
  const readers = Array.from({ length: STALLED_READERS }, () => stalledReader(server, blob));
  await until("all readers are connected", () => sockets(server) >= socketsBefore + STALLED_READERS);
  const start = Date.now();
  let peak = 0;
  // The connections go by themselves: the readers neither read nor close.
  while (sockets(server) > socketsBefore) {
    peak = Math.max(peak, residentBytes(server));
    if (Date.now() - start > GIVE_UP_SECONDS * 1000) break;
    await sleep(100);
  }
  const result = {
    readers: STALLED_READERS, size: STALLED_SIZE, grownBytes: Math.max(0, peak - before),
    secondsUntilGone: Number(((Date.now() - start) / 1000).toFixed(1)),
    stillConnected: sockets(server) - socketsBefore,
  };
  readers.forEach((reader) => reader.destroy());
  await stop(server);
  return result;
}

// Without a `data` listener Node fills one small buffer, then stops reading.
function stalledReader(server, blob) {
  const reader = net.connect(server.port, "127.0.0.1");
  reader.on("error", () => {});
  reader.write(`GET ${PATH}b/1/${blob.name} HTTP/1.1\r\nhost: a\r\n\r\n`);
  return reader;
}

// ---- a crowd

/** How long good clients wait, without a crowd and with one: the slowest of a hundred answers. */
async function crowded(server, blob, large) {
  await checkedTag(server, blob);
  await checkedTag(server, large);
  await latency(server, blob);
  const quiet = [];
  const busy = [];
  for (let round = 0; round < settings.runs; round += 1) {
    quiet.push(await latency(server, blob));
    const before = sockets(server);
    const [program, ...rest] = pinnedTo(1, [process.execPath, CROWD_SCRIPT, String(server.port), `${PATH}b/1/${large.name}`, String(CROWD.stalled), String(CROWD.slow)]);
    const crowd = spawn(program, rest, { stdio: ["pipe", "ignore", "inherit"] });
    children.push(crowd);
    try {
      await until("the crowd is connected", () => sockets(server) >= before + PRESENT * (CROWD.stalled + CROWD.slow));
      busy.push(await latency(server, blob));
    } finally {
      const gone = new Promise((resolve) => crowd.once("exit", resolve));
      crowd.kill("SIGKILL");
      await gone;
    }
    await until("the crowd is gone", () => sockets(server) <= before + 2);
  }
  await stop(server);
  const middle = (of) => of.sort((a, b) => a - b)[Math.floor(of.length / 2)];
  const [still, full] = [middle(quiet), middle(busy)];
  return { ...CROWD, size: blob.size, quietMicros: still, busyMicros: full, ratio: Number((full / still).toFixed(2)) };
}

/** The 99th of a hundred answers by time, in microseconds. */
async function latency(server, blob) {
  const wrk = [settings.wrk, "-t1", "-c16", `-d${settings.seconds}s`, "--latency", `${server.url}b/1/${blob.name}`];
  const { stdout, stderr, code } = await run(pinnedTo(1, wrk));
  const [, number, unit] = stdout.match(/99%\s+([\d.]+)(us|ms|s)/) ?? [];
  if (code !== 0 || number === undefined || /Non-2xx|Socket errors/.test(stdout)) throw new Trouble(`wrk failed: ${stderr}${stdout}`);
  return Number(number) * { us: 1, ms: 1e3, s: 1e6 }[unit];
}

// ---- the folder and the servers

function makeBlob(blobs, size) {
  const bytes = randomBytes(size);
  const hash = createHash("sha256").update(bytes).digest();
  const name = nameOf(hash);
  writeFileSync(path.join(blobs, name), bytes);
  return { name, size, hash: hash.toString("base64") };
}

async function startOurs({ data }, ready = `${PATH}manifest.json`) {
  const port = await freePort();
  return started("cookshelf", port, [settings.binary, "serve", "--data", data, "--listen", `127.0.0.1:${port}`, "--workers", "1"], ready);
}

// The tag is nginx's own, so that it can answer 304; its length differs from ours by a few bytes.
async function startNginx(blobs, blob) {
  const port = await freePort();
  const site = path.join(folder, "nginx");
  mkdirSync(site);
  const configuration = `
daemon off; master_process off; pid ${site}/pid; error_log ${site}/error.log;
events { worker_connections 4096; }
http {
  access_log off; sendfile on; tcp_nopush on; tcp_nodelay on; gzip off; server_tokens off;
  open_file_cache max=1000 inactive=600s; open_file_cache_valid 600s; open_file_cache_min_uses 1;
  keepalive_requests 1000000000; keepalive_timeout 30s; reset_timedout_connection on;
  client_body_temp_path ${site}; proxy_temp_path ${site}; fastcgi_temp_path ${site}; uwsgi_temp_path ${site}; scgi_temp_path ${site};
  types {} default_type application/octet-stream;
  server {
    listen 127.0.0.1:${port};
    location ${PATH}b/1/ {
      alias ${blobs}/;
      add_header Cache-Control "public, max-age=31536000, immutable";
      add_header Vary Accept-Encoding;
      add_header X-Content-Type-Options nosniff;
      add_header Access-Control-Allow-Origin *;
      add_header Cross-Origin-Resource-Policy cross-origin;
      add_header Timing-Allow-Origin *;
      add_header Repr-Digest "sha-256=:${blob.hash}:";
    }
  }
}`;
  writeFileSync(path.join(site, "nginx.conf"), configuration);
  return started("nginx", port, [settings.nginx, "-p", site, "-c", path.join(site, "nginx.conf")], `${PATH}b/1/${blob.name}`);
}

async function started(name, port, command, ready) {
  const [program, ...rest] = pinnedTo(0, command);
  const child = spawn(program, rest, { stdio: ["ignore", "ignore", "pipe"] });
  children.push(child);
  let complaint = "";
  child.stderr.on("data", (text) => (complaint += text));
  const server = { name, port, child, url: `http://127.0.0.1:${port}${PATH}` };
  await until(`${name} answers`, async () => {
    if (child.exitCode !== null) throw new Trouble(`${name} ended at once: ${complaint.trim()}`);
    return (await fetched(`http://127.0.0.1:${port}${ready}`).catch(() => undefined))?.status === 200;
  });
  return server;
}

async function stop(server) {
  const ended = new Promise((resolve) => server.child.once("exit", resolve));
  server.child.kill("SIGTERM");
  await ended;
}

// ---- small things

/** A blob is named by the first half of its SHA-256. */
function nameOf(hash) {
  return hash.subarray(0, 16).toString("hex");
}

async function checkedTag(server, blob) {
  const reply = await fetched(`${server.url}b/1/${blob.name}`);
  const name = nameOf(createHash("sha256").update(reply.body).digest());
  if (reply.status !== 200 || name !== blob.name) throw new Trouble(`${server.name} does not serve the blob as it is`);
  return reply.headers.etag;
}

function fetched(url) {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent: false }, (reply) => {
      const parts = [];
      reply.on("data", (part) => parts.push(part));
      reply.on("error", reject);
      reply.on("end", () => resolve({ status: reply.statusCode, headers: reply.headers, body: Buffer.concat(parts) }));
    });
    request.on("error", reject);
  });
}

function cpuSeconds(server) {
  const fields = readFileSync(`/proc/${server.child.pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function residentBytes(server) {
  const status = readFileSync(`/proc/${server.child.pid}/status`, "utf8");
  return Number(status.match(/VmRSS:\s*(\d+)/)[1]) * 1024;
}

function sockets(server) {
  const folder = `/proc/${server.child.pid}/fd`;
  // Of what is open, the database's files come and go. What is closed between two calls is no socket any more.
  const open = readdirSync(folder).map((file) => {
    try {
      return readlinkSync(`${folder}/${file}`);
    } catch {
      return "";
    }
  });
  return open.filter((target) => target.startsWith("socket:")).length;
}

function pinnedTo(processor, command) {
  return settings.pinned ? ["taskset", "-c", String(processor), ...command] : command;
}

function run([program, ...rest]) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest);
    const result = { stdout: "", stderr: "" };
    child.stdout.on("data", (text) => (result.stdout += text));
    child.stderr.on("data", (text) => (result.stderr += text));
    child.on("error", reject);
    child.on("close", (code) => resolve({ ...result, code }));
  });
}

function freePort() {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function until(what, holds) {
  const start = Date.now();
  while (!(await holds())) {
    if (Date.now() - start > GIVE_UP_SECONDS * 1000) throw new Trouble(`waited ${GIVE_UP_SECONDS} s in vain: ${what}`);
    await sleep(50);
  }
}

function sleep(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function say(text) {
  console.error(text);
}

function readSettings() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        runs: { type: "string", default: "5" },
        seconds: { type: "string", default: "3" },
        connections: { type: "string", default: "64" },
        crowd: { type: "boolean", default: false },
      },
    });
    const [binary] = positionals;
    if (process.platform !== "linux") throw new Trouble("this comparison reads /proc and needs Linux");
    if (!binary || !existsSync(binary)) throw new Trouble(`name the cookshelf program to measure; ${binary ?? "nothing"} is not a file`);
    const nginx = program("nginx", "nginx-light");
    return {
      binary: path.resolve(binary),
      nginx,
      wrk: program("wrk", "wrk"),
      nginxVersion: spawnSync(nginx, ["-v"], { encoding: "utf8" }).stderr.trim().replace(/^.*nginx\//, ""),
      runs: Number(values.runs),
      seconds: Number(values.seconds),
      connections: Number(values.connections),
      crowdOnly: values.crowd,
      pinned: availableParallelism() > 1 && find("taskset") !== undefined,
    };
  } catch (error) {
    console.error(error.message);
    process.exit(2);
  }
}

function program(name, debian) {
  const found = find(name);
  if (!found) throw new Trouble(`${name} is missing, and this comparison needs it: apt-get install ${debian}`);
  return found;
}

function find(name) {
  const folders = [...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/usr/local/sbin"];
  return folders.map((one) => path.join(one, name)).find((one) => existsSync(one));
}
