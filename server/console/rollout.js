/** Where a rollout stands, drawn: who is shown which model, and what comes next. */
import { h } from './dom.js';
import { moment } from './parts.js';
import { ago, short, span, when } from './words.js';

/** @typedef {import('./shapes.js').Canary} Canary */
/** @typedef {import('./shapes.js').BlueGreen} BlueGreen */
/** @typedef {import('./shapes.js').Comparison} Comparison */
/** @typedef {import('./shapes.js').Shadow} Shadow */
/** @typedef {import('./shapes.js').EndpointSpec} EndpointSpec */
/** @typedef {import('./shapes.js').Known} Known */
/** @typedef {import('./shapes.js').Release} Release */
/** @typedef {import('./shapes.js').Rollout} Rollout */

/** @typedef {{ share: number, name: import('./dom.js').Child, about?: import('./dom.js').Child, colour: string }} Part */

/** A model as people tell it from others. @param {string} id @param {Map<string, Known>} models */
export function modelName(id, models) {
  const model = models.get(id);
  return model === undefined ? `model ${short(id)}` : `model ${short(id)} of ${when(model.createdMs)}`;
}

/** @param {EndpointSpec} spec @param {Release} release @param {Map<string, Known>} models */
export function rollout(spec, release, models) {
  const { state } = release;
  const notes = [
    state.waiting && h('p', {}, `Waits for its turn: ${modelName(state.waiting, models)}.`),
    state.withdrawn && h('p', { class: 'soft' }, `Taken back ${ago(state.withdrawn.at * 1000)}: ${modelName(state.withdrawn.model, models)} – ${state.withdrawn.why}.`),
  ];
  return h('div', { class: 'rollout' }, drawing(spec, state, models), notes, h('p', { class: 'soft' }, `Release ${release.sequence}, made `, moment(release.createdMs)));
}

/** @param {EndpointSpec} spec @param {Rollout} state @param {Map<string, Known>} models */
function drawing({ modelings, strategy }, state, models) {
  const shown = modelName(state.shown[modelings[0] ?? ''] ?? '', models);
  switch (strategy.kind) {
    case 'blueGreen':
      return blueGreen(strategy, shown, state, models);
    case 'canary':
      return canary(strategy, shown, state, models);
    case 'ab':
      return comparison(strategy, state, models);
    case 'shadow':
      return shadow(strategy, shown, state, models);
    default:
      return everybody(modelings, state, models);
  }
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

/** @param {string[]} modelings @param {Rollout} state @param {Map<string, Known>} models */
function everybody(modelings, state, models) {
  return modelings.map((modeling) => shares([{ share: 100, name: state.shown[modeling] ? modelName(state.shown[modeling], models) : 'nothing yet', about: modelings.length > 1 && `of ${modeling}`, colour: 'a' }]));
}

/** @param {BlueGreen} strategy @param {string} shown @param {Rollout} state @param {Map<string, Known>} models */
function blueGreen({ promote, afterMinutes = 0 }, shown, { candidate }, models) {
  return [
    shares([{ share: 100, name: shown, colour: 'a' }]),
    candidate
      ? h('div', { class: 'coming' }, h('h3', {}, 'For a look'), h('p', {}, `${modelName(candidate.model, models)}, shown to pages that ask for the preview. `, promote === 'automatic' ? `It is shown to everybody ${ago((candidate.since + afterMinutes * 60) * 1000)}.` : 'It waits until somebody promotes it.'))
      : h('p', { class: 'soft' }, promote === 'automatic' ? `A new model is only looked at for ${afterMinutes} minutes, then shown to everybody.` : 'A new model is only looked at until somebody promotes it.'),
  ];
}

/** @param {Canary} strategy @param {string} shown @param {Rollout} state @param {Map<string, Known>} models */
function canary({ steps, guards = [] }, shown, { candidate }, models) {
  const share = candidate ? (steps[candidate.step]?.percent ?? 0) : 0;
  const step = (/** @type {import('./shapes.js').Step} */ { percent, minutes }, /** @type {number} */ at) => {
    const now = candidate && at === candidate.step;
    const done = candidate && at < candidate.step;
    return h('li', { class: now ? 'now' : done ? 'done' : '', 'aria-current': now ? 'step' : undefined }, h('strong', {}, `${percent} %`), h('span', {}, now ? leftover(candidate.since + minutes * 60) : span(minutes * 60)));
  };
  return [
    shares([
      { share, name: candidate && modelName(candidate.model, models), about: 'on its way', colour: 'b' },
      { share: 100 - share, name: shown, colour: 'a' },
    ]),
    h('ol', { class: 'steps', 'aria-label': 'Steps' }, steps.map(step), h('li', {}, h('strong', {}, 'everybody'))),
    guards.length > 0 && h('p', { class: 'soft' }, 'Comes back by itself unless ', guards.map((guard, at) => [at > 0 && ' and ', h('code', {}, guard.metric), guard.atMost === undefined ? ` is at least ${guard.atLeast}` : ` is at most ${guard.atMost}`]), '.'),
  ];
}

/** @param {number} until Unix seconds */
function leftover(until) {
  const seconds = until - Date.now() / 1000;
  return seconds > 0 ? `${span(seconds)} left` : 'moves on in a moment';
}

/** @param {Comparison} strategy @param {Rollout} state @param {Map<string, Known>} models */
function comparison({ arms, holdoutPercent = 0, salt, layer }, state, models) {
  const whole = arms.reduce((sum, { weight }) => sum + weight, 0);
  const colours = ['a', 'b', 'c', 'd'];
  const parts = arms.map(({ modeling, weight }, at) => ({
    share: ((100 - holdoutPercent) * weight) / whole,
    name: h('span', {}, h('b', {}, modeling), state.shown[modeling] ? ` ${modelName(state.shown[modeling], models)}` : ' nothing yet'),
    about: `weight ${weight}`,
    colour: colours[at % colours.length] ?? 'a',
  }));
  return [
    shares([...parts, { share: holdoutPercent, name: 'take part in nothing', colour: 'none' }]),
    (salt || layer) && h('p', { class: 'soft' }, salt && `Divided by “${salt}”. `, layer && `In the layer “${layer}”, whose comparisons share no shopper.`),
  ];
}

/** @param {Shadow} strategy @param {string} shown @param {Rollout} state @param {Map<string, Known>} models */
function shadow({ modeling, report }, shown, state, models) {
  return [
    shares([{ share: 100, name: shown, colour: 'a' }]),
    h('div', { class: 'coming' }, h('h3', {}, 'In the shadow'), h('p', {}, `${modeling}${state.shown[modeling] ? `, ${modelName(state.shown[modeling], models)}` : ''}: scored on devices, shown to nobody. `, report === 'counts' ? 'Pages that say so may send counts.' : 'The comparison stays on the device.')),
  ];
}

/**
 * What a release changed against the one before.
 * @param {Release} release @param {Release | undefined} before @param {EndpointSpec} spec @param {Map<string, Known>} models
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
