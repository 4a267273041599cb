/**
 * What a shelf costs a page by Lighthouse's own count: a phone on a slow line.
 */
import lighthouse from 'lighthouse';

import { launch } from './chromium.mjs';
import { freePort } from './recorded-server.mjs';

/** A score falls when the machine is busy, and never rises: the best of so many is what the page can do. */
const RUNS = 3;

/** The performance score, 0 to 100, and what it is made of; of a page for each name, measured in turn. */
export async function scores(pages) {
  const port = await freePort();
  const browser = await launch([`--remote-debugging-port=${port}`]);
  const best = {};
  try {
    for (let run = 0; run < RUNS; run += 1) {
      for (const [name, url] of Object.entries(pages)) {
        const made = await measure(url, port);
        if (!(best[name]?.score >= made.score)) best[name] = made;
      }
    }
  } finally {
    await browser.close();
  }
  return best;
}

async function measure(url, port) {
  const { lhr } = await lighthouse(url, { port, output: 'json', logLevel: 'error', onlyCategories: ['performance'] });
  if (lhr.runtimeError) throw new Error(`Lighthouse could not measure ${url}: ${lhr.runtimeError.message}`);
  const value = (audit) => lhr.audits[audit].numericValue;
  return {
    score: 100 * lhr.categories.performance.score,
    blocked: value('total-blocking-time'),
    painted: value('largest-contentful-paint'),
    shift: value('cumulative-layout-shift'),
    script: lhr.audits['resource-summary'].details.items.find(({ resourceType }) => resourceType === 'script').transferSize,
  };
}
