// Measures `cookshelf serve --data`, the server for many shops, beside nginx: the same blobs, the same headers, one worker
// each, taken in turns in the same run. The client throws bodies away, so that it is the server that is measured. Also
// measures what readers that stop reading cost, and how long good clients wait while a crowd reads slowly or not at all.
// Prints JSON on standard output and what it is doing on standard error.
//
//   node tests/load/serve_vs_nginx.mjs PATH_OF_COOKSHELF PATH_OF_DOWNLOADS [--runs 9] [--seconds 2] [--connections 64] [--crowd]
//
// Needs Linux, Node 20 or newer, Python 3, nginx and wrk (Debian: apt-get install python3 nginx-light wrk).
// Requests per second depend on what else the machine does; `cpuMicros`, the processor time the
// server spent on one request, much less so. With two processors or more, the servers and clients are
// kept on different ones.

import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";

import { makeService } from "./service.mjs";
import { checkedTag, children, cpuSeconds, middle, nameOf, PATH, pinnedTo, run, say, startNginx, startOurs, stop } from "./servers.mjs";
import { settings, Trouble } from "./settings.mjs";
import { CROWD, crowded, stalledReaders } from "./waiting.mjs";

const SIZES = [4, 16, 64, 256].map((kibibytes) => kibibytes * 1024);
const STALLED_SIZE = 4 * 1024 * 1024;
const GOOD_SIZE = 16 * 1024;

const folder = mkdtempSync(path.join(tmpdir(), "serve-vs-nginx-"));
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
  const good = blobs.find(({ size }) => size === GOOD_SIZE);
  const crowd = async () => ({
    ...CROWD, size: good.size,
    ours: await crowded(await startOurs(service), good, large),
    nginx: await crowded(await startNginx(folder, service.blobs, large), good, large),
  });
  if (settings.crowdOnly) return { crowd: await crowd() };
  const ours = await startOurs(service);
  const nginx = await startNginx(folder, service.blobs, large);
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
  const held = tags.map((tag) => [`If-None-Match: ${tag}`]);
  const notModified = await inTurns(`${blob.size} bytes, 304`, blob, [ours, nginx], held);
  return { size: blob.size, ...full, notModified };
}

// The first round warms both up and is not counted. Every other round starts with the other server.
async function inTurns(what, blob, servers, extra) {
  const rounds = servers.map(() => []);
  for (let round = 0; round <= settings.runs; round += 1) {
    for (const which of round % 2 === 0 ? [0, 1] : [1, 0]) {
      const result = await load(servers[which], blob, extra[which]);
      say(`${what} · ${servers[which].name} · ${Math.round(result.rate)} requests/s · ${result.cpuMicros.toFixed(1)} µs each, ${Math.round(result.busy * 100)} % of its processor`);
      if (round > 0) rounds[which].push(result);
    }
  }
  const [ours, nginx] = rounds.map(summary);
  // Of two rounds that followed each other: what else the machine does changes from one moment to the next.
  const ratios = rounds[0].map(({ rate }, round) => rate / rounds[1][round].rate);
  return {
    ours, nginx,
    ratio: Number(middle(ratios).toFixed(3)),
    // Above 1: we spend less processor time on a request.
    cpuRatio: Number((nginx.cpuMicros / ours.cpuMicros).toFixed(3)),
  };
}

function summary(rounds) {
  return {
    median: Math.round(middle(rounds.map(({ rate }) => rate))),
    cpuMicros: Number(middle(rounds.map(({ cpuMicros }) => cpuMicros)).toFixed(2)),
  };
}

async function load(server, blob, headers) {
  const before = cpuSeconds(server);
  const words = [`127.0.0.1:${server.port}`, `${PATH}b/1/${blob.name}`, String(settings.connections), String(settings.seconds)];
  const { stdout, stderr, code } = await run(pinnedTo(1, [settings.downloads, ...words, ...headers]));
  if (code !== 0) throw new Trouble(`the client failed: ${stderr}`);
  const { answers, refused, seconds } = JSON.parse(stdout);
  if (refused > 0) throw new Trouble(`${server.name} refused ${refused} requests`);
  const spent = cpuSeconds(server) - before;
  return { rate: answers / seconds, cpuMicros: (spent / answers) * 1e6, busy: spent / seconds };
}

function makeBlob(blobs, size) {
  const bytes = randomBytes(size);
  const hash = createHash("sha256").update(bytes).digest();
  const name = nameOf(hash);
  writeFileSync(path.join(blobs, name), bytes);
  return { name, size, hash: hash.toString("base64") };
}
