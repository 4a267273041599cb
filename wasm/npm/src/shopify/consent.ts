/**
 * Consent as Shopify's customer privacy has it: what it calls preferences is what a profile needs. Silent while the
 * shopper has not decided, except where the shop does not have to ask.
 */
import type { ConsentSource } from '../types.js';
import { at, call, inThemeEditor, shopify } from './host.js';

const FEATURES = [{ name: 'consent-tracking-api', version: '0.1' }];
const COLLECTED = 'visitorConsentCollected';

/** Follows the shop's cookie banner, whichever app shows it. */
export function shopifyConsent(): ConsentSource {
  return {
    follow(allow) {
      let stopped = false;
      let last: boolean | undefined;
      const tell = (allowed: boolean | undefined): void => {
        if (stopped || allowed === undefined || allowed === last) return;
        last = allowed;
        allow(allowed ? 'device' : 'off');
      };
      const collected = (event: Event): void => {
        // The event carries the decision; older versions of the interface only say that there is one.
        const word = at(event, 'detail', 'preferencesAllowed');
        tell(typeof word === 'boolean' ? word : call(shopify('customerPrivacy'), 'preferencesProcessingAllowed') === true);
      };
      document.addEventListener(COLLECTED, collected);
      if (shopify('customerPrivacy') !== undefined) tell(decision());
      call(shopify(), 'loadFeatures', FEATURES, (error: unknown) => {
        if (!error) tell(decision());
      });
      return () => {
        stopped = true;
        document.removeEventListener(COLLECTED, collected);
      };
    },
  };
}

/** What the shopper decided, `undefined` when he has not and would have to be asked. */
function decision(): boolean | undefined {
  const privacy = shopify('customerPrivacy');
  const word = at(call(privacy, 'currentVisitorConsent'), 'preferences');
  if (word === 'yes' || word === 'no') return word === 'yes';
  // Without a decision this is true only where the shop's settings say that nobody has to be asked. A merchant in the
  // editor is nobody's shopper.
  const free = call(privacy, 'preferencesProcessingAllowed') === true && call(privacy, 'shouldShowBanner') !== true;
  return free && !inThemeEditor() ? true : undefined;
}
