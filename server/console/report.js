/** The report of a cook: what was read, what was dropped and why, what the lists hold and how good they are. */
import { h } from './dom.js';
import { badge, nothing, sheet, table } from './parts.js';
import { bytes, count, LISTS, many, percent, span } from './words.js';

/** @typedef {import('./shapes.js').Contract} Contract */
/** @typedef {import('./shapes.js').CookReport} CookReport */
/** @typedef {import('./shapes.js').Problem} Problem */
/** @typedef {import('./shapes.js').Report} Report */
/** @typedef {import('./shapes.js').Verdict} Verdict */

/** @param {Report} report */
export function report(report) {
  if ('gate' in report) return [sheet('Held back by the gate', h('pre', {}, report.gate))];
  return [
    sheet('What came out', figures(report), lists(report)),
    report.holdout && report.holdout.length > 0 && sheet('How good the lists are', h('p', { class: 'soft' }, 'Asked about what shoppers did last, which was hidden from the lists.'), verdicts(report.holdout)),
    report.contract && sheet('Rows', rows(report.contract), ...dropped(report.contract)),
    report.sections && sheet('What the model weighs', sections(report)),
  ].filter((node) => node instanceof Node);
}

/** @param {CookReport} report */
function figures(report) {
  const seconds = Object.values(report.seconds ?? {}).reduce((sum, one) => sum + Number(one), 0);
  const shown = [
    ['Items', count(report.items)],
    ['Interactions', count(report.interactions)],
    ['Shoppers', count(report.shoppers)],
    ['Size', bytes(report.bytes)],
    ['An item', report.items > 0 ? bytes(report.bytes / report.items) : '–'],
    ['Time', span(seconds)],
    ['Memory', bytes(report.peakMemoryBytes)],
  ];
  return h('dl', { class: 'facts figures' }, shown.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))));
}

/** @param {CookReport} report */
function lists(report) {
  const rows = (report.lists ?? []).map(({ list, entries, missing }) => [LISTS[list] ?? list, count(entries), missing ? h('span', { class: 'soft' }, `none: ${missing}`) : badge('good', 'answers')]);
  return table('Lists', ['List', 'Entries', 'State'], rows);
}

/** @param {Verdict[]} holdout */
function verdicts(holdout) {
  const figure = (/** @type {import('./shapes.js').Figure | undefined} */ one) => (one === undefined ? '–' : one.mean.toFixed(3));
  const rows = holdout.map((one) => [
    LISTS[one.list] ?? one.list,
    count(one.cases),
    percent(one.hitRate.mean),
    [figure(one.ndcg), one.ndcg.interval && h('span', { class: 'soft' }, ` ± ${half(one.ndcg.interval)}`)],
    figure(one.popularity?.ndcg),
    figure(one.previous?.ndcg),
  ]);
  return table('Quality of lists', ['List', 'Questions', 'Hit rate', 'NDCG', 'What is popular', 'The model before'], rows);
}

/** @param {{ low: number, high: number }} interval */
const half = ({ low, high }) => ((high - low) / 2).toFixed(3);

/** @param {Contract} contract */
function rows(contract) {
  const cells = contract.entities.map((one) => [
    one.entity,
    count(one.totalRecordCount),
    count(one.accepted),
    one.totalDroppedRecords > 0 ? badge('hold', count(one.totalDroppedRecords)) : '0',
    h('span', { class: 'soft' }, many(one.files.length, 'file')),
  ]);
  return table('Rows by entity', ['Entity', 'Read', 'Taken', 'Dropped', 'From'], cells);
}

/** Every reason with its first places. @param {Contract} contract */
function dropped(contract) {
  /** @type {Node[]} */
  const found = contract.entities.flatMap((one) => [
    ...one.errors.map((problem) => reason(one.entity, problem, 'dropped')),
    ...one.warnings.map((problem) => reason(one.entity, problem, 'taken')),
  ]);
  const notes = [...contract.notes, ...contract.entities.flatMap((one) => one.notes)];
  return [
    h('h3', {}, 'Why'),
    found.length === 0 ? nothing('Every row was fine.') : h('div', { class: 'reasons' }, found),
    notes.length > 0 && h('ul', { class: 'soft' }, notes.map((note) => h('li', {}, note))),
  ];
}

/** @param {string} entity @param {Problem} problem @param {'dropped' | 'taken'} kind */
function reason(entity, { errorType, column, count: rows, message, examples }, kind) {
  return h(
    'details',
    { open: kind === 'dropped' },
    h('summary', {}, badge(kind === 'dropped' ? 'hold' : 'calm', `${count(rows)} ${kind}`), ` ${entity}${column === null ? '' : ` · ${column}`}: `, h('span', { class: 'mono' }, errorType)),
    h('p', {}, message),
    h('ul', { class: 'examples' }, examples.map(({ file, line, value }) => h('li', {}, h('code', {}, `${file}:${line}`), ' ', h('q', { class: 'mono' }, value)))),
  );
}

/** @param {CookReport} report */
function sections(report) {
  const most = Math.max(...report.sections.map((one) => one.bytes));
  const rows = report.sections.map((one) => [
    [one.kind, one.list && ` ${LISTS[one.list] ?? one.list}`],
    h('meter', { max: most, value: one.bytes, 'aria-label': bytes(one.bytes) }),
    bytes(one.bytes),
    many(one.blobs, 'blob'),
  ]);
  return table('Sections', ['Section', 'Share', 'Size', 'Blobs'], rows);
}
