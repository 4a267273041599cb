/** One cook: how far it is or how it ended, and its report. */
import { h } from './dom.js';
import { going } from './going.js';
import { facts, head, moment, sheet, stateBadge } from './parts.js';
import { report } from './report.js';
import { get, path } from './server.js';
import { CAUSES, span } from './words.js';

/** @type {import('./main.js').Page} */
export async function cook({ parts: [account = '', modeling = '', id = ''], signal, again }) {
  const address = path(`${account}/modelings/${modeling}/cooks/${id}`);
  /** @type {import('./shapes.js').Cook} */
  const cook = await get(address, signal);
  const busy = ['queued', 'running'].includes(cook.state);
  return [
    head(`Cook of ${modeling}`, [stateBadge(cook.state), ' ', h('code', {}, id)]),
    busy && sheet('Now', going(address, cook, signal, () => void again())),
    cook.error && sheet('Why it failed', h('pre', {}, cook.error)),
    sheet(
      'When',
      facts([
        ['Cause', CAUSES[cook.cause] ?? cook.cause],
        ['Asked for', moment(cook.createdMs)],
        cook.slot !== null && ['For the due time', moment(cook.slot * 1000)],
        ['Started', moment(cook.startedMs)],
        ['Ended', moment(cook.endedMs)],
        ['Took', cook.startedMs && cook.endedMs ? span((cook.endedMs - cook.startedMs) / 1000) : '–'],
        cook.holder !== null && ['Worker', h('code', {}, cook.holder)],
        cook.attempt > 1 && ['Attempt', cook.attempt],
      ]),
    ),
    ...(cook.report ? report(cook.report) : []),
  ].filter((node) => node instanceof Node);
}
