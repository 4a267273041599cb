/**
 * Lighthouse on a page of a theme, with and without a shelf.
 *
 * COOKSHELF_MODELS is a cooked folder.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { scores } from './lighthouse.mjs';
import { openHost } from './theme-host.mjs';

/** Points that a shelf may cost; the host of the themes would allow ten. */
const MOST = 2;
/** Bytes of script that a page may load before anybody has scrolled, as they cross the line. */
const MOST_SCRIPT = 10_000;

test('a shelf below the window costs a page nothing that Lighthouse sees', async () => {
  const host = await openHost(process.env.COOKSHELF_MODELS);
  try {
    const { without, below } = await scores({ without: `${host.origin}/?without`, below: `${host.origin}/` });
    assert.equal(without.script, 0);
    assert.ok(below.script > 0 && below.script < MOST_SCRIPT, `${below.script} bytes of script`);
    assert.ok(below.score >= without.score - MOST, `${below.score} points with a shelf, ${without.score} without`);
    assert.equal(below.shift, 0);
  } finally {
    await host.close();
  }
});
