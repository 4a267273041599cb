/** The page of those without a key. What is typed goes to this server in a header, never into an address. */
import { fill, h } from './dom.js';
import { trouble } from './parts.js';

/** @param {(key: string, keep: boolean) => Promise<void>} enter */
export function signInPage(enter) {
  const input = /** @type {HTMLInputElement} */ (
    h('input', { class: 'mono', type: 'password', name: 'key', required: true, autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false', placeholder: 'ck_key_…', 'aria-describedby': 'about-keys' })
  );
  const keep = /** @type {HTMLInputElement} */ (h('input', { type: 'checkbox', name: 'keep' }));
  const enterButton = /** @type {HTMLButtonElement} */ (h('button', { class: 'button' }, 'Sign in'));
  const wrong = h('div', {});
  const form = h(
    'form',
    {},
    h('label', { class: 'field' }, h('span', {}, 'Your key'), input),
    h('label', { class: 'check' }, keep, h('span', {}, 'Keep it until this tab is closed')),
    wrong,
    h('div', { class: 'acts' }, enterButton),
  );
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    enterButton.disabled = true;
    try {
      await enter(input.value.trim(), keep.checked);
    } catch (error) {
      fill(wrong, trouble(error));
      input.select();
    } finally {
      enterButton.disabled = false;
    }
  });
  return h(
    'section',
    { class: 'sheet sign-in' },
    h('h1', { tabindex: -1 }, 'Cookshelf console'),
    form,
    h('p', { class: 'soft', id: 'about-keys' }, 'The first key was printed by ', h('code', {}, 'cookshelf init'), '; ', h('code', {}, 'cookshelf key create'), ' makes further ones. What you see here is what your key may do.'),
  );
}
