/**
 * What happens in the shop before the engine is there. It is held in the memory of this page and passed on when the
 * recommender opens; on a page whose recommender never opens it is gone with the page.
 */
import type { EventFeed, Profile, ProfileEvent } from '../types.js';

/** More than this does not happen before a shelf is near. */
const MOST = 50;

/** As much of a profile as a feed uses. */
type Ear = Pick<Profile, 'cart' | 'observe'>;

/** Starts listening at once; the recommender that follows hears what was missed first. */
export function early(listen: (ear: Ear) => () => void): EventFeed {
  const missed: ProfileEvent[] = [];
  let cart: readonly string[] | undefined;
  let profile: Profile | undefined;
  const stop = listen({
    observe(event) {
      if (profile !== undefined) profile.observe(event);
      else if (missed.length < MOST) missed.push(event);
    },
    get cart() {
      return profile?.cart ?? cart ?? [];
    },
    set cart(items) {
      if (profile === undefined) cart = items;
      else profile.cart = items;
    },
  });
  return {
    follow(opened) {
      profile = opened;
      for (const event of missed.splice(0)) opened.observe(event);
      // The page knows better than the events what is in the cart.
      if (cart !== undefined) opened.cart = cart;
      return () => {
        profile = undefined;
        stop();
      };
    },
  };
}
