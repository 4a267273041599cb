/** Counts every request of this page, whoever makes it, as the browser itself reports them. */
const started: number[] = [];
const listeners: (() => void)[] = [];

const observer = new PerformanceObserver((list) => note(list.getEntries()));
observer.observe({ type: 'resource', buffered: true });

/** Pictures that were made in the page have addresses, too, but nobody is asked for them. */
function note(entries: PerformanceEntryList): void {
  const asked = entries.filter(({ name }) => name.startsWith('http'));
  started.push(...asked.map(({ startTime }) => startTime));
  if (asked.length > 0) for (const listener of listeners) listener();
}

/** How many were begun at `moment` (of `performance.now()`) or later. */
export function requestsSince(moment: number): number {
  note(observer.takeRecords());
  return started.filter((at) => at >= moment).length;
}

export function onRequest(listener: () => void): void {
  listeners.push(listener);
}
