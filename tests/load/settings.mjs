// What the comparison was asked for, and the programs it needs.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";

/** Something that a person can set right. */
export class Trouble extends Error {}

export const settings = readSettings();

function readSettings() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        runs: { type: "string", default: "9" },
        seconds: { type: "string", default: "2" },
        connections: { type: "string", default: "64" },
        crowd: { type: "boolean", default: false },
      },
    });
    const [binary, downloads] = positionals;
    if (process.platform !== "linux") throw new Trouble("this comparison reads /proc and needs Linux");
    if (!binary || !existsSync(binary)) throw new Trouble(`name the cookshelf program to measure; ${binary ?? "nothing"} is not a file`);
    if (!downloads || !existsSync(downloads)) throw new Trouble(`name the client, too: cargo build --release --package cookshelf-tests --bin downloads`);
    const nginx = program("nginx", "nginx-light");
    return {
      binary: path.resolve(binary),
      downloads: path.resolve(downloads),
      nginx,
      wrk: program("wrk", "wrk"),
      python: program("python3", "python3"),
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
