/** Under a list: what stands in for it, and what kept it short, in plain words, all of it taken from the answer. */
import type { Level, ListRequest, Reason, Result, Rule } from 'cookshelf';
import { el } from './dom.js';

/** Reasons that a list gives for its own items; any other is one of a list that stands in. */
const OWN: Partial<Record<ListRequest['kind'], readonly Reason['kind'][]>> = {
  picks: ['your-taste', 'similar-to', 'together-with'],
  similar: ['similar-to'],
  together: ['together-with'],
  trending: ['trending'],
  popular: ['popular'],
  new: ['new'],
  recent: ['recent'],
  again: ['again'],
};

const STAND_INS: Partial<Record<Reason['kind'], string>> = {
  'similar-to': 'similar goods',
  trending: 'trending goods',
  popular: 'bestsellers',
  new: 'new arrivals',
};

const DEFAULT_LIMIT = 8;

/** One line, with an account to unfold when there is something to account for; its height is that of an empty one. */
export function whyShort(result: Result, request: ListRequest, heading: string): HTMLElement {
  const { limit = DEFAULT_LIMIT } = request;
  const missing = limit - result.items.length;
  if (result.level === 'asked' && missing <= 0) return el('p');
  const lines = [origin(result, request), ...removals(result, request)];
  if (missing > 0) lines.push(`${count(missing, 'place')} of ${limit} stayed empty: the model knows nothing else that belongs here.`);
  return el(
    'details',
    { 'data-testid': 'why', 'data-level': result.level },
    el('summary', {}, summary(result, limit), ' ', el('span', { class: 'why-ask' }, 'Why?', el('span', { class: 'unseen' }, ` (${heading})`))),
    el('ul', { role: 'list' }, ...lines.map((line) => el('li', {}, line))),
  );
}

function summary({ level, items }: Result, limit: number): string {
  const last = items.at(-1)?.reason.kind;
  const instead = (last && STAND_INS[last]) ?? 'other goods';
  const texts: Record<Level, string> = {
    asked: `${items.length} of ${limit} places filled.`,
    'partly-fallback': `Topped up with ${instead}.`,
    fallback: `Nothing to go on yet. Instead: ${instead}.`,
    empty: 'Nothing to show here.',
  };
  return texts[level];
}

/** Which list the items are from. */
function origin({ level, items, used }: Result, { kind }: ListRequest): string {
  const own = items.filter(({ reason }) => OWN[kind]?.includes(reason.kind)).length;
  const rest = items.length - own;
  switch (level) {
    case 'asked':
      return `All ${items.length} come from the list that was asked for.`;
    case 'partly-fallback':
      return `The list that was asked for had ${own}; the other ${rest} come from ${standIns(items.map(({ reason }) => reason.kind), kind)}.`;
    case 'fallback':
      if (kind === 'picks' && !used.profile) return `Nothing is known yet that a taste could be read from, so all ${items.length} come from ${standIns(items.map(({ reason }) => reason.kind), kind)}, the same for everyone.`;
      return `The list that was asked for had nothing, so all ${items.length} come from ${standIns(items.map(({ reason }) => reason.kind), kind)}.`;
    case 'empty':
      return 'The list that was asked for had nothing, and nothing stood in for it.';
  }
}

function standIns(kinds: readonly Reason['kind'][], asked: ListRequest['kind']): string {
  const names = kinds.filter((kind) => !OWN[asked]?.includes(kind)).map((kind) => STAND_INS[kind] ?? 'other goods');
  return [...new Set(names)].join(' and ');
}

/** What each rule kept out. */
function removals({ removed }: Result, request: ListRequest): string[] {
  const words: Record<Rule, string> = {
    excluded: excluded(request),
    seed: 'what the list is about is not shown in it',
    dismissed: 'set aside before',
    known: 'known already',
    unavailable: 'not sold now',
    filter: `not in ${String(request.where?.category ?? 'this part of the shop')}`,
    shop: 'kept out by the shop',
    shown: 'shown already, further up',
    boost: 'taken out by the page',
    among: 'none of those asked for',
    score: 'not close enough to the best',
    category: 'enough of that category',
  };
  return Object.entries(removed).flatMap(([rule, many]) => (many > 0 && isRule(rule, words) ? [`${count(many, 'item')} left out: ${words[rule]}.`] : []));
}

function isRule(text: string, words: Record<Rule, string>): text is Rule {
  return Object.hasOwn(words, text);
}

function excluded({ exclude = [] }: ListRequest): string {
  const names: Record<string, string> = { cart: 'in the cart', seen: 'looked at before', purchased: 'bought before' };
  return [exclude].flat().map((name) => names[name] ?? 'named by the page').join(' or ');
}

function count(many: number, thing: string): string {
  return `${many} ${thing}${many === 1 ? '' : 's'}`;
}
