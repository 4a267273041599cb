/**
 * The channel between the tabs of this shop. Messages are single words: what changed is read from the device's own
 * store, never from a message. A channel does not hear itself.
 */

/** Opens it; nothing where there is none, or where the browser refuses it together with storage. */
export function openTabs(hear: (event: MessageEvent) => void): BroadcastChannel | undefined {
  try {
    const tabs: BroadcastChannel & { unref?: () => void } = new BroadcastChannel('cookshelf');
    tabs.onmessage = hear;
    // In Node it would keep the process alive.
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
