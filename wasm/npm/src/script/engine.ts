/**
 * The engine in script, for pages where WebAssembly is forbidden: the Rust core once more, with lists that are the same
 * to the bit. Here its answers become those of `Engine`, and what it refuses a typed error. It touches nothing outside.
 */
import type { RecoError, RecoErrorCode } from '../errors.js';
import type { Engine, Runtime } from '../engine/engine.js';
import type { Card } from '../types.js';
import { Bench } from './bench.js';
import { decode, must } from './bytes.js';
import { explanationOf } from './explain.js';
import { readFrame } from './frame.js';
import { CARD_ITEMS, CARDS, IDS, INDEX, keyOf, META } from './kinds.js';
import { makeList, type List } from './list.js';
import { Model } from './model.js';
import { readRequest } from './request.js';

/** The class is handed in: what is loaded later brings no second one. */
type Refusal = new (code: RecoErrorCode, message: string, cause?: unknown) => RecoError;

export function scriptRuntime(Refusal: Refusal): Runtime {
  return { create: () => scriptEngine(Refusal) };
}

function scriptEngine(Refusal: Refusal): Engine {
  const model = new Model();
  let bench = new Bench(0);
  /** The question of the last `needs` and its list, for the `run` that follows. */
  let ready: { readonly question: string; readonly list: List } | undefined;
  /** Every refusal has the code of the door that it comes from. */
  const guarded = <T>(code: RecoErrorCode, what: string, work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw new Refusal(code, `the engine refused: ${what}`, error);
    }
  };
  const answer = (request: Uint8Array): List =>
    guarded('QUERY_INVALID', 'request', () => {
      must(model.ids !== undefined);
      return makeList(model, readRequest(request, model.ids, model), bench);
    });
  const places = (keys: readonly number[]): string[] => keys.map((key) => model.index?.place(key) ?? '');
  return {
    add(blob) {
      ready = undefined;
      const frame = guarded('MODEL_FORMAT', 'frame', () => readFrame(blob));
      const what = `section ${frame.kind}`;
      const put = guarded('MODEL_FORMAT', what, () => model.read(frame));
      guarded('QUERY_INVALID', 'ids', () => must(model.ids !== undefined || frame.kind === IDS || frame.kind === INDEX));
      guarded('MODEL_FORMAT', what, put);
      if (bench.marks.length !== model.items) bench = new Bench(model.items);
    },
    needs(request) {
      const list = answer(request);
      ready = { question: request.join(), list };
      return places(list.needs);
    },
    run(request) {
      const { needs, level, items, admission } = ready?.question === request.join() ? ready.list : answer(request);
      ready = undefined;
      if (needs.length > 0) return new Float64Array();
      const rows = items.flatMap(({ position, score, reason, because }) => [position, score, reason, because]);
      return Float64Array.from([level, items.length, ...rows, ...admission.removed]);
    },
    explain(request, item) {
      ready = undefined;
      const list = answer(request);
      if (list.needs.length > 0) return new Float64Array();
      return Float64Array.from(explanationOf(list, positionOf(item)));
    },
    ids: (positions) => Array.from(positions, (position) => model.ids?.id(position) ?? ''),
    cardNeeds(positions) {
      const keys = new Set([keyOf(META), ...Array.from(positions, (position) => keyOf(CARDS, 0, Math.floor(position / CARD_ITEMS)))]);
      return model.ids ? places([...keys].filter((key) => model.lacks(key))) : [];
    },
    cards: (positions) => Array.from(positions, cardOf),
    items: () => model.items,
    free() {},
  };

  /** What is no text is no item. */
  function positionOf(item: Uint8Array): number | undefined {
    try {
      return model.ids?.position(decode(item));
    } catch {
      return undefined;
    }
  }

  function cardOf(position: number): Card | undefined {
    const id = model.ids?.id(position);
    const card = model.card(position);
    if (!id || !card) return undefined;
    const [title = '', price, address, image = ''] = card;
    const { currency, address: template = '' } = model.meta ?? {};
    // The template with the id in place of what is in braces.
    return { id, title, ...(price && { price }), ...(currency && { currency }), address: address || template.replace(/\{[^}]*\}/, () => id), image };
  }
}
