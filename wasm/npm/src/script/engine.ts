/**
 * The engine in script, for pages where WebAssembly is forbidden: the Rust core once more, with lists that are the same
 * to the bit. Here its answers become those of `Engine`, and what it refuses a typed error. It touches nothing outside.
 *
 * This is the door of its first part, which every list needs; the further parts (parts.ts) import from here.
 */
import type { RecoError, RecoErrorCode } from '../errors.js';
import type { Engine, Runtime, Soon } from '../engine/engine.js';
import type { Card } from '../types.js';
import { Bench } from './bench.js';
import { must } from './bytes.js';
import { readFrame } from './frame.js';
import { CARD_ITEMS, cardKey, keyOf, kindOf } from './kinds.js';
import { makeList, type List } from './list.js';
import { Model } from './model.js';
import { Parts, partsFor, type Loading, type PartName } from './parts.js';
import { readRequest } from './request.js';
import { IDS, INDEX, META } from './wire.js';

export { aged } from './bench.js';
export { decode, must, smallFloat } from './bytes.js';
export { hasRows, keyOf } from './kinds.js';
export { Making } from './list.js';
export { knownOf } from './request.js';
export { unpack } from './sections.js';

/** The class is handed in: what is loaded later brings no second one. */
type Refusal = new (code: RecoErrorCode, message: string, cause?: unknown) => RecoError;

export function scriptRuntime(Refusal: Refusal, loading: Loading): Runtime {
  const parts = new Parts(loading);
  return { create: () => scriptEngine(Refusal, parts) };
}

function scriptEngine(Refusal: Refusal, parts: Parts): Engine {
  const model = new Model(parts);
  let bench = new Bench(0);
  /** Every refusal has the code of the door that it comes from. */
  const guarded = <T>(code: RecoErrorCode, what: string, work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw new Refusal(code, `the engine refused: ${what}`, error);
    }
  };
  /** At once when the parts are there, and as soon as they are otherwise. */
  const having = <T>(names: readonly PartName[], work: () => Soon<T>): Soon<T> =>
    names.every((name) => parts[name]) ? work() : parts.load(names).then(work);
  /** Makes the list of a question, loading what that takes, and works on it. */
  const answer = <T>(bytes: Uint8Array, work: (list: List) => T): Soon<T> => {
    const made = guarded('QUERY_INVALID', 'request', () => {
      const request = readRequest(bytes, model);
      return 'list' in request ? makeList(model, request, bench) : request;
    });
    return 'items' in made ? work(made) : having(made, () => answer(bytes, work));
  };
  /** `hash:size` of sections that the index names. */
  const places = (keys: readonly number[]): string[] => keys.map((key) => {
    const [name = [], size] = model.index?.get(key) ?? [];
    return `${Array.from(name, (byte) => byte.toString(16).padStart(2, '0')).join('')}:${size}`;
  });
  return {
    add(blob) {
      const frame = guarded('MODEL_FORMAT', 'frame', () => readFrame(blob));
      const { kind } = frame;
      return having(partsFor(kind), () => {
        const put = guarded('MODEL_FORMAT', `section ${kind}`, () => model.read(frame));
        guarded('QUERY_INVALID', 'ids', () => must(model.ids !== undefined || kind === IDS || kind === INDEX));
        guarded('MODEL_FORMAT', `section ${kind}`, put);
        if (bench.marks.length !== model.items) bench = new Bench(model.items);
      });
    },
    needs: (request) => answer(request, ({ needs }) => {
      // What will read them is on its way while the blobs are. Who adds one hears what went wrong.
      parts.load(needs.flatMap((key) => partsFor(kindOf(key)))).catch(() => {});
      return places(needs);
    }),
    run: (request) => answer(request, ({ needs, level, items, admission }) => {
      const rows = items.flatMap(({ position, score, reason, because }) => [position, score, reason, because]);
      return Float64Array.from(needs.length > 0 ? [] : [level, items.length, ...rows, ...admission.removed]);
    }),
    explain: (request, item) => having(['explain'], () => answer(request, (list) =>
      Float64Array.from(list.needs.length > 0 ? [] : parts.explain!.explanationOf(list, item)))),
    ids: (positions) => Array.from(positions, (position) => model.ids?.id(position) ?? ''),
    cardNeeds: (positions) => (model.ids ? places(model.lacking([keyOf(META), ...Array.from(positions, cardKey)])) : []),
    cards: (positions) => Array.from(positions, cardOf),
    items: () => model.items,
    free() {},
  };

  function cardOf(position: number): Card | undefined {
    const id = model.ids?.id(position);
    const [title, price, address, image = ''] = model.cards.get(cardKey(position))?.map((texts) => texts[position % CARD_ITEMS]) ?? [];
    if (!id || title === undefined) return undefined;
    const { currency, address: template = '' } = model.meta ?? {};
    // The template with the id in place of what is in braces.
    return { id, title, ...(price && { price }), ...(currency && { currency }), address: address || template.replace(/\{[^}]*\}/, () => id), image };
  }
}
