/** The sources of consent by the names that a page's JSON has for them. */
import { shopifyConsent } from '../shopify/consent.js';
import type { ConsentName } from '../page-json.js';
import type { ConsentSource } from '../types.js';
import { googleConsent } from './google.js';
import { pageConsent } from './page.js';
import { tcf } from './tcf.js';

export const CONSENTS: readonly ConsentName[] = ['shopify', 'google', 'tcf', 'page', 'none'];

/** `element` is the one that holds the JSON. `none`, and what nobody knows, has no source: nothing is remembered. */
export function consentNamed(name: unknown, element: HTMLElement): ConsentSource | undefined {
  switch (name) {
    case 'shopify':
      return shopifyConsent();
    case 'google':
      return googleConsent();
    case 'tcf':
      return tcf();
    case 'page':
      return pageConsent(element);
    default:
      return undefined;
  }
}
