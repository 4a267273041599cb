/**
 * The public surface of the package as one page, API.md, from the types beside each entry: for reading, and so that a change
 * of the surface shows in a review.
 *
 *   node api.mjs           says whether API.md is what the built types are
 *   node api.mjs --write   writes it
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const file = join(here, 'API.md');

/** The page, from dist/. */
export function apiPage() {
  const { exports } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
  const entries = Object.entries(exports).flatMap(([path, { types }]) => (types === undefined ? [] : [[path.replace(/^\./, 'cookshelf'), types.replace('./dist/', '')]]));
  const listed = new Map();
  for (const [name, types] of entries) follow(types, name, listed);
  const parts = [...listed].map(([path, name]) => `## ${name ?? `\`${path}\``}\n\n\`\`\`ts\n${text(path)}\n\`\`\`\n`);
  return `# The public surface\n\nWritten by \`npm run api\` from the types in \`dist/\`; what an entry exports from another file stands under that file.\n\n${parts.join('\n')}`;
}

/** The entry, then what it refers to, each once. */
function follow(path, name, listed) {
  if (listed.has(path)) return;
  listed.set(path, name && `\`${name}\``);
  for (const [, to] of text(path).matchAll(/(?:from |import\()["'](\.\.?\/[\w./-]+)\.js["']/g)) {
    follow(normalize(join(dirname(path), `${to}.d.ts`)), undefined, listed);
  }
}

function text(path) {
  return readFileSync(join(here, 'dist', path), 'utf8').trim();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const page = apiPage();
  if (process.argv.includes('--write')) writeFileSync(file, page);
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== page) {
    console.error('the public surface has changed: look at it with `npm run api` and `git diff API.md`');
    process.exitCode = 1;
  }
}
