/** A throw-away project with the packed package installed, as a newcomer would have it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtFile } from './real-shop.js';

export const PACKAGE = fileURLToPath(new URL('../../', import.meta.url));

export interface Packed {
  readonly tarball: string;
  readonly files: readonly string[];
}

/** Runs a program and returns its output; a failure shows that output. */
export function run(program: string, args: readonly string[], cwd: string): string {
  try {
    return execFileSync(program, args, { cwd, encoding: 'utf8', stdio: 'pipe', env: { ...process.env, npm_config_loglevel: 'error', FORCE_COLOR: '0' } });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    // A bundle that breaks is quoted with its line, which may be the whole bundle.
    const shown = `${stdout}\n${stderr}`.replace(/^(.{400}).+$/gm, '$1 …');
    throw new Error(`${program} ${args.join(' ')} failed\n${shown}`);
  }
}

/** A program of this package's own tools. */
export function tool(name: string, args: readonly string[], cwd: string): string {
  return run(join(PACKAGE, 'node_modules/.bin', name), args, cwd);
}

export function pack(into: string): Packed {
  builtFile('index.js');
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', into], PACKAGE)) as [
    { filename: string; files: { path: string }[] },
  ];
  return { tarball: join(into, packed.filename), files: packed.files.map(({ path }) => path).sort() };
}

export class Project {
  readonly folder: string;

  /** Some tools want to lie above what they work on. */
  constructor(above = tmpdir()) {
    this.folder = realpathSync(mkdtempSync(join(above, 'cookshelf-project-')));
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, name)), { recursive: true });
      writeFileSync(join(this.folder, name), text);
    }
  }

  install(tarball: string): void {
    this.write({ 'package.json': JSON.stringify({ name: 'newcomer', private: true, type: 'module' }) });
    run('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], this.folder);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
