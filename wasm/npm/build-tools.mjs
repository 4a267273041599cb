/** What both halves of the build use: places, programs, words. */
import { spawnSync } from 'node:child_process';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const here = dirname(fileURLToPath(import.meta.url));
export const workspace = resolve(here, '../..');
export const [pkg, pkgRich, dist, work] = ['pkg', 'pkg-rich', 'dist', 'build'].map((name) => join(here, name));

process.env.PATH = [join(here, 'node_modules/.bin'), join(homedir(), '.cache/cookshelf/tools/bin'), process.env.PATH].join(delimiter);
process.env.npm_config_loglevel = 'error';

export function run(program, args, hint, stdout = 'inherit') {
  const done = spawnSync(program, args, { cwd: here, stdio: ['ignore', stdout, 'inherit'], encoding: 'utf8' });
  if (done.error !== undefined) fail(`${program} did not start (${done.error.message}): ${hint}`);
  if (done.status !== 0) fail(`${program} failed`);
  return done.stdout ?? '';
}

export function say(text) {
  console.log(`cookshelf npm: ${text}`);
}

export function fail(text) {
  console.error(`cookshelf npm: ${text}`);
  process.exit(1);
}
