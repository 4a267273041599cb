/**
 * Loaded for the first `warm()`, `explain()`, `recommendMany()` or question about the cart: what few pages ask, and none at once.
 */
import { KINDS, RULES } from './request.js';
import { aboutShopper } from './about.js';
import type { Earlier, Known, Plan } from './plan.js';
import type { Ask } from '../recommender.js';
import type { Session } from '../load/session.js';
import type { CauseKind, Explanation, ExplanationPart, Kind, ListRequest, Result } from '../types.js';

const CAUSES: readonly CauseKind[] = ['seed', 'profile', 'place', 'boost', 'rotation'];

/** Causes that are items. */
const NAMED: readonly (CauseKind | undefined)[] = ['seed', 'profile'];

/** Numbers of an explanation before its parts. */
const HEAD = 7;

type MakePlan = (ask: ListRequest, known: Known, anyItem: string | undefined) => Plan;

/** Chromium tells what the shopper asked of it; other browsers keep it to themselves. */
declare global {
  interface Navigator {
    readonly connection?: { readonly saveData?: boolean };
  }
}

/** The questions to fetch for before anyone asked; none where the shopper asked the browser to save data. */
export function warmPlans(what: 'context' | 'personal' | 'all', anyItem: string | undefined, makePlan: MakePlan): Uint8Array[] {
  const known: Known = { remembers: true, events: [], cart: [], seen: [], purchased: [], dismissed: [] };
  const kinds: Kind[] = [];
  if (globalThis.navigator?.connection?.saveData) return [];
  if (what !== 'personal') kinds.push('trending', 'popular', 'new');
  if (what !== 'context') kinds.push('picks');
  return kinds.flatMap((kind) => {
    const { covers, request } = makePlan({ kind }, known, anyItem);
    return covers.length > 0 ? [...covers] : [request];
  });
}

/** Rows of as many items are in one shard of a list that is about seeds, as the model format has it. */
const ROWS = [128, 192];

/** The first item of each stretch that a shard of rows holds: questions about these need all rows. */
export async function rowsOf(session: Session): Promise<readonly string[]> {
  const known = ROWS.map(() => -1);
  return (await session.everyName()).filter((id, position) => {
    if (id === '') return false;
    const shards = ROWS.map((rows) => Math.floor(position / rows));
    return shards.filter((shard, at) => known[at] !== (known[at] = shard)).length > 0;
  });
}

/** One list after the other; none shows what an earlier one shows. */
export async function many(
  recommend: (request: ListRequest, earlier: Earlier) => Promise<Result>,
  requests: readonly ListRequest[],
  { distinct = true }: { readonly distinct?: boolean } = {},
): Promise<Result[]> {
  let earlier: Earlier = { ids: [], aboutShopper: false };
  const results: Result[] = [];
  for (const request of requests) {
    const result = await recommend(request, earlier);
    results.push(result);
    const shown = result.items.map(({ id }) => id);
    if (distinct) earlier = { ids: [...earlier.ids, ...shown], aboutShopper: earlier.aboutShopper || aboutShopper(request) };
  }
  return results;
}

/** Why an item is in the list of a request. */
export function explain(item: string, request: ListRequest, ask: Ask): Promise<Explanation> {
  return ask(request, undefined, async (session, plan, signal) => {
    const raw = await session.explain(plan, new TextEncoder().encode(item), signal);
    const of = raw.filter((_, at) => at > HEAD && (at - HEAD) % 3 === 1 && NAMED.includes(CAUSES[raw[at - 1] ?? -1]));
    return explanationOf(item, raw, await session.names(of));
  });
}

/** [place or 0, score, list or -1, rule or -1, times bought or 0, days between, days since, then (cause, of, amount)], with the names of the items in it. */
function explanationOf(item: string, raw: Float64Array, names: readonly string[]): Explanation {
  const [place = 0, score = 0, list = -1, rule = -1, times = 0, everyDays = 0, daysAgo = 0] = raw;
  const parts: ExplanationPart[] = [];
  for (let at = HEAD; at < raw.length; at += 3) {
    const cause = CAUSES[raw[at] ?? -1] ?? 'place';
    const of = raw[at + 1] ?? 0;
    const amount = raw[at + 2] ?? 0;
    if (NAMED.includes(cause)) parts.push({ cause, item: names[of] ?? '', amount });
    else parts.push(cause === 'boost' ? { cause, boost: of, amount } : { cause, amount });
  }
  parts.sort((a, b) => Math.abs(b.amount) - Math.abs(a.amount));
  const kind = KINDS[list];
  const keptOutBy = RULES[rule];
  return {
    item,
    score,
    parts,
    ...(place > 0 && { rank: place }),
    ...(kind !== undefined && { list: kind }),
    ...(times > 0 && { bought: { times, everyDays, daysAgo } }),
    ...(keptOutBy !== undefined && { keptOutBy }),
  };
}
