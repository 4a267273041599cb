/**
 * Consent that a page writes into its config element: `document.getElementById('cookshelf').dataset.consent = 'device'`.
 * An attribute and no event, so that it does not matter whether page or script comes first.
 */
import type { ConsentSource, ProfileMode } from '../types.js';

/** Follows the attribute; silent while it says nothing that is a mode. */
export function pageConsent(element: HTMLElement): ConsentSource {
  return {
    follow(allow) {
      let last: ProfileMode | undefined;
      const tell = (): void => {
        const mode = element.dataset['consent'];
        if ((mode !== 'off' && mode !== 'session' && mode !== 'device') || mode === last) return;
        last = mode;
        allow(mode);
      };
      tell();
      const watching = new MutationObserver(tell);
      watching.observe(element, { attributeFilter: ['data-consent'] });
      return () => watching.disconnect();
    },
  };
}
