/**
 * The plain script of a theme: waits until a shelf comes near and then loads the rest as modules. A classic script
 * from another host has no address of its own to import from, so the address of the module comes from the page's JSON
 * (`script`), or from this script's `src`.
 */

const MARGIN = '800px';

/** Beside this file's folder in the package. */
const MODULE = '../theme.js';

load(document.currentScript);

function load(self: Element | null): void {
  const own = self instanceof HTMLScriptElement ? self.src : '';
  const start = (): void => {
    const { script, everywhere } = config();
    const address = typeof script === 'string' && script !== '' ? new URL(script, document.baseURI) : own === '' ? undefined : new URL(MODULE, own);
    if (address === undefined) return;
    let loaded = false;
    const once = (): void => {
      if (loaded) return;
      loaded = true;
      stop();
      // A failure leaves the page as the server made it.
      void import(address.href).catch(() => {});
    };
    const stop = whenNear(once);
    if (everywhere === true) afterLoad(once);
  };
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start, { once: true });
  else start();
}

function config(): { readonly script?: unknown; readonly everywhere?: unknown } {
  try {
    const read: unknown = JSON.parse(document.getElementById('cookshelf')?.textContent ?? '');
    return typeof read === 'object' && read !== null ? read : {};
  } catch {
    return {};
  }
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

function afterLoad(work: () => void): void {
  if (document.readyState === 'complete') work();
  else addEventListener('load', work, { once: true });
}
