/**
 * The plain script of a theme: waits until a shelf comes near and then loads the rest as modules. A classic script
 * from another host has no address of its own to import from, so the address of the module comes from the page's JSON
 * (`script`), or from this script's `src`.
 *
 * Consent is followed from here on, once for the page: a no deletes what is kept, whether or not a shelf is ever seen.
 */
import { consentNamed } from '../consent/named.js';
import { CACHE_NAME } from '../load/cache.js';
import { pageElement, pageJson } from '../page-json.js';
import { eraseDatabase } from '../profile/erasure.js';
import { tellTabs } from '../profile/tabs.js';
import type { ConsentSource, ProfileMode } from '../types.js';
import type * as Theme from '../theme.js';

const MARGIN = '800px';

const PATIENCE_MS = 3_000;

/** Beside this file's folder in the package. */
const MODULE = '../theme.js';

load(document.currentScript);

function load(self: Element | null): void {
  const own = self instanceof HTMLScriptElement ? self.src : '';
  const start = (): void => {
    const [element, { script, everywhere, consent: name, profile: most, cache }] = [pageElement(), pageJson()];
    const address = typeof script === 'string' && script !== '' ? new URL(script, document.baseURI) : own === '' ? undefined : new URL(MODULE, own);
    const never = name === 'none' || most === 'off';
    const source = element && !never ? consentNamed(name || 'page', element) : undefined;
    // The shop keeps no profiles any more; blobs are another matter.
    if (element && never) erase('off', cache === 'device');
    let module: Promise<typeof Theme> | undefined;
    /** `open`: also where no shelf asks for the engine. */
    const begin = (open: boolean): void => {
      stop();
      if (address === undefined) return;
      module ??= import(address.href);
      // A failure leaves the page as the server made it.
      module.then((theme) => theme.start(consent, open)).catch(() => {});
    };
    const consent = source && shared(source, most, () => {
      if (everywhere === true) whenIdle(() => begin(true));
    });
    const stop = whenNear(() => afterLoad(() => begin(false)));
  };
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start, { once: true });
  else start();
}

/** One source for all who follow, followed once; while nobody does, what may not be kept is deleted from here. `agreed` is told of the first yes. */
function shared(source: ConsentSource, most: unknown, agreed: () => void): ConsentSource {
  const followers = new Set<(mode: ProfileMode) => void>();
  let last: ProfileMode | undefined;
  let due = true;
  source.follow((mode) => {
    last = mode;
    for (const allow of [...followers]) allow(mode);
    if (followers.size === 0 && (mode !== 'device' || most === 'session' || most === 'off')) erase(mode);
    if (mode !== 'off' && due) {
      due = false;
      agreed();
    }
  });
  return {
    follow(allow) {
      followers.add(allow);
      if (last !== undefined) allow(last);
      return () => {
        followers.delete(allow);
      };
    },
  };
}

/** What `profile.mode` does, without a profile. What cannot be deleted is not there to be read either. */
function erase(mode: ProfileMode, keepsBlobs = false): void {
  tellTabs(mode === 'device' ? 'session' : mode);
  eraseDatabase().catch(() => {});
  if (!keepsBlobs && typeof caches !== 'undefined') caches.delete(CACHE_NAME).catch(() => {});
}

/** When the page has nothing better to do. */
function whenIdle(work: () => void): void {
  const idle = globalThis.requestIdleCallback ?? ((later: () => void) => setTimeout(later, 200));
  afterLoad(() => idle(work));
}

/** Also sees shelves that come later, such as a section that the theme renders again. */
function whenNear(work: () => void): () => void {
  const near = new IntersectionObserver((entries) => {
    if (entries.some(({ isIntersecting }) => isIntersecting)) work();
  }, { rootMargin: MARGIN });
  const look = (): void => document.querySelectorAll('cook-shelf').forEach((shelf) => near.observe(shelf));
  const later = new MutationObserver(look);
  later.observe(document.body, { childList: true, subtree: true });
  look();
  return () => {
    near.disconnect();
    later.disconnect();
  };
}

/** Nothing of a shelf is fetched before the page's own things are there; one of these that hangs does not hold it up. */
function afterLoad(work: () => void): void {
  let due = document.readyState !== 'complete';
  const once = (): void => {
    if (due) work();
    due = false;
  };
  if (!due) return work();
  addEventListener('load', once, { once: true });
  setTimeout(once, PATIENCE_MS);
}
