/** The controls of an endpoint: promote what is on its way, return, or put a model. Only for keys that may. */
import { button, fill, h } from './dom.js';
import { attempt, confirmed, dialog, field, select } from './parts.js';
import { ask, may, path } from './server.js';
import { modelName } from './rollout.js';
import { short, when } from './words.js';

/** @typedef {import('./shapes.js').EndpointSpec} EndpointSpec */
/** @typedef {import('./shapes.js').Known} Known */
/** @typedef {import('./shapes.js').Release} Release */

/**
 * @param {string} place @param {EndpointSpec} spec @param {Release} latest @param {Map<string, Known>} models @param {() => Promise<void>} again
 */
export function controls(place, spec, latest, models, again) {
  if (!may('Publish', place)) return undefined;
  const { candidate, before } = latest.state;
  const [first = ''] = spec.modelings;
  const wish = async (/** @type {Record<string, string>} */ body) => {
    await ask('POST', `${path(place)}/releases`, body);
    await again();
  };
  const promote = () => attempt(async () => {
    const yes = await confirmed('Promote it?', `Everybody is shown the ${modelName(candidate?.model ?? '', models)} from now on.`, 'Promote');
    if (yes) await wish({ do: 'promote' });
  });
  const back = (/** @type {string} */ modeling, /** @type {string} */ text) => () => attempt(async () => {
    if (await confirmed('Return?', text, 'Return', 'risky')) await wish({ do: 'return', modeling });
  });
  const returns = spec.modelings.filter((modeling) => before[modeling] && !(candidate && modeling === first)).map((modeling) =>
    button(spec.modelings.length > 1 ? `Return ${modeling}` : 'Return', back(modeling, `The ${modelName(before[modeling] ?? '', models)} is shown again, at once, with a new number.`), { class: 'button risky' }),
  );
  return h(
    'div',
    { class: 'acts', 'data-controls': '' },
    candidate && button('Promote', promote),
    candidate && button('Take it back', back(first, `The ${modelName(candidate.model, models)} is shown to nobody any more; everybody keeps what is shown now.`), { class: 'button risky' }),
    returns,
    models.size > 0 && button('Put a model …', () => put(spec, models, wish), { class: 'button quiet' }),
  );
}

/** Asks which model everybody is to be shown. @param {EndpointSpec} spec @param {Map<string, Known>} models @param {(body: Record<string, string>) => Promise<void>} wish */
function put(spec, models, wish) {
  const kept = [...models.values()].filter(({ kept }) => kept);
  const options = (/** @type {string} */ modeling) => kept.filter((model) => model.modeling === modeling).map((model) => /** @type {const} */ ([model.id, `${short(model.id)} of ${when(model.createdMs)}, ${model.items} items`]));
  const modelings = select('modeling', spec.modelings.map((name) => /** @type {const} */ ([name, name])));
  const chosen = h('div', {}, field('Model', select('model', options(spec.modelings[0] ?? ''))));
  modelings.addEventListener('change', () => fill(chosen, field('Model', select('model', options(/** @type {HTMLSelectElement} */ (modelings).value)))));
  dialog(
    'Put a model',
    [h('p', {}, 'Everybody is shown this model from now on; what is on its way stops.'), spec.modelings.length > 1 ? field('Modeling', modelings) : h('input', { type: 'hidden', name: 'modeling', value: spec.modelings[0] }), chosen],
    [h('button', { class: 'button quiet', value: '' }, 'Not now'), h('button', { class: 'button', value: 'yes' }, 'Put it')],
    (form) => void attempt(() => wish({ do: 'put', modeling: String(form.get('modeling')), model: String(form.get('model')) })),
  );
}
