/** The cart: what is in it, what it costs, and what others took along. */
import type { ListRequest } from 'cookshelf';
import { picture } from '../art.js';
import { cartIds, cartLines, emptyCart, type Line, setCount } from '../cart.js';
import { announce, button, el } from '../dom.js';
import { HOME, productPath } from '../paths.js';
import { shelf } from '../shelf.js';
import type { Shop } from '../shop.js';
import { observe, shownTo } from '../visitor.js';
import type { Page } from './page.js';

export function cartPage(shop: Shop, signal: AbortSignal): Page {
  const heading = el('h1', { tabindex: -1 }, 'Your cart');
  const lines = el('div', { class: 'cart-lines' });
  const goesWith = el('div', {});
  let shown: string | undefined;
  const draw = () => {
    const known = cartLines().filter((line) => shop.product(line.id));
    lines.replaceChildren(...(known.length === 0 ? [nothing()] : [table(known, shop, draw), total(known, shop, draw)]));
    const ids = cartIds();
    // A change of count asks nothing new; only other goods do.
    if (shown === ids.join()) return;
    shown = ids.join();
    goesWith.replaceChildren(...(ids.length === 0 ? [] : [companions()]));
  };
  draw();
  const content = el('div', { class: 'cart' }, el('div', { class: 'page-head' }, heading), lines, goesWith);
  void addAgain(content, signal);
  return { title: `Cart · ${shop.name}`, heading, content };
}

function companions(): HTMLElement {
  // The word, not the ids: what is in the cart chooses no request.
  const request: ListRequest = { kind: 'together', seeds: 'cart', limit: 12, exclude: ['cart'], fallback: ['similar', 'trending'] };
  return shelf({ testid: 'shelf-cart-together', heading: 'Goes with your cart', request });
}

/** What the visitor bought before, most due first; below everything else, so that it moves nothing when it comes. */
async function addAgain(content: HTMLElement, signal: AbortSignal): Promise<void> {
  const source = await shownTo().catch(() => undefined);
  if (!source || signal.aborted || !source.profile.explain().items.some(({ did }) => did.includes('purchase'))) return;
  content.append(shelf({ testid: 'shelf-cart-again', heading: 'Buy it again', request: { kind: 'again', limit: 12, exclude: ['cart'] } }));
}

function nothing(): HTMLElement {
  return el('p', { class: 'cart-empty' }, 'There is nothing in it yet. ', el('a', { href: HOME }, 'Have a look around.'));
}

function table(lines: readonly Line[], shop: Shop, draw: () => void): HTMLElement {
  const rows = lines.flatMap((line) => {
    const product = shop.product(line.id);
    if (!product) return [];
    const change = (count: number) => {
      setCount(line.id, count);
      if (count === 0) {
        observe('removeFromCart', line.id);
        announce(`${product.title} taken out`);
      }
      draw();
    };
    const few = button('−', { class: 'count-button', 'aria-label': `One less of ${product.title}` }, () => change(line.count - 1));
    const lots = button('+', { class: 'count-button', 'aria-label': `One more of ${product.title}` }, () => change(line.count + 1));
    return [
      el(
        'li',
        { class: 'cart-line', 'data-item': product.id },
        el('a', { class: 'cart-picture', href: productPath(product), tabindex: -1, 'aria-hidden': 'true' }, picture(product.id)),
        el('div', { class: 'cart-words' }, el('a', { href: productPath(product) }, product.title), el('span', { class: 'card-brand' }, product.brand)),
        el('div', { class: 'counter' }, few, el('span', { 'aria-label': `${line.count} in the cart` }, String(line.count)), lots),
        el('span', { class: 'cart-price' }, shop.money(product.price * line.count)),
      ),
    ];
  });
  return el('ul', { role: 'list', class: 'cart-list', 'data-testid': 'cart-list' }, ...rows);
}

function total(lines: readonly Line[], shop: Shop, draw: () => void): HTMLElement {
  const sum = lines.reduce((all, line) => all + line.count * (shop.product(line.id)?.price ?? 0), 0);
  const buy = button('Buy', { class: 'main-button', 'data-testid': 'buy' }, () => {
    for (const line of lines) observe('purchase', line.id);
    emptyCart();
    draw();
    announce('Thank you. This is a demo, so nothing will arrive.');
  });
  return el('div', { class: 'cart-total' }, el('p', {}, 'Total ', el('strong', {}, shop.money(sum))), buy);
}
