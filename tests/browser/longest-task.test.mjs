/** That the bench of shelves is told of tasks that the page's long-task API says nothing of. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { FROM, TO, withTasks } from './budgets/tasks.mjs';
import { launch } from './chromium.mjs';

test('a task of 30 ms is told, and what is outside of the marks is not', async () => {
  const browser = await launch();
  try {
    const page = await browser.newPage();
    const { made, tasks } = await withTasks(browser, () => page.evaluate(([from, to]) => new Promise((done) => {
      const busy = (ms) => { for (const start = performance.now(); performance.now() - start < ms;); };
      const steps = [() => busy(400), () => performance.mark(from), () => busy(30), () => performance.mark(to), () => busy(400), () => done('done')];
      const step = () => {
        steps.shift()();
        if (steps.length > 0) setTimeout(step);
      };
      setTimeout(step);
    }), [FROM, TO]));
    assert.equal(made, 'done');
    const longest = Math.max(...tasks);
    // The machine may do something else in between, but hardly for that long.
    assert.ok(longest >= 30 && longest < 400, `${longest} ms`);
  } finally {
    await browser.close();
  }
});

test('a page that sets no marks is an error, not a page without tasks', async () => {
  const browser = await launch();
  try {
    await assert.rejects(withTasks(browser, async () => {}), /no marks/);
  } finally {
    await browser.close();
  }
});
