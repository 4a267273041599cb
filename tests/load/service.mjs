// A whole server for the comparison: made by the program's own commands, with one endpoint that is cooked and released.

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";

const STACK = `
[[account]]
name = "demo"
[[account.modeling]]
name = "shop"
source = "shop/root"
[[account.endpoint]]
name = "web"
modelings = ["shop"]
`;

/** A server with one released endpoint, beside whose blobs others can be put. */
export async function makeService({ binary, folder, start, stop }) {
  const done = (...given) => run(binary, ...given);
  const data = path.join(folder, "data");
  const key = done(["init", data, "--folder", folder]).trim();
  done(["demo-data", path.join(folder, "shop"), "--items", "120", "--shoppers", "300"]);
  const stack = path.join(folder, "stack.toml");
  writeFileSync(stack, STACK);
  const server = await start({ data }, "/livez");
  const environment = { COOKSHELF_KEY: key, COOKSHELF_URL: `http://127.0.0.1:${server.port}` };
  done(["apply", "-f", stack], environment);
  done(["cooks", "start", "demo/shop", "--wait"], environment);
  await stop(server);
  return { data, blobs: path.join(data, "artifacts", "accounts", "demo", "b", "1") };
}

function run(binary, args, environment = {}) {
  const { status, stdout, stderr } = spawnSync(binary, args, { encoding: "utf8", env: { ...process.env, ...environment } });
  if (status !== 0) throw new Error(`cookshelf ${args[0]} failed: ${stderr}`);
  return stdout;
}
