/**
 * What a page says once for all its shelves: `<script type="application/json" id="cookshelf">`, as the theme block or a
 * shop's own template writes it. The one place that finds and reads it; page-options.ts checks what becomes an option.
 */
import type { Label } from './element/labels.js';
import type { RecommenderOptions } from './types.js';

/** Whose word on consent counts: Shopify's, Google's, a TCF manager's, or the page's own. `none`: nothing is ever remembered, and the plain script deletes what was. */
export type ConsentName = 'shopify' | 'google' | 'tcf' | 'page' | 'none';

/** Of `<script type="application/json" id="cookshelf">`. An empty field is as good as none: a template may have nothing to put in. */
export interface Settings extends Partial<Pick<RecommenderOptions, 'wasm' | 'worker' | 'profile' | 'run' | 'cache' | 'channel' | 'catalog'>> {
  readonly model?: string;
  /** Whose word on consent counts; `page` when missing. `profile` is the most that is kept, `device` when missing. */
  readonly consent?: ConsentName;
  readonly labels?: Readonly<Record<string, Label>>;
  /** Of prices whose cards name none. */
  readonly currency?: string;
  /** Where an item is whose card has no address: `/products/{id}`. */
  readonly link?: string;
  /** For the plain script: the module that it loads, when that is not beside it. */
  readonly script?: string;
  /** For the plain script: also learn on pages without a shelf. */
  readonly everywhere?: boolean;
  /** What the page shows, for `shopifyEvents()`. */
  readonly page?: unknown;
}

export type Fields = Readonly<Record<string, unknown>>;

/** The element that holds it. */
export function pageElement(): HTMLElement | null {
  return document.getElementById('cookshelf');
}

/** All of it, unchecked. */
export function pageJson(): Fields {
  return { ...fields(pageElement()?.textContent) };
}

/** The fields of a JSON object in a page; none where it cannot be read. */
export function fields(text: string | null | undefined): object {
  try {
    const read: unknown = JSON.parse(text ?? '');
    if (typeof read === 'object' && read) return read;
  } catch {
    // As if it were not there.
  }
  return {};
}
