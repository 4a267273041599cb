/** Debian's Chromium, driven by playwright-core. */
import { chromium } from 'playwright-core';

/** Chromium as a shopper has it, except that it reaches nothing but this machine; `more` are switches besides. */
export function launch(more = []) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: [
      ...more,
      // Root in a container has no sandbox of its own; the pages are ours.
      '--no-sandbox',
      '--disable-dev-shm-usage',
      '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost',
      '--disable-background-networking',
      '--disable-component-update',
    ],
  });
}
