/** Every source of consent with what stands behind it on a page: how the shopper agrees there, and how he refuses. */
import { vi } from 'vitest';
import { googleConsent, manual, tcf } from '../../src/consent.js';
import { shopifyConsent } from '../../src/shopify.js';
import type { ConsentSource } from '../../src/types.js';

export interface Host {
  readonly source: ConsentSource;
  agree(): void;
  refuse(): void;
}

export const HOSTS: Record<string, () => Host> = {
  manual() {
    const source = manual();
    return { source, agree: () => source.set('device'), refuse: () => source.set('off') };
  },

  google() {
    const layer: unknown[] = [];
    vi.stubGlobal('dataLayer', layer);
    const gtag = (...words: unknown[]): void => void layer.push(asArguments(words));
    gtag('consent', 'default', { personalization_storage: 'denied', analytics_storage: 'denied' });
    const say = (word: string) => (): void => gtag('consent', 'update', { personalization_storage: word });
    return { source: googleConsent(), agree: say('granted'), refuse: say('denied') };
  },

  tcf() {
    const cmp = new FakeCmp();
    vi.stubGlobal('__tcfapi', cmp.api);
    const say = (purposes: readonly number[]) => (): void => cmp.say({ eventStatus: 'useractioncomplete', purpose: consents(purposes) });
    return { source: tcf(), agree: say([1, 2, 5, 6]), refuse: say([]) };
  },

  shopify() {
    const shop = new FakePrivacy();
    vi.stubGlobal('Shopify', shop.global);
    return { source: shopifyConsent(), agree: () => shop.decide('yes'), refuse: () => shop.decide('no') };
  },
};

/** What `gtag` pushes: the `arguments` of its call. */
export function asArguments(words: readonly unknown[]): unknown {
  return Object.assign(Object.create(null) as object, { ...words, length: words.length });
}

export function consents(purposes: readonly number[]): unknown {
  return { consents: Object.fromEntries(purposes.map((purpose) => [purpose, true])) };
}

/** A consent manager of the framework. */
export class FakeCmp {
  readonly listeners = new Map<number, (data: unknown, success: boolean) => void>();
  state: Record<string, unknown> = { eventStatus: 'cmpuishown', gdprApplies: true };

  readonly api = (command: string, _version: number, callback: (data: unknown, success: boolean) => void, parameter?: number): void => {
    if (command === 'removeEventListener') {
      callback(this.listeners.delete(parameter ?? 0), true);
      return;
    }
    const id = this.listeners.size + 1;
    this.listeners.set(id, callback);
    callback({ ...this.state, listenerId: id }, true);
  };

  say(state: Record<string, unknown>): void {
    this.state = { gdprApplies: true, ...state };
    for (const [id, listener] of this.listeners) listener({ ...this.state, listenerId: id }, true);
  }
}

/** Shopify's customer privacy, as a page has it after the banner's script. */
export class FakePrivacy {
  word: '' | 'yes' | 'no' = '';
  /** Whether the shop has to ask in this region. */
  asks = true;
  readonly global = {
    customerPrivacy: {
      currentVisitorConsent: () => ({ preferences: this.word, analytics: this.word, marketing: this.word, sale_of_data: '' }),
      preferencesProcessingAllowed: () => (this.word === '' ? !this.asks : this.word === 'yes'),
      shouldShowBanner: () => this.word === '' && this.asks,
    },
    loadFeatures: (_features: unknown, done: (error?: Error) => void) => done(),
  };

  decide(word: 'yes' | 'no'): void {
    this.word = word;
    document.dispatchEvent(new CustomEvent('visitorConsentCollected', { detail: { preferencesAllowed: word === 'yes' } }));
  }
}
