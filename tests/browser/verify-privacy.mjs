/**
 * Checks the promise "what you did stays on this device" on a running page, in real browsers.
 *
 *   node verify-privacy.mjs URL [more paths of the same site …] [--alone] [--engine chromium|firefox|webkit]… [--json]
 *
 * Without an address it checks the demo shop: COOKSHELF_PROGRAM serves COOKSHELF_MODELS and COOKSHELF_SITE. Judged is what the package
 * asks for, and what differs between shoppers; with `--alone`, as for the demo, everything that the page asks for must be plain.
 * The page must offer its recommender as `globalThis.cookshelf`, or hold a <cook-shelf>; with `?run=airlock` in its address it
 * should run that way. Exits with 0 when every check passes in every engine, 1 when one fails, 2 when it cannot be tried.
 */
import { parseArgs } from 'node:util';

import { ENGINES } from './engines.mjs';
import { CHECKS, check } from './privacy/checks.mjs';
import { startServer } from './recorded-server.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { engine: { type: 'string', multiple: true, default: Object.keys(ENGINES) }, alone: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
});
const demo = positionals.length === 0 && process.env.COOKSHELF_SITE
  ? await startServer({ models: process.env.COOKSHELF_MODELS, shop: process.env.COOKSHELF_SITE })
  : undefined;
const [url = demo?.origin, ...more] = positionals;
if (url === undefined || values.engine.some((name) => !(name in ENGINES))) {
  console.error('usage: verify-privacy URL [more paths …] [--alone] [--engine chromium|firefox|webkit]… [--json]');
  process.exit(2);
}

const { origin, pathname } = new URL(url);
const results = {};
let failed = 0;
for (const name of values.engine) {
  try {
    const engine = await ENGINES[name]();
    results[name] = await check(engine, origin, [pathname, ...more], { alone: values.alone || demo !== undefined });
    await engine.stop();
  } catch (error) {
    console.error(`${name}: ${error.message}`);
    process.exit(2);
  }
  for (const [title, problems] of Object.entries(results[name])) {
    failed += problems.length > 0 ? 1 : 0;
    if (values.json) continue;
    console.log(`${problems.length === 0 ? 'pass' : 'FAIL'}  ${name.padEnd(9)} ${title.padEnd(23)} ${CHECKS[title]}`);
    for (const problem of problems.slice(0, 5)) console.log(`      ${problem}`);
  }
}
await demo?.stop();
if (values.json) console.log(JSON.stringify(results, null, 2));
else console.log(failed === 0 ? 'every check passed' : `${failed} checks failed`);
process.exit(failed === 0 ? 0 : 1);
