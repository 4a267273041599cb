/** A cook that goes on: how far it is, and how to stop it. Told by the server as it happens. */
import { announce, button, fill, h } from './dom.js';
import { attempt, confirmed, stateBadge } from './parts.js';
import { ask, may, watch } from './server.js';
import { count, span } from './words.js';

/** @typedef {import('./shapes.js').Cook} Cook */

/**
 * @param {string} address of the cook, in the server's routes
 * @param {Cook} first the cook as it is known
 * @param {AbortSignal} signal
 * @param {() => void} over
 */
export function going(address, first, signal, over) {
  const box = h('div', { class: 'going', 'data-cook': first.id });
  let stage = '';
  const show = (/** @type {Cook} */ cook) => {
    const { progress } = cook;
    if (progress?.stage !== undefined && progress.stage !== stage) {
      stage = progress.stage;
      announce(`The cook is at: ${stage}`);
    }
    const known = progress !== null && progress.of > 0;
    const rate = known && progress.perSecond > 0 ? `${count(progress.perSecond)} ${progress.unit} a second` : '';
    const leftover = known && progress.secondsLeft !== null && progress.done < progress.of ? `${span(progress.secondsLeft)} left of this step` : '';
    fill(
      box,
      h('p', {}, h('span', {}, stateBadge(cook.state), ' ', stageText(cook)), h('span', { class: 'soft' }, [rate, leftover].filter(Boolean).join(', '))),
      h('progress', { 'aria-label': 'How far this step is', max: known ? progress.of : undefined, value: known ? progress.done : undefined }),
      cook.cancel ? h('p', { class: 'soft' }, 'It was told to stop.') : may('Cook', cook.place) && h('div', { class: 'acts' }, button('Stop this cook', stop, { class: 'button risky' })),
    );
  };
  const stop = () => attempt(async () => {
    const yes = await confirmed('Stop this cook?', 'Nothing of it is kept. What is shown now stays as it is.', 'Stop it', 'risky');
    if (yes) show(await ask('DELETE', address));
  });
  show(first);
  void watch(address, (cook) => {
    show(cook);
    if (!['queued', 'running'].includes(cook.state)) over();
  }, signal);
  return box;
}

/** @param {Cook} cook */
function stageText(cook) {
  if (cook.state === 'queued') return 'A worker takes it in a moment.';
  const { progress } = cook;
  if (!progress?.stage) return 'It begins.';
  return progress.of > 0 ? `${progress.stage}: ${count(progress.done)} of ${count(progress.of)} ${progress.unit}` : progress.stage;
}
