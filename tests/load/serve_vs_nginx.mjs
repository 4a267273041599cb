// Measures `cookshelf serve --data`, the server for many shops, beside nginx: the same blobs, the same headers, one worker
// each, taken in turns in the same run, with wrk as the client. Also measures what readers that stop reading cost, and how
// long good clients wait while a crowd reads slowly or not at all. Prints JSON on standard output and what it is doing on standard error.
//
//   node tests/load/serve_vs_nginx.mjs PATH_OF_COOKSHELF [--runs 9] [--seconds 2] [--connections 64] [--crowd]
//
// Needs Linux, Node 20 or newer, nginx and wrk (Debian: apt-get install nginx-light wrk).
// Requests per second depend on what else the machine does; `cpuMicros`, the processor time the
// server spent on one request, much less so. With two processors or more, the servers and wrk are
// kept on different ones.

import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";

import { makeService } from "./service.mjs";
import { checkedTag, children, cpuSeconds, middle, nameOf, pinnedTo, run, say, startNginx, startOurs, stop } from "./servers.mjs";
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

function makeBlob(blobs, size) {
  const bytes = randomBytes(size);
  const hash = createHash("sha256").update(bytes).digest();
  const name = nameOf(hash);
  writeFileSync(path.join(blobs, name), bytes);
  return { name, size, hash: hash.toString("base64") };
}
