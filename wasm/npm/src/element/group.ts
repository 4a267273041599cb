/**
 * Shelves of a page that never show the same item. One asks after the other, the first of the page first, and each
 * leaves out what the others show by then.
 */

/** A shelf as its group sees it. */
export interface Member {
  readonly node: Node;
  /** When it has fired, nobody waits for it any more. */
  readonly signal: AbortSignal;
  /** Asks and shows; resolves when that is done, also when it failed. */
  readonly work: () => Promise<void>;
}

interface Group {
  readonly waiting: Set<Member>;
  busy: boolean;
}

const groups = new Map<string, Group>();

/** Queues a shelf that wants to ask; once more while it waits changes nothing. */
export function queue(name: string, member: Member): void {
  const group = groups.get(name) ?? { waiting: new Set(), busy: false };
  groups.set(name, group);
  for (const other of group.waiting) if (other.node === member.node) group.waiting.delete(other);
  group.waiting.add(member);
  if (!group.busy) void run(name, group);
}

async function run(name: string, group: Group): Promise<void> {
  group.busy = true;
  // What comes near at the same time queues in the same moment.
  await Promise.resolve();
  for (let member = first(group.waiting); member; member = first(group.waiting)) {
    const { signal, work } = member;
    group.waiting.delete(member);
    if (signal.aborted) continue;
    // What it waits for may never come, and not know how to stop.
    const gone = new Promise((given) => {
      signal.addEventListener('abort', given, { once: true });
    });
    await Promise.race([work(), gone]);
  }
  groups.delete(name);
}

function first(members: Iterable<Member>): Member | undefined {
  return [...members].sort((one, other) => (one.node.compareDocumentPosition(other.node) & Node.DOCUMENT_POSITION_PRECEDING ? 1 : -1))[0];
}
