/** A category: what is trending in it, and all of it, narrowed by price, colour and brand. */
import { card } from '../card.js';
import { announce, button, el } from '../dom.js';
import { type Filters, narrow, readFilters, SORTS, writeFilters } from '../filters.js';
import { categoryPath } from '../paths.js';
import { shelf } from '../shelf.js';
import type { Category, Product, Shop } from '../shop.js';
import type { Page } from './page.js';

const STEP = 24;

export function categoryPage(category: Category, search: URLSearchParams, shop: Shop): Page {
  const heading = el('h1', { tabindex: -1 }, category.name);
  const trending = shelf({
    testid: 'shelf-trending',
    heading: `Trending in ${category.name}`,
    request: { kind: 'trending', limit: 12, where: { category: category.name } },
  });
  const content = el(
    'div',
    { class: 'category' },
    el('div', { class: 'page-head' }, el('p', { class: 'kicker' }, category.department), heading, el('p', {}, category.line)),
    trending,
    browser(category, search, shop),
  );
  return { title: `${category.name} · ${shop.name}`, heading, content };
}

/** The filters and the grid they act on. */
function browser(category: Category, search: URLSearchParams, shop: Shop): HTMLElement {
  const all = shop.inCategory(category.name);
  let filters = readFilters(search);
  let shown = STEP;
  const grid = el('ul', { class: 'grid', role: 'list', 'data-testid': 'grid' });
  const count = el('p', { class: 'count', role: 'status', 'data-testid': 'grid-count' });
  const more = button('Show more', { class: 'wide-button' }, () => {
    const first = grid.children.length;
    shown += STEP;
    draw();
    grid.children[first]?.querySelector('a')?.focus();
  });
  const draw = () => {
    const found = narrow(all, filters);
    grid.replaceChildren(...found.slice(0, shown).map((product) => card(product, shop)));
    count.textContent = found.length === 0 ? 'Nothing fits these filters.' : `${found.length} of ${all.length}`;
    more.hidden = found.length <= shown;
  };
  const change = (next: Filters) => {
    filters = next;
    shown = STEP;
    const query = writeFilters(filters);
    history.replaceState(history.state, '', query === '' ? categoryPath(category) : `${categoryPath(category)}?${query}`);
    draw();
  };
  draw();
  const clear = button('Clear filters', { class: 'text-button' }, () => {
    change(readFilters(new URLSearchParams()));
    form.replaceWith((form = panel(all, filters, shop, (f) => change(f), clear)));
    announce('Filters cleared');
  });
  let form = panel(all, filters, shop, (f) => change(f), clear);
  return el('section', { class: 'browser', 'aria-label': `All ${category.name}` }, form, el('div', { class: 'results' }, count, grid, more));
}

function panel(
  all: readonly Product[],
  start: Filters,
  shop: Shop,
  change: (filters: Filters) => void,
  clear: HTMLButtonElement,
): HTMLElement {
  const tally = (key: (product: Product) => string) => {
    const counts = new Map<string, number>();
    for (const product of all) counts.set(key(product), (counts.get(key(product)) ?? 0) + 1);
    return [...counts].sort(([a], [b]) => a.localeCompare(b));
  };
  const form = el('form', { class: 'filters', 'aria-label': 'Filters' });
  const sort = el('select', { name: 'sort', id: 'sort' }, ...Object.entries(SORTS).map(([name, label]) => el('option', { value: name, selected: start.sort === name }, label)));
  form.append(
    el('div', { class: 'field' }, el('label', { for: 'sort' }, 'Sort'), sort),
    el('fieldset', {}, el('legend', {}, 'Price'), el('div', { class: 'prices' }, price('min', 'from', start.min), price('max', 'to', start.max))),
    choices('Colour', 'colour', tally((p) => p.colour), start.colours, (name) => swatch(shop.rgb(name))),
    choices('Brand', 'brand', tally((p) => p.brand), start.brands, () => null),
    clear,
  );
  form.addEventListener('input', () => change(readForm(form)));
  form.addEventListener('submit', (event) => event.preventDefault());
  return el('details', { class: 'filter-box', open: window.matchMedia('(min-width: 60rem)').matches }, el('summary', {}, 'Filter and sort'), form);
}

function readForm(form: HTMLFormElement): Filters {
  const search = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === 'string') search.append(name, value);
  }
  return readFilters(search);
}

function price(name: string, label: string, value: number | undefined): HTMLElement {
  const input = el('input', { type: 'number', name, id: `price-${name}`, min: 0, step: 1, inputmode: 'numeric', value });
  return el('label', { for: input.id }, el('span', {}, label), input);
}

export function swatch(rgb: string): HTMLElement {
  const node = el('span', { class: 'swatch', 'aria-hidden': 'true' });
  node.style.setProperty('--swatch', rgb);
  return node;
}

function choices(
  legend: string,
  name: string,
  options: ReadonlyArray<readonly [string, number]>,
  chosen: ReadonlySet<string>,
  mark: (option: string) => HTMLElement | null,
): HTMLElement {
  const items = options.map(([option, count]) => {
    const box = el('input', { type: 'checkbox', name, value: option, checked: chosen.has(option) });
    return el('li', {}, el('label', { class: 'choice' }, box, mark(option), el('span', {}, option), el('span', { class: 'tally' }, String(count))));
  });
  return el('fieldset', {}, el('legend', {}, legend), el('ul', { role: 'list', class: 'choices' }, ...items));
}
