/** A page in a Chromium whose processor is slowed down six times, as a phone of the middle class has it. */
const SLOWER = 6;

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
