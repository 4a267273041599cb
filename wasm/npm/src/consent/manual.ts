/**
 * Consent that the page itself tells. Remembers the last word in this page only, so that a recommender which opens
 * later hears it as well; keeping it from visit to visit is the business of who asked the shopper.
 */
import type { ConsentSource, ProfileMode } from '../types.js';

export interface ManualConsent extends ConsentSource {
  /** What the shopper decided. `off` takes everything back, also that of earlier visits. */
  set(mode: ProfileMode): void;
}

/** A source that says what it is told. */
export function manual(): ManualConsent {
  const followers = new Set<(mode: ProfileMode) => void>();
  let decided: ProfileMode | undefined;
  return {
    set(mode) {
      decided = mode;
      for (const allow of [...followers]) allow(mode);
    },
    follow(allow) {
      // Two recommenders may pass the same function.
      const follower = (mode: ProfileMode): void => allow(mode);
      followers.add(follower);
      if (decided !== undefined) follower(decided);
      return () => {
        followers.delete(follower);
      };
    },
  };
}
