/**
 * A shelf: a heading over a list that scrolls sideways.
 *
 * Its boxes are there before the list is, so that nothing moves when it arrives.
 */
import { RecoError, type Recommender, type Result } from 'cookshelf';
import { card, cardBox } from './card.js';
import { el, icon } from './dom.js';
import { levelText, reasonText } from './reason.js';
import { recommender } from './recommender.js';
import type { Shop } from './shop.js';

export interface ShelfPlan {
  readonly testid: string;
  readonly heading: string;
  /** Items that the question is about; reasons speak of them differently. */
  readonly seeds?: readonly string[];
  readonly ask: (recommender: Recommender, signal: AbortSignal) => Promise<Result>;
}

const BOXES = 6;
let shelves = 0;

/** Builds the shelf and fills it when its list is there; gives up when `signal` is aborted. */
export function shelf(plan: ShelfPlan, shop: Shop, signal: AbortSignal): HTMLElement {
  shelves += 1;
  const title = el('h2', { id: `shelf-${shelves}` }, plan.heading);
  const level = el('p', { class: 'shelf-level', 'data-level': 'loading' });
  const list = el('ul', { class: 'row', role: 'list', id: `row-${shelves}` }, ...Array.from({ length: BOXES }, () => cardBox(true)));
  const section = el(
    'section',
    { class: 'shelf', 'aria-labelledby': title.id, 'aria-busy': 'true', 'data-testid': plan.testid },
    el('div', { class: 'shelf-head' }, title, level, steps(list, plan.heading)),
    list,
  );
  void fill(plan, shop, signal, section, list, level);
  return section;
}

async function fill(
  plan: ShelfPlan,
  shop: Shop,
  signal: AbortSignal,
  section: HTMLElement,
  list: HTMLUListElement,
  level: HTMLElement,
): Promise<void> {
  try {
    const source = await recommender();
    const result = await plan.ask(source, signal);
    if (signal.aborted) return;
    const cells = result.items.flatMap((item) => {
      const product = shop.product(item.id);
      return product ? [card(product, shop, reasonText(item.reason, shop, source.profile, plan.seeds ?? []))] : [];
    });
    list.replaceChildren(...cells);
    level.textContent = levelText(result);
    level.dataset['level'] = result.level;
  } catch (problem) {
    if (signal.aborted) return;
    list.replaceChildren();
    level.textContent = problem instanceof RecoError ? `No list: ${problem.hint}` : 'No list could be made.';
    level.dataset['level'] = 'empty';
  }
  section.removeAttribute('aria-busy');
  section.dispatchEvent(new Event('filled'));
  updateSteps(section, list);
}

/** Buttons that move the row by most of its width; they are as good as the wheel and the touch screen. */
function steps(list: HTMLUListElement, heading: string): HTMLElement {
  const move = (direction: -1 | 1) => {
    const leftwards = getComputedStyle(list).direction === 'rtl' ? -direction : direction;
    list.scrollBy({ left: leftwards * list.clientWidth * 0.8 });
  };
  const step = (label: string, path: string, direction: -1 | 1) => {
    const node = el('button', { type: 'button', class: 'step', 'aria-label': `${label}: ${heading}`, 'aria-controls': list.id }, icon(path));
    node.addEventListener('click', () => {
      if (node.getAttribute('aria-disabled') !== 'true') move(direction);
    });
    return node;
  };
  const both = el('div', { class: 'steps' }, step('Back', 'M15 5l-7 7 7 7', -1), step('Further', 'M9 5l7 7-7 7', 1));
  list.addEventListener('scroll', () => updateSteps(both, list), { passive: true });
  new ResizeObserver(() => updateSteps(both, list)).observe(list);
  return both;
}

function updateSteps(within: HTMLElement, list: HTMLUListElement): void {
  const [back, further] = within.querySelectorAll('.step');
  const at = Math.abs(list.scrollLeft);
  back?.setAttribute('aria-disabled', String(at < 4));
  further?.setAttribute('aria-disabled', String(at + list.clientWidth > list.scrollWidth - 4));
}
