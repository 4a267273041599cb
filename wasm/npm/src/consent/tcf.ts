/**
 * Consent as the IAB's Transparency and Consent Framework v2 has it: `__tcfapi('addEventListener', 2, …)`. Whatever the
 * shopper has not yet decided keeps this source silent; where the law does not apply, the profile is allowed.
 */
import type { ConsentSource } from '../types.js';

export interface TcfOptions {
  /**
   * Purposes that must all have consent. When missing: 1 (storing on the device), 5 and 6 (making and using a profile
   * to personalise content).
   */
  purposes?: readonly number[];
  /** Milliseconds to wait for a banner that is loaded late; 10,000 when missing. */
  patience?: number;
}

type Tcf = (command: string, version: number, callback: (...answer: unknown[]) => void, parameter?: unknown) => void;

const LOOK_AGAIN_MS = 250;

/** Follows a consent manager of the framework. */
export function tcf(options: TcfOptions = {}): ConsentSource {
  const { purposes = [1, 5, 6], patience = 10_000 } = options;
  return {
    follow(allow) {
      let stopped = false;
      let last: boolean | undefined;
      const listeners = new Set<unknown>();
      const hear = (data: unknown, success: unknown): void => {
        const said = record(data);
        if (success !== true || said === undefined) return;
        if (stopped) return forget(said['listenerId']);
        listeners.add(said['listenerId']);
        const agreed = decision(said, purposes);
        if (agreed === undefined || agreed === last) return;
        last = agreed;
        allow(agreed ? 'device' : 'off');
      };
      const stopLooking = whenThere(patience, (api) => api('addEventListener', 2, hear));
      return () => {
        stopped = true;
        stopLooking();
        listeners.forEach(forget);
      };
    },
  };
}

/** Whether the shopper agreed; `undefined` while undecided. */
function decision(said: Readonly<Record<string, unknown>>, purposes: readonly number[]): boolean | undefined {
  if (said['gdprApplies'] === false) return true;
  // `cmpuishown`: the banner is open; what was decided before holds until it is closed.
  if (said['eventStatus'] !== 'tcloaded' && said['eventStatus'] !== 'useractioncomplete') return undefined;
  const consents = record(record(said['purpose'])?.['consents']) ?? {};
  return purposes.every((purpose) => consents[String(purpose)] === true);
}

/** Calls `work` with the framework's function once the page has it; returns how to stop looking. */
function whenThere(patience: number, work: (api: Tcf) => void): () => void {
  const api = apiOf();
  if (api !== undefined) {
    work(api);
    return () => {};
  }
  let left = Math.ceil(patience / LOOK_AGAIN_MS);
  const timer = setInterval(() => {
    const late = apiOf();
    left -= 1;
    if (late === undefined && left > 0) return;
    clearInterval(timer);
    if (late !== undefined) work(late);
  }, LOOK_AGAIN_MS);
  return () => clearInterval(timer);
}

function apiOf(): Tcf | undefined {
  const found: unknown = Reflect.get(globalThis, '__tcfapi');
  if (typeof found !== 'function') return undefined;
  return (command, version, callback, parameter) => {
    Reflect.apply(found, undefined, [command, version, callback, parameter]);
  };
}

function forget(listener: unknown): void {
  if (listener !== undefined) apiOf()?.('removeEventListener', 2, () => {}, listener);
}

function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? { ...value } : undefined;
}
