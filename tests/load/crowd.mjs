// A crowd of bad clients, until it is killed: readers that ask for a blob and never read it, and clients that read a little
// of it each second. Who is let go comes back, so that the crowd stays as large as it was.
//
//   node tests/load/crowd.mjs PORT PATH STALLED SLOW

import net from "node:net";

const [port, path, stalled, slow] = process.argv.slice(2).map((text, at) => (at === 1 ? text : Number(text)));

/**
 * A slow client takes so much at once, once in a second. On this way a system tells the sender of new room by halves of its buffer: who
 * takes less looks like one that stopped.
 */
const SIP = 16 * 1024;
/** Clients know nothing of each other: so many turns a second, in each of which some of them take their sip. */
const TURNS = 1000;
/** New connections of one turn, so that the backlog of the server is not what is measured. */
const AT_ONCE = 100;
/** The server lets go of who does not read after ten seconds; who does not read does not notice. */
const STALLED_MS = 12_000;

/** Those of each turn of a second. */
const slowOnes = Array.from({ length: TURNS }, () => new Set());

function connect(isSlow, turn) {
  const socket = net.connect({ port, host: "127.0.0.1", highWaterMark: SIP });
  socket.pause();
  socket.on("error", () => {});
  socket.on("close", () => {
    slowOnes[turn].delete(socket);
    setTimeout(connect, 100, isSlow, turn);
  });
  socket.write(`GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`);
  if (isSlow) slowOnes[turn].add(socket);
  else setTimeout(() => socket.destroy(), STALLED_MS);
}

let made = 0;
const growing = setInterval(() => {
  for (let more = 0; more < AT_ONCE && made < stalled + slow; more += 1, made += 1) connect(made >= stalled, made % TURNS);
  if (made === stalled + slow) clearInterval(growing);
}, 20);

// A timer that comes late makes up for it: the crowd takes what it takes, however busy its processor is.
const start = performance.now();
let turns = 0;
setInterval(() => {
  for (const due = ((performance.now() - start) / 1000) * TURNS; turns < due; turns += 1) {
    for (const socket of slowOnes[turns % TURNS]) socket.read(SIP);
  }
}, 1000 / TURNS);
