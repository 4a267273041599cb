/**
 * The parts of a shelf that stay while its lists change: a section with its heading, the buttons, the row, and the
 * line that a screen reader reads out. What is in the row is not its business.
 */
import { make } from './card.js';
import type { Row } from './row.js';
import { say, type Labels } from './labels.js';

export interface Frame extends Row {
  readonly section: HTMLElement;
  readonly head: HTMLElement;
  readonly list: HTMLUListElement;
  readonly status: HTMLElement;
}

/** How a shelf presents itself. */
export interface Dress {
  readonly heading: string | null;
  readonly level: string | null;
  readonly layout: string | null;
  readonly labels: Labels;
}

let frames = 0;

export function frame(): Frame {
  const section = make('section', 'section');
  const head = make('div', 'head');
  const previous = make('button', 'prev', { type: 'button', hidden: '' });
  const next = make('button', 'next', { type: 'button', hidden: '' });
  const viewport = make('div', 'viewport');
  const list = make('ul', 'list', { role: 'list' });
  const status = make('p', 'status', { role: 'status' });
  head.append(previous, next);
  viewport.append(list);
  section.append(head, viewport, status);
  return { section, head, previous, next, viewport, list, status };
}

export function dress({ section, head, previous, next }: Frame, { heading, level, layout, labels }: Dress): void {
  const tag = /^[1-6]$/.test(level ?? '') ? `h${level}` : 'h2';
  let title = head.querySelector('.cook-shelf-heading');
  if (title && (!heading || title.localName !== tag)) {
    title.remove();
    title = null;
  }
  if (heading && !title) {
    frames += 1;
    title = make(tag, 'heading', { id: `cook-shelf-${frames}` });
    head.prepend(title);
  }
  if (title) title.textContent = heading;
  const name = heading || say(labels['shelf']);
  section.removeAttribute(title ? 'aria-label' : 'aria-labelledby');
  section.setAttribute(title ? 'aria-labelledby' : 'aria-label', title?.id ?? name);
  section.dataset['layout'] = layout === 'grid' ? 'grid' : 'scroll';
  previous.setAttribute('aria-label', `${say(labels['previous'])}: ${name}`);
  next.setAttribute('aria-label', `${say(labels['next'])}: ${name}`);
}
