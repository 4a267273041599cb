/** A shelf far below the window, when everything is cached. */
import { until } from '../recorded-server.mjs';
import { openOnPhone } from './phone.mjs';
import { FROM, TO, withTasks } from './tasks.mjs';
import { quantile, tell } from './tell.mjs';

const ROUNDS = 9;
/** What a finger does on a long page. */
const PIXELS_A_SECOND = 1_500;

export async function shelf(browser, server) {
  const { waits, shift } = await rounds(browser, server, async (work) => ({ made: await work(), tasks: [] }));
  // In rounds of their own: writing a trace takes time, too.
  const { longest } = await rounds(browser, server, (work) => withTasks(browser, work));
  tell(`in view to painted, scrolled to with ${PIXELS_A_SECOND.toLocaleString('en')} pixels a second, warm cache, p95`, quantile(waits, 0.95), 'ms', {
    most: 100,
    aim: 50,
    why: 'eleven answers from the cache of a slowed browser take longer than the way from the margin to the window',
  });
  tell('longest task on the main thread while a shelf comes and is shown, half of the rounds', quantile(longest, 0.5), 'ms', { most: 50, aim: 10, why: 'laying eight cards out and painting them is one task' });
  tell('layout shift of a shelf', shift, '', { most: 0, aim: 0 });
}

/** Of the rounds after the first, which fetches: how long each waited, and its longest task; what moved in all of them. */
async function rounds(browser, server, watched) {
  const { page, context } = await openOnPhone(browser, `${server.origin}/shelf.html`);
  const [waits, longest, shifts] = [[], [], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    // A reload would restore the place that was scrolled to.
    if (round > 0) await page.goto('about:blank').then(() => page.goto(`${server.origin}/shelf.html`));
    await until(() => page.evaluate(() => customElements.get('cook-shelf') !== undefined), 'the element is known');
    // What the page itself does at its start is not what is asked here.
    await new Promise((passed) => { setTimeout(passed, 1000); });
    const { made, tasks } = await watched(() => page.evaluate(scroll, { speed: PIXELS_A_SECOND, marks: [FROM, TO] }));
    shifts.push(...(await page.evaluate(() => globalThis.shifts)));
    if (round === 0) continue;
    waits.push(made);
    longest.push(Math.max(...tasks));
  }
  await context.close();
  return { waits, longest, shift: shifts.reduce((sum, shift) => sum + shift, 0) };
}

/**
 * Runs in the page: from the first pixel in the window to the frame that shows the list; nothing when that was before. Ends
 * when all is quiet again.
 */
function scroll({ speed, marks: [begin, end] }) {
  const shelf = document.querySelector('cook-shelf');
  const from = performance.now();
  performance.mark(begin);
  return new Promise((done) => {
    let [seen, painted] = [undefined, undefined];
    const settle = () => {
      if (seen === undefined || painted === undefined) return;
      setTimeout(() => {
        performance.mark(end);
        done(Math.max(0, painted - seen));
      }, 500);
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
