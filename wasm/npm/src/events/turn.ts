/**
 * Feeds may be written out anew by every part of a page that opens the recommender. What they follow is followed once
 * for each profile, so that nothing counts twice: by the one that came first, and after it by the next.
 */

interface Follower {
  readonly what: string;
  readonly begin: () => () => void;
  stop?: () => void;
}

const followers = new WeakMap<object, Follower[]>();

/** Follows `what` for the profile as soon as nobody else does; returns how to stop. */
export function inTurn(profile: object, what: string, begin: () => () => void): () => void {
  const line = followers.get(profile) ?? [];
  followers.set(profile, line);
  const own: Follower = { what, begin };
  const next = (): void => {
    const first = line.find((other) => other.what === what);
    if (first) first.stop ??= first.begin();
  };
  line.push(own);
  next();
  return () => {
    const at = line.indexOf(own);
    if (at < 0) return;
    line.splice(at, 1);
    own.stop?.();
    next();
  };
}
