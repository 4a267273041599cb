/** Where a rollout stands, drawn: who is shown which model, and what comes next. */
import { h } from './dom.js';
import { moment } from './parts.js';
import { ago, short, span, when } from './words.js';

/** @typedef {{ share: number, name: import('./dom.js').Child, about?: import('./dom.js').Child, colour: string }} Part */

/** A model as people tell it from others. @param {string} id @param {Map<string, any>} models */
export function modelName(id, models) {
  const model = models.get(id);
  return model === undefined ? `model ${short(id)}` : `model ${short(id)} of ${when(model.createdMs)}`;
}

/** @param {any} spec @param {any} release @param {Map<string, any>} models */
export function rollout(spec, release, models) {
  const { strategy } = spec;
  const { state } = release;
  const notes = [
    state.waiting && h('p', {}, `Waits for its turn: ${modelName(state.waiting, models)}.`),
    state.withdrawn && h('p', { class: 'soft' }, `Taken back ${ago(state.withdrawn.at * 1000)}: ${modelName(state.withdrawn.model, models)} – ${state.withdrawn.why}.`),
  ];
  const drawing = {
    all: () => everybody(spec, state, models),
    blueGreen: () => blueGreen(spec, state, models),
    canary: () => canary(spec, state, models),
    ab: () => comparison(spec, state, models),
    shadow: () => shadow(spec, state, models),
  }[/** @type {string} */ (strategy.kind)];
  return h('div', { class: 'rollout' }, drawing?.() ?? everybody(spec, state, models), notes, h('p', { class: 'soft' }, `Release ${release.sequence}, made `, moment(release.createdMs)));
}

/** A bar of shoppers, by share. @param {readonly Part[]} parts */
function shares(parts) {
  const shown = parts.filter(({ share }) => share > 0);
  const words = shown.map(({ share, name }) => `${Math.round(share)} %: ${text(name)}`).join('; ');
  return h(
    'div',
    { class: 'shares' },
    h('div', { class: 'bar', role: 'img', 'aria-label': words }, shown.map(wide)),
    h('ul', {}, shown.map(({ share, name, about, colour }) => h('li', { class: colour }, h('strong', {}, `${Math.round(share)} %`), ' ', name, about && h('span', { class: 'soft' }, ' ', about)))),
  );
}

/** @param {Part} part */
function wide({ share, colour }) {
  const node = h('span', { class: colour });
  // By hand: the policy of the page allows no style that stands in an attribute.
  node.style.flexGrow = String(share);
  return node;
}

/** @param {import('./dom.js').Child} child */
const text = (child) => (child instanceof Node ? child.textContent : String(child));

/** @param {any} spec @param {any} state @param {Map<string, any>} models */
function everybody(spec, state, models) {
  return spec.modelings.map((/** @type {string} */ modeling) => shares([{ share: 100, name: state.shown[modeling] ? modelName(state.shown[modeling], models) : 'nothing yet', about: spec.modelings.length > 1 && `of ${modeling}`, colour: 'a' }]));
}

/** @param {any} spec @param {any} state @param {Map<string, any>} models */
function blueGreen(spec, state, models) {
  const [first] = spec.modelings;
  const { candidate } = state;
  const { promote, afterMinutes } = spec.strategy;
  return [
    shares([{ share: 100, name: modelName(state.shown[first], models), colour: 'a' }]),
    candidate
      ? h('div', { class: 'coming' }, h('h3', {}, 'For a look'), h('p', {}, `${modelName(candidate.model, models)}, shown to pages that ask for the preview. `, promote === 'automatic' ? `It is shown to everybody ${ago((candidate.since + afterMinutes * 60) * 1000)}.` : 'It waits until somebody promotes it.'))
      : h('p', { class: 'soft' }, promote === 'automatic' ? `A new model is only looked at for ${afterMinutes} minutes, then shown to everybody.` : 'A new model is only looked at until somebody promotes it.'),
  ];
}

/** @param {any} spec @param {any} state @param {Map<string, any>} models */
function canary(spec, state, models) {
  const [first] = spec.modelings;
  const { steps, guards = [] } = spec.strategy;
  const { candidate } = state;
  const share = candidate ? steps[candidate.step].percent : 0;
  const step = (/** @type {{ percent: number, minutes: number }} */ { percent, minutes }, /** @type {number} */ at) => {
    const now = candidate && at === candidate.step;
    const done = candidate && at < candidate.step;
    return h('li', { class: now ? 'now' : done ? 'done' : '', 'aria-current': now ? 'step' : undefined }, h('strong', {}, `${percent} %`), h('span', {}, now ? leftover(candidate.since + minutes * 60) : span(minutes * 60)));
  };
  return [
    shares([
      { share, name: candidate && modelName(candidate.model, models), about: 'on its way', colour: 'b' },
      { share: 100 - share, name: modelName(state.shown[first], models), colour: 'a' },
    ]),
    h('ol', { class: 'steps', 'aria-label': 'Steps' }, steps.map(step), h('li', {}, h('strong', {}, 'everybody'))),
    guards.length > 0 && h('p', { class: 'soft' }, 'Comes back by itself unless ', guards.map((/** @type {any} */ guard, /** @type {number} */ at) => [at > 0 && ' and ', h('code', {}, guard.metric), guard.atMost === undefined ? ` is at least ${guard.atLeast}` : ` is at most ${guard.atMost}`]), '.'),
  ];
}

/** @param {number} until Unix seconds */
function leftover(until) {
  const seconds = until - Date.now() / 1000;
  return seconds > 0 ? `${span(seconds)} left` : 'moves on in a moment';
}

/** @param {any} spec @param {any} state @param {Map<string, any>} models */
function comparison(spec, state, models) {
  const { arms, holdoutPercent = 0, salt, layer } = spec.strategy;
  const whole = arms.reduce((/** @type {number} */ sum, /** @type {any} */ { weight }) => sum + weight, 0);
  const colours = ['a', 'b', 'c', 'd'];
  const parts = arms.map((/** @type {any} */ { modeling, weight }, /** @type {number} */ at) => ({
    share: ((100 - holdoutPercent) * weight) / whole,
    name: h('span', {}, h('b', {}, modeling), state.shown[modeling] ? ` ${modelName(state.shown[modeling], models)}` : ' nothing yet'),
    about: `weight ${weight}`,
    colour: colours[at % colours.length],
  }));
  return [
    shares([...parts, { share: holdoutPercent, name: 'take part in nothing', colour: 'none' }]),
    (salt || layer) && h('p', { class: 'soft' }, salt && `Divided by “${salt}”. `, layer && `In the layer “${layer}”, whose comparisons share no shopper.`),
  ];
}

/** @param {any} spec @param {any} state @param {Map<string, any>} models */
function shadow(spec, state, models) {
  const [first] = spec.modelings;
  const { modeling, report } = spec.strategy;
  return [
    shares([{ share: 100, name: modelName(state.shown[first], models), colour: 'a' }]),
    h('div', { class: 'coming' }, h('h3', {}, 'In the shadow'), h('p', {}, `${modeling}${state.shown[modeling] ? `, ${modelName(state.shown[modeling], models)}` : ''}: scored on devices, shown to nobody. `, report === 'counts' ? 'Pages that say so may send counts.' : 'The comparison stays on the device.')),
  ];
}

/**
 * What a release changed against the one before.
 * @param {any} release @param {any} before @param {any} spec @param {Map<string, any>} models
 */
export function told(release, before, spec, models) {
  if (release.envelope === null) return 'the endpoint was deleted';
  const [now, then] = [release.state, before?.state];
  const said = [];
  for (const [modeling, model] of Object.entries(now.shown)) {
    if (model === then?.shown?.[modeling]) continue;
    const returned = then?.before?.[modeling] === model;
    said.push(`${spec.modelings.length > 1 ? `${modeling}: ` : ''}${modelName(String(model), models)} ${returned ? 'is back for everybody' : 'is shown'}`);
  }
  if (now.candidate && now.candidate.model !== then?.candidate?.model) said.push(`${modelName(now.candidate.model, models)} is on its way`);
  else if (now.candidate && now.candidate.step !== then?.candidate?.step) said.push(`step ${now.candidate.step + 1} of ${modelName(now.candidate.model, models)}`);
  if (now.waiting && now.waiting !== then?.waiting) said.push(`${modelName(now.waiting, models)} waits for its turn`);
  if (now.withdrawn && now.withdrawn.at !== then?.withdrawn?.at) said.push(`taken back: ${now.withdrawn.why}`);
  return said.length > 0 ? said.join('; ') : 'the same, signed anew';
}
