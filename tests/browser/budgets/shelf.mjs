/** A shelf far below the window, when everything is cached. */
import { until } from '../recorded-server.mjs';
import { openOnPhone } from './phone.mjs';
import { quantile, tell } from './tell.mjs';

const ROUNDS = 9;
/** What a finger does on a long page. */
const PIXELS_A_SECOND = 1_500;

export async function shelf(browser, server) {
  const scrolled = await measure(browser, server, scroll);
  tell(`in view to painted, scrolled to with ${PIXELS_A_SECOND.toLocaleString('en')} pixels a second, warm cache, p95`, quantile(scrolled.times, 0.95), 'ms', {
    most: 100,
    aim: 50,
    why: 'eleven answers from the cache of a slowed browser take longer than the way from the margin to the window',
  });
  tell('longest task on the main thread from the margin to the picture; none below 50 ms is told', quantile(scrolled.longest, 0.5), 'ms', { most: 50, aim: 10, why: 'making eight cards and laying them out is one task' });
  tell('layout shift of a shelf', scrolled.shift, '', { most: 0, aim: 0 });
}

/** Times of the rounds after the first, which fetches, and the longest task of each; what moved in all of them. */
async function measure(browser, server, bring) {
  const { page, context } = await openOnPhone(browser, `${server.origin}/shelf.html`);
  const [times, longest, shifts] = [[], [], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    // A reload would restore the place that was scrolled to.
    if (round > 0) await page.goto('about:blank').then(() => page.goto(`${server.origin}/shelf.html`));
    await until(() => page.evaluate(() => customElements.get('cook-shelf') !== undefined), 'the element is known');
    // What the page itself does at its start is not what is asked here.
    await new Promise((passed) => { setTimeout(passed, 1000); });
    const made = await page.evaluate(bring, PIXELS_A_SECOND);
    await new Promise((passed) => { setTimeout(passed, 500); });
    const seen = await page.evaluate((from) => ({ tasks: tasks.filter(({ startTime }) => startTime >= from).map(({ duration }) => duration), shifts }), made.from);
    shifts.push(...seen.shifts);
    if (round === 0) continue;
    times.push(made.waited);
    longest.push(Math.max(0, ...seen.tasks));
  }
  await context.close();
  return { times, longest, shift: shifts.reduce((sum, shift) => sum + shift, 0) };
}

/** Runs in the page: from the first pixel in the window to the frame that shows the list; nothing when that was before. */
function scroll(speed) {
  const shelf = document.querySelector('cook-shelf');
  const from = performance.now();
  return new Promise((done) => {
    let [seen, painted] = [undefined, undefined];
    const settle = () => {
      if (seen !== undefined && painted !== undefined) done({ from, waited: Math.max(0, painted - seen) });
    };
    document.addEventListener('cook-shelf:list', () => requestAnimationFrame(() => setTimeout(() => {
      painted = performance.now();
      settle();
    })), { once: true });
    const step = () => {
      scrollTo(0, ((performance.now() - from) / 1000) * speed);
      if (shelf.getBoundingClientRect().top < innerHeight) {
        seen = performance.now();
        settle();
      } else requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  });
}
