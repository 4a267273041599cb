// Clients that make others wait: readers that stop reading, and a crowd that reads slowly or not at all.

import { spawn } from "node:child_process";
import net from "node:net";

import { children, checkedTag, PATH, pinnedTo, residentBytes, run, say, sleep, sockets, stop, until } from "./servers.mjs";
import { settings, Trouble } from "./settings.mjs";

const STALLED_READERS = 100;
/** Longer than any server may wait for them. */
const LAST_SECONDS = 60;
/** The crowd that good clients shall not notice: readers that stopped, and clients that read a little now and then. */
export const CROWD = { stalled: 1000, slow: 5000 };
/** Some of the crowd are always just coming back. */
const PRESENT = 0.98;
const GOOD_CLIENTS = 32;
/** So many crowds come and go, each for so many seconds. */
const [CROWDS, SECONDS] = [4, 8];

const CROWD_SCRIPT = new URL("crowd.py", import.meta.url).pathname;
const PAUSES_SCRIPT = new URL("pauses.lua", import.meta.url).pathname;

export async function stalledReaders(server, blob) {
  await checkedTag(server, blob);
  const [before, socketsBefore] = [residentBytes(server), sockets(server)];
  const readers = Array.from({ length: STALLED_READERS }, () => stalledReader(server, blob));
  await until("all readers are connected", () => sockets(server) >= socketsBefore + STALLED_READERS);
  const start = Date.now();
  let peak = 0;
  // The connections go by themselves: the readers neither read nor close.
  while (sockets(server) > socketsBefore) {
    peak = Math.max(peak, residentBytes(server));
    if (Date.now() - start > LAST_SECONDS * 1000) break;
    await sleep(100);
  }
  const result = {
    readers: STALLED_READERS, size: blob.size, grownBytes: Math.max(0, peak - before),
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

/**
 * How long good clients wait, without a crowd and with one: 99 of a hundred answers come within this time, in the round that the rest of
 * the machine disturbed the least. They ask now and then, as shoppers do, so that they wait for the server and not for each other; and
 * the crowd gets what they leave of their processor.
 */
export async function crowded(server, blob, large) {
  await checkedTag(server, blob);
  await checkedTag(server, large);
  await latencies(server, blob);
  const [quiet, busy] = [[], []];
  for (let time = 0; time < CROWDS; time += 1) {
    quiet.push(...(await latencies(server, blob)));
    const before = sockets(server);
    const command = [settings.python, CROWD_SCRIPT, String(server.port), `${PATH}b/1/${large.name}`, String(CROWD.stalled), String(CROWD.slow)];
    const [program, ...rest] = pinnedTo(1, ["chrt", "--idle", "0", ...command]);
    const crowd = spawn(program, rest, { stdio: ["pipe", "ignore", "inherit"] });
    children.push(crowd);
    try {
      await until("the crowd is connected", () => sockets(server) >= before + PRESENT * (CROWD.stalled + CROWD.slow));
      busy.push(...(await latencies(server, blob)));
    } finally {
      const gone = new Promise((resolve) => crowd.once("exit", resolve));
      crowd.kill("SIGKILL");
      await gone;
    }
    await until("the crowd is gone", () => sockets(server) <= before + 2);
  }
  await stop(server);
  say(`${server.name} · 99 of 100 answers within ${quiet.join(", ")} µs; beside a crowd ${busy.join(", ")} µs`);
  const [still, full] = [Math.min(...quiet), Math.min(...busy)];
  return { rounds: quiet.length, quietMicros: still, busyMicros: full, ratio: Number((full / still).toFixed(2)) };
}

/** The 99th of a hundred answers by time, in microseconds, of each second of a few. */
async function latencies(server, blob) {
  const wrk = [settings.wrk, "-t1", `-c${GOOD_CLIENTS}`, "-d1s", "--latency", "-s", PAUSES_SCRIPT, `${server.url}b/1/${blob.name}`];
  const found = [];
  for (let second = 0; second < SECONDS; second += 1) {
    const { stdout, stderr, code } = await run(pinnedTo(1, wrk));
    const [, number, unit] = stdout.match(/99%\s+([\d.]+)(us|ms|s)/) ?? [];
    if (code !== 0 || number === undefined || /Non-2xx|Socket errors/.test(stdout)) throw new Trouble(`wrk failed: ${stderr}${stdout}`);
    found.push(Math.round(Number(number) * { us: 1, ms: 1e3, s: 1e6 }[unit]));
  }
  return found;
}
