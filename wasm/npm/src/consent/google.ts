/**
 * Consent as Google's consent mode has it: `gtag('consent', 'default' | 'update', { … })`. Every such command is an entry
 * of the data layer, which is followed.
 *
 * An `update` decides. A `default` decides only when it grants: one that denies means that the shopper has not been
 * asked yet. Where some default is for named regions only, a default that grants does not decide either, because what
 * region the shopper is in is not known here.
 */
import { commandOf, followLayer } from '../events/layer.js';
import type { ConsentSource, ProfileMode } from '../types.js';

export type GoogleState = Readonly<Record<string, 'granted' | 'denied'>>;

export interface GoogleConsentOptions {
  /**
   * The mode for what is decided so far, by type of consent; `undefined` while that is not enough. `named` are all types that
   * some command mentions, decided or not. When missing, `personalization_storage` decides, or `functionality_storage` on
   * pages that never name it.
   */
  map?: (decided: GoogleState, named: ReadonlySet<string>) => ProfileMode | undefined;
  /** Name of the global array; `dataLayer` when missing. */
  layer?: string;
}

type Word = 'granted' | 'denied';

/** What the commands so far say. */
interface Said {
  readonly updates: Record<string, Word>;
  readonly defaults: Record<string, Word>;
  /** Types that some region starts without. */
  readonly regional: Set<string>;
  /** Types that are granted or denied anywhere. */
  readonly named: Set<string>;
  /** Defaults that do not count yet: the banner may still bring back what the shopper decided at an earlier visit. */
  waiting: number;
}

/** Follows Google's consent mode. */
export function googleConsent(options: GoogleConsentOptions = {}): ConsentSource {
  const { map = personal, layer: name = 'dataLayer' } = options;
  return {
    follow(allow) {
      const said: Said = { updates: {}, defaults: {}, regional: new Set(), named: new Set(), waiting: 0 };
      let last: ProfileMode | undefined;
      let stopped = false;
      const tell = (): void => {
        const mode = map(decided(said), said.named);
        if (stopped || mode === undefined || mode === last) return;
        last = mode;
        allow(mode);
      };
      const hear = (entry: unknown): void => {
        const wait = note(said, entry);
        if (wait === 0) return;
        said.waiting += 1;
        setTimeout(() => {
          said.waiting -= 1;
          tell();
        }, wait);
      };
      const stop = followLayer(name, (entries) => {
        entries.forEach(hear);
        tell();
      });
      return () => {
        stopped = true;
        stop();
      };
    },
  };
}

function decided({ updates, defaults, regional, waiting }: Said): GoogleState {
  const granted = Object.entries(defaults).filter(([type, word]) => word === 'granted' && !regional.has(type));
  return waiting > 0 ? { ...updates } : { ...Object.fromEntries(granted), ...updates };
}

/** The usual reading: remembering a taste is personalisation; some banners only know functionality. */
function personal(decided: GoogleState, named: ReadonlySet<string>): ProfileMode | undefined {
  const word = decided[named.has('personalization_storage') ? 'personalization_storage' : 'functionality_storage'];
  return word === undefined ? undefined : word === 'granted' ? 'device' : 'off';
}

/** Takes down one entry; how many milliseconds it asks to wait before it counts. */
function note(said: Said, entry: unknown): number {
  const command = commandIn(entry);
  if (command === undefined) return 0;
  const { verb, settings } = command;
  for (const [type, word] of Object.entries(settings)) {
    if (word !== 'granted' && word !== 'denied') continue;
    said.named.add(type);
    if (verb === 'update') said.updates[type] = word;
    else if (!('region' in settings)) said.defaults[type] = word;
    else if (word === 'denied') said.regional.add(type);
  }
  const wait = verb === 'default' ? settings['wait_for_update'] : 0;
  return typeof wait === 'number' && wait > 0 ? wait : 0;
}

interface Command {
  readonly verb: 'default' | 'update';
  readonly settings: Readonly<Record<string, unknown>>;
}

function commandIn(entry: unknown): Command | undefined {
  const { word, name: verb, settings } = commandOf(entry) ?? {};
  if (word !== 'consent' || (verb !== 'default' && verb !== 'update')) return undefined;
  return typeof settings === 'object' && settings !== null ? { verb, settings: { ...settings } } : undefined;
}
