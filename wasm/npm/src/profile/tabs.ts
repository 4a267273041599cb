/**
 * The channel between the tabs of this shop. Messages are single words: what changed is read from the device's own
 * store, never from a message. A channel does not hear itself.
 */

/**
 * Opens it; nothing where there is none, or where the browser refuses it together with storage. On a server there is nothing
 * that tabs share, and an open channel would keep the program from ending.
 */
export function openTabs(hear: (event: MessageEvent) => void): BroadcastChannel | undefined {
  try {
    if (typeof indexedDB === 'undefined') return undefined;
    const tabs: BroadcastChannel & { unref?: () => void } = new BroadcastChannel('cookshelf');
    tabs.onmessage = hear;
    // Node, in tests with a database of their own.
    tabs.unref?.();
    return tabs;
  } catch {
    return undefined;
  }
}

/** A word of a script that does not listen itself. */
export function tellTabs(word: string): void {
  const tabs = openTabs(() => {});
  tabs?.postMessage(word);
  tabs?.close();
}
