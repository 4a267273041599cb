/** Profiles of tests: each is a tab of its own, all share one store and one clock. */
import 'fake-indexeddb/auto';
import { vi } from 'vitest';
import type { RecoError } from '../../src/errors.js';
import { eraseDatabase } from '../../src/profile/erasure.js';
import { DeviceProfile } from '../../src/profile/profile.js';
import type { ProfileMode } from '../../src/types.js';
import { NOON } from './open.js';

export const DAY = 86_400_000;
export const TODAY = Math.floor(NOON / DAY);
export const clock = { now: NOON };
const profiles: DeviceProfile[] = [];

interface Made {
  profile: DeviceProfile;
  errors: RecoError[];
  moves: ProfileMode[];
  wiped: () => number;
}

export function make(mode: ProfileMode, wipe: () => Promise<void> = async () => {}): Made {
  const errors: RecoError[] = [];
  const moves: ProfileMode[] = [];
  let wiped = 0;
  const profile = new DeviceProfile(
    {
      now: () => clock.now,
      report: (error) => errors.push(error),
      changed: () => {},
      moved: (to) => moves.push(to),
      wipe: async () => {
        wiped += 1;
        await wipe();
      },
    },
    mode,
  );
  profiles.push(profile);
  return { profile, errors, moves, wiped: () => wiped };
}

export const see = (profile: DeviceProfile, ...items: string[]): void => {
  for (const item of items) profile.observe({ type: 'view', item });
};
export const items = (profile: DeviceProfile): string[] => profile.known().events.map(({ item }) => item);
export const databases = async (): Promise<unknown[]> => indexedDB.databases();

/** After each test. */
export async function leaveAll(): Promise<void> {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  for (const profile of profiles.splice(0)) {
    await profile.settled();
    profile.dispose();
  }
  await eraseDatabase();
  clock.now = NOON;
}
