/**
 * A filter, read from a request and made ready for one model: names are looked up once, items are tested quickly. A name
 * that the model does not know lets nothing through: an empty list is honest, an unfiltered one would not be.
 */
import type { Attributes } from './attributes.js';
import type { Reader } from './bytes.js';
import { must } from './engine.js';

const MAX_DEPTH = 8;

export interface Filter {
  lets(position: number): boolean;
  /** The category that every item is in that it lets through, when it says so plainly. */
  readonly category?: number | undefined;
}

/** Without attributes nothing passes. */
export function readFilter(reader: Reader, attributes: Attributes | undefined): Filter {
  const filter = nested(reader, attributes, MAX_DEPTH);
  return attributes ? filter : { lets: () => false };
}

function nested(reader: Reader, attributes: Attributes | undefined, depth: number): Filter {
  must(depth > 0);
  const kind = reader.u8();
  must(kind < 7);
  const column = kind === 1 || kind === 2 ? reader.text() : '';
  const found = attributes?.columns.find(({ name }) => name === column);
  const codes = found && ((position: number) => found.codes.row(position));
  const part = (): Filter => nested(reader, attributes, depth - 1);
  switch (kind) {
    case 0: {
      const category = numberOf(attributes?.categories, reader.text());
      return { category, lets: (position) => category !== undefined && attributes!.of.row(position).includes(category) };
    }
    case 1: {
      const code = numberOf(found?.texts, reader.text());
      return { lets: (position) => code !== undefined && codes!(position).includes(code) };
    }
    case 2: {
      const [min, max] = [reader.view(8).getFloat64(0, true), reader.view(8).getFloat64(0, true)];
      const fits = (code: number): boolean => found!.numbers[code]! >= min && found!.numbers[code]! <= max;
      return { lets: (position) => codes !== undefined && codes(position).some(fits) };
    }
    case 3:
      return { lets: (position) => !(attributes!.soldOut[position >> 3]! & (1 << (position & 7))) };
    case 6: {
      const { lets } = part();
      return { lets: (position) => !lets(position) };
    }
    default: {
      const parts = reader.many(part);
      if (kind === 5) return { lets: (position) => parts.some(({ lets }) => lets(position)) };
      const { category } = parts.find(({ category }) => category !== undefined) ?? {};
      return { category, lets: (position) => parts.every(({ lets }) => lets(position)) };
    }
  }
}

function numberOf(names: readonly string[] | undefined, name: string): number | undefined {
  const at = names?.indexOf(name) ?? -1;
  return at < 0 ? undefined : at;
}
