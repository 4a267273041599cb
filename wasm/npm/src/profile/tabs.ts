/**
 * Tells the other tabs of this shop that the profile changed. Messages are single words: what
 * changed is read from the device's own store, never from a message.
 */

import { CHANNEL } from './erasure.js';

export interface Tabs {
  join(hear: (message: string) => void): void;
  tell(message: string): void;
  leave(): void;
}

export class BroadcastTabs implements Tabs {
  #channel: BroadcastChannel | undefined;

  join(hear: (message: string) => void): void {
    if (this.#channel !== undefined || typeof BroadcastChannel === 'undefined') return;
    const channel = new BroadcastChannel(CHANNEL);
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (typeof data === 'string') hear(data);
    };
    unref(channel);
    this.#channel = channel;
  }

  tell(message: string): void {
    this.#channel?.postMessage(message);
  }

  leave(): void {
    this.#channel?.close();
    this.#channel = undefined;
  }
}

/** In Node an open channel would keep the process alive. */
function unref(channel: BroadcastChannel): void {
  if ('unref' in channel && typeof channel.unref === 'function') channel.unref();
}
