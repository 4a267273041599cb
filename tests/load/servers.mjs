// The two servers: how they start and stop, and what the system tells of them.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, readlinkSync, writeFileSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import path from "node:path";

import { settings, Trouble } from "./settings.mjs";

const GIVE_UP_SECONDS = 60;

/** Where the endpoint is served; nginx serves the same blobs at the same address. */
export const PATH = "/e/demo/web/";

/** All that were started. */
export const children = [];

export async function startOurs({ data }, ready = `${PATH}manifest.json`) {
  const port = await freePort();
  return started("cookshelf", port, [settings.binary, "serve", "--data", data, "--listen", `127.0.0.1:${port}`, "--workers", "1"], ready);
}

// The tag is nginx's own, so that it can answer 304; its length differs from ours by a few bytes.
export async function startNginx(folder, blobs, blob) {
  const port = await freePort();
  const site = path.join(folder, "nginx");
  mkdirSync(site, { recursive: true });
  const configuration = `
daemon off; master_process off; pid ${site}/pid; error_log ${site}/error.log;
worker_rlimit_nofile 20000;
events { worker_connections 16384; }
http {
  access_log off; sendfile on; tcp_nopush on; tcp_nodelay on; gzip off; server_tokens off;
  open_file_cache max=1000 inactive=600s; open_file_cache_valid 600s; open_file_cache_min_uses 1;
  keepalive_requests 1000000000; keepalive_timeout 30s; send_timeout 10s; reset_timedout_connection on;
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

export async function stop(server) {
  const ended = new Promise((resolve) => server.child.once("exit", resolve));
  server.child.kill("SIGTERM");
  await ended;
}

/** A blob is named by the first half of its SHA-256. */
export function nameOf(hash) {
  return hash.subarray(0, 16).toString("hex");
}

export async function checkedTag(server, blob) {
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

export function cpuSeconds(server) {
  const fields = readFileSync(`/proc/${server.child.pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

export function residentBytes(server) {
  const status = readFileSync(`/proc/${server.child.pid}/status`, "utf8");
  return Number(status.match(/VmRSS:\s*(\d+)/)[1]) * 1024;
}

export function sockets(server) {
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

export function pinnedTo(processor, command) {
  return settings.pinned ? ["taskset", "-c", String(processor), ...command] : command;
}

export function run([program, ...rest]) {
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

export async function until(what, holds) {
  const start = Date.now();
  while (!(await holds())) {
    if (Date.now() - start > GIVE_UP_SECONDS * 1000) throw new Trouble(`waited ${GIVE_UP_SECONDS} s in vain: ${what}`);
    await sleep(50);
  }
}

export function sleep(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

export function say(text) {
  console.error(text);
}

/** The one in the middle. */
export function middle(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
