// A crowd of bad clients, until it is killed: readers that ask for a blob and never read it, and clients that read a little
// of it now and then. Who is let go comes back, so that the crowd stays as large as it was.
//
//   node tests/load/crowd.mjs PORT PATH STALLED SLOW

import net from "node:net";

const [port, path, stalled, slow] = process.argv.slice(2).map((text, at) => (at === 1 ? text : Number(text)));

/**
 * A slow client takes so much at once, so often. On this way a system tells the sender of new room by halves of its buffer: who takes
 * less looks like one that stopped.
 */
const SIP = 16 * 1024;
const SIP_EVERY_MS = 1000;
/** New connections of one turn, so that the backlog of the server is not what is measured. */
const AT_ONCE = 100;
/** The server lets go of who does not read after ten seconds; who does not read does not notice. */
const STALLED_MS = 12_000;

const slowOnes = new Set();

function connect(isSlow) {
  const socket = net.connect({ port, host: "127.0.0.1", highWaterMark: SIP });
  socket.pause();
  socket.on("error", () => {});
  socket.on("close", () => {
    slowOnes.delete(socket);
    setTimeout(connect, 100, isSlow);
  });
  socket.write(`GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`);
  if (isSlow) slowOnes.add(socket);
  else setTimeout(() => socket.destroy(), STALLED_MS);
}

let made = 0;
const growing = setInterval(() => {
  for (let more = 0; more < AT_ONCE && made < stalled + slow; more += 1, made += 1) connect(made >= stalled);
  if (made === stalled + slow) clearInterval(growing);
}, 20);

// Each in its turn, spread over the second.
setInterval(() => {
  for (const socket of slowOnes) {
    if (Math.random() < 0.1) socket.read(SIP);
  }
}, SIP_EVERY_MS / 10);
