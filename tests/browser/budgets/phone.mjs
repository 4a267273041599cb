/**
 * A phone of the middle class: six times as slow as this processor. The browser can be slowed down so much, by stopping it for some
 * milliseconds again and again: right for what takes long, but a call of a tenth of a millisecond is then not slowed at all, or a
 * hundred times. Such calls are timed at full speed, on a fine clock, and multiplied.
 */
export const SLOWER = 6;

/** Opens `url` at full speed, isolated, so that its clock counts in 5 µs. */
export async function openAtFullSpeed(browser, url) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Performance.enable');
  await page.route(url, async (route) => {
    const response = await route.fetch();
    const headers = { ...response.headers(), 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };
    await route.fulfill({ response, headers });
  });
  await page.goto(url);
  if (!(await page.evaluate(() => globalThis.crossOriginIsolated))) throw new Error('the page is not isolated, its clock is too coarse');
  return { page, session, context };
}

/** Opens `url` in a browser profile of its own, or in the one of an earlier page; shifts are noted in the page. */
export async function openOnPhone(browser, url, given) {
  const context = given ?? (await browser.newContext());
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  await session.send('Performance.enable');
  await page.addInitScript(() => {
    globalThis.shifts = [];
    new PerformanceObserver((list) => shifts.push(...list.getEntries().map(({ value }) => value))).observe({ type: 'layout-shift', buffered: true });
  });
  await page.goto(url);
  return { page, session, context };
}
