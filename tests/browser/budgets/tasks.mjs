/**
 * How long the main thread of a page was busy at a stretch, by the browser's own trace. The page could not say it: the
 * long-task API tells nothing below 50 ms, and a loop in the page measures itself, too.
 */

/** Marks that the page sets with `performance.mark`: tasks that begin between them count. */
export const [FROM, TO] = ['tasks count from here', 'tasks count up to here'];

/** Does `work`, and gives what it gives, and the milliseconds of each task of the page's main thread between the marks. */
export async function withTasks(browser, work) {
  await browser.startTracing(undefined, { categories: ['toplevel', 'blink.user_timing'] });
  let trace;
  let made;
  try {
    made = await work();
  } finally {
    trace = await browser.stopTracing();
  }
  return { made, tasks: tasksBetween(JSON.parse(String(trace)).traceEvents) };
}

function tasksBetween(events) {
  const [from, to] = [FROM, TO].map((mark) => events.find(({ name, cat }) => name === mark && cat === 'blink.user_timing'));
  if (!from || !to) throw new Error('the page set no marks while it was traced');
  const inside = ({ name, ph, pid, tid, ts }) =>
    name === 'ThreadControllerImpl::RunTask' && ph === 'X' && pid === from.pid && tid === from.tid && ts >= from.ts && ts <= to.ts;
  const tasks = events.filter(inside).map(({ dur }) => dur / 1000);
  if (tasks.length === 0) throw new Error('the trace has no tasks of the page: this browser names them otherwise');
  return tasks;
}
