/** The pieces that pages are made of: sheets, tables, badges, questions, pages of a long list. */
import { announce, button, fill, h } from './dom.js';
import { Refused } from './server.js';
import { ago, exactly, STATES, when } from './words.js';

/** @typedef {import('./dom.js').Child} Child */

/** The head of a page. @param {string} title @param {Child} about @param {...Child} acts */
export function head(title, about, ...acts) {
  return h('header', { class: 'head' }, h('div', {}, h('h1', { tabindex: -1 }, title), about && h('p', { class: 'soft' }, about)), h('div', { class: 'acts' }, ...acts));
}

/** A part of a page with a heading. @param {string} title @param {...Child} children */
export function sheet(title, ...children) {
  return h('section', { class: 'sheet', 'aria-label': title }, h('h2', {}, title), ...children);
}

/** @param {string} kind @param {string} text */
export const badge = (kind, text) => h('span', { class: `badge ${kind}` }, text);

/** @param {string} state */
export function stateBadge(state) {
  const [kind, text] = STATES[state] ?? ['calm', state];
  return badge(kind, text);
}

/** A moment, in words; exactly when it is pointed at. @param {number | string | null | undefined} at */
export function moment(at) {
  if (at === null || at === undefined) return h('span', { class: 'soft' }, '–');
  return h('time', { datetime: new Date(at).toISOString(), title: exactly(at) }, when(at), ' ', h('span', { class: 'soft' }, ago(at)));
}

/** What is known of something, in pairs. @param {readonly (readonly [string, Child] | false)[]} pairs */
export function facts(pairs) {
  const shown = pairs.filter((pair) => pair !== false);
  return h('dl', { class: 'facts' }, shown.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))));
}

/**
 * A table that becomes a list of cards where it is narrow.
 * @param {string} about @param {readonly string[]} names @param {readonly (readonly Child[])[]} rows
 */
export function table(about, names, rows) {
  const cells = (/** @type {readonly Child[]} */ row) => row.map((cell, at) => h('td', { role: 'cell', 'data-name': names[at] }, h('div', {}, cell)));
  return h(
    'div',
    { class: 'wide', role: 'region', 'aria-label': `Table: ${about}`, tabindex: 0 },
    h(
      'table',
      // Said by hand: where it is drawn as a list of cards, browsers no longer tell that it is a table.
      { role: 'table' },
      h('caption', { class: 'heard' }, about),
      h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, names.map((name) => h('th', { role: 'columnheader', scope: 'col' }, name)))),
      h('tbody', { role: 'rowgroup' }, rows.map((row) => h('tr', { role: 'row' }, cells(row)))),
    ),
  );
}

/** @param {Child} text */
export const nothing = (text) => h('p', { class: 'nothing' }, text);

/**
 * A long list: its first page, and a button for what follows.
 * @template T
 * @param {(before: string | undefined) => Promise<{ items: T[], next?: string }>} load
 * @param {(items: T[]) => Child} show @param {string} empty
 */
export async function pages(load, show, empty) {
  const box = h('div', { class: 'pages' });
  /** @type {T[]} */
  let all = [];
  const more = async (/** @type {string | undefined} */ before) => {
    const { items, next } = await load(before);
    all = [...all, ...items];
    fill(box, all.length === 0 ? nothing(empty) : show(all), next !== undefined && button('Show older', () => more(next), { class: 'button quiet' }));
  };
  await more(undefined);
  return box;
}

/** What went wrong, for the person who asked for it. @param {unknown} error */
export function trouble(error) {
  const text = error instanceof Error ? error.message : String(error);
  const request = error instanceof Refused && error.request !== '' ? h('span', { class: 'soft' }, ` Request ${error.request}.`) : undefined;
  return h('div', { class: 'trouble', role: 'alert' }, h('p', {}, text, request));
}

/**
 * Does something that may be refused, and says so beside what was pressed.
 * @param {() => Promise<unknown>} act @param {string} [said] what to tell when it went well
 */
export async function attempt(act, said) {
  document.querySelectorAll('.told').forEach((old) => old.remove());
  try {
    await act();
    if (said !== undefined) tell(said);
  } catch (error) {
    const box = trouble(error);
    box.classList.add('told');
    document.querySelector('main')?.prepend(box);
    box.scrollIntoView({ block: 'nearest' });
  }
}

/** A short word at the foot of the page. @param {string} text */
export function tell(text) {
  announce(text);
  const box = h('p', { class: 'word', 'aria-hidden': 'true' }, text);
  document.body.append(box);
  setTimeout(() => box.remove(), 4000);
}

/**
 * Asks before something is done; gives whether it is wanted.
 * @param {string} title @param {Child} text @param {string} act @param {'risky' | ''} [kind]
 * @returns {Promise<boolean>}
 */
export function confirmed(title, text, act, kind = '') {
  return new Promise((resolve) => {
    const box = dialog(title, [h('p', {}, text)], [
      h('button', { class: 'button quiet', value: '' }, 'Not now'),
      h('button', { class: `button ${kind}`, value: 'yes' }, act),
    ]);
    box.addEventListener('close', () => resolve(box.returnValue === 'yes'));
  });
}

/**
 * A dialog that closes by its buttons and by Escape, and is gone then.
 * @param {string} title @param {Child} content @param {Child} acts @param {(form: FormData) => void} [submitted]
 * @returns {HTMLDialogElement}
 */
export function dialog(title, content, acts, submitted) {
  const form = /** @type {HTMLFormElement} */ (h('form', { method: 'dialog' }, h('h2', { id: 'asked' }, title), content, h('div', { class: 'acts' }, acts)));
  const box = /** @type {HTMLDialogElement} */ (h('dialog', { 'aria-labelledby': 'asked' }, form));
  form.addEventListener('submit', (event) => {
    const { submitter } = /** @type {SubmitEvent} */ (event);
    if (submitted !== undefined && submitter instanceof HTMLButtonElement && submitter.value === 'yes') submitted(new FormData(form));
  });
  box.addEventListener('close', () => box.remove());
  document.body.append(box);
  box.showModal();
  return box;
}

/** A field with its name. @param {string} label @param {HTMLElement} input @param {Child} [about] */
export function field(label, input, about) {
  return h('label', { class: 'field' }, h('span', {}, label), input, about && h('small', { class: 'soft' }, about));
}

/** A choice. @param {string} name @param {readonly (readonly [string, string])[]} options @param {string} [chosen] */
export function select(name, options, chosen) {
  return h('select', { name }, options.map(([value, text]) => h('option', { value, selected: value === chosen }, text)));
}

/** A text that can be copied. @param {string} label @param {string} text */
export function copied(label, text) {
  const input = /** @type {HTMLInputElement} */ (h('input', { class: 'mono', readonly: true, value: text, 'aria-label': label, size: 46 }));
  const copy = button('Copy', async () => {
    input.select();
    try {
      await navigator.clipboard.writeText(text);
      tell('Copied');
    } catch {
      tell('Selected: copy it with the keyboard');
    }
  }, { class: 'button quiet' });
  return h('div', { class: 'copied' }, input, copy);
}
