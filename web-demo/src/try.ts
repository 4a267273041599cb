/** What there is to try in this demo: the shop through other eyes, and without a network. In the bar and in the panel. */
import { announce, el } from './dom.js';
import { isOffline, onOffline, setOffline } from './offline.js';
import { onRequest } from './outgoing.js';
import { type Persona, personas } from './personas.js';
import { agreedTo, keepShop, recommender } from './recommender.js';
import type { Shop } from './shop.js';
import { become, onVisitor, requestsSinceSwitch, visitor } from './visitor.js';

/** Calls `draw` now and whenever something to try has changed. */
export function onTry(draw: () => void): void {
  onVisitor(draw);
  onOffline(draw);
  onRequest(draw);
  draw();
}

/** Oneself or one of the made-up shoppers; `place` keeps two of these apart. */
export function visitorChoice(shop: Shop, place: string): { readonly node: HTMLElement; readonly draw: () => void } {
  const choices = [undefined, ...personas(shop)].map((persona, at) => {
    const box = el('input', { type: 'radio', name: `as-${place}`, value: at, 'data-testid': `${place}-as-${at}` });
    box.addEventListener('change', () => void change(persona).finally(draw));
    const likes = persona && el('small', {}, taste(persona));
    return { persona, box, label: el('label', { class: 'seat' }, box, el('span', {}, persona?.name ?? 'Me', likes)) };
  });
  const node = el('fieldset', { class: 'seats' }, el('legend', {}, 'Look as'), ...choices.map(({ label }) => label));
  const draw = () => {
    for (const { persona, box } of choices) box.checked = persona?.name === visitor()?.name;
  };
  return { node, draw };
}

async function change(persona: Persona | undefined): Promise<void> {
  try {
    await become(persona);
    announce(persona ? `The shop as ${persona.name} sees it` : 'The shop as you see it');
  } catch {
    announce('That shopper could not come: this page lacks something that lists need.');
  }
}

export function taste({ likes }: Persona): string {
  return new Intl.ListFormat('en-GB').format(likes.map((name) => name.toLowerCase()));
}

/** How many requests the last switch of shopper took. */
export function switchNews(place: string): { readonly node: HTMLElement; readonly draw: () => void } {
  const node = el('p', { class: 'news', 'data-testid': `${place}-news` });
  const draw = () => void say(node);
  return { node, draw };
}

async function say(node: HTMLElement): Promise<void> {
  const since = await requestsSinceSwitch();
  if (since === undefined) {
    node.textContent = isOffline() ? 'Offline, and the lists go on.' : 'Same page, other shopper, no request.';
    return;
  }
  const number = el('strong', { 'data-testid': 'requests-since' }, String(since.all));
  node.replaceChildren(isOffline() ? 'Offline. ' : '', 'Requests since the switch: ', number, since.all === 0 ? '' : ` (${since.logged} for lists)`);
}

/** Shuts the way out for lists, and opens it again. */
export function offlineSwitch(place: string): { readonly node: HTMLElement; readonly draw: () => void } {
  const node = el('button', { type: 'button', class: 'quiet-button switch', role: 'switch', 'data-testid': `${place}-offline` }, 'Offline');
  const draw = () => node.setAttribute('aria-checked', String(isOffline()));
  node.addEventListener('click', () => {
    if (node.getAttribute('aria-disabled') === 'true') return;
    node.setAttribute('aria-disabled', 'true');
    void (isOffline() ? comeBack() : leave()).finally(() => node.removeAttribute('aria-disabled'));
  });
  return { node, draw };
}

/** Packs first what any shopper's lists may need, the same for everyone. */
async function leave(): Promise<void> {
  const source = await recommender().catch(() => undefined);
  await Promise.allSettled([source?.warm(), source?.trending({ limit: 1, where: {} }), source?.forYou({ limit: 1, cards: true })]);
  await setOffline(true, agreedTo() === 'device');
  announce('Offline. The lists go on.');
}

async function comeBack(): Promise<void> {
  await setOffline(false, false);
  announce('Online again.');
  // The shopper may have agreed meanwhile.
  if (agreedTo() === 'device') await keepShop('device');
}
