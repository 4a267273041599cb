/**
 * What the shop chose: which items may be shown when and where, its named lists, what stands on top of another list or
 * never in it, and the items in its images. Loaded when such a section arrives.
 */
import type { Admission, Door } from './admission.js';
import type { Reader, Rows } from './bytes.js';
import { must } from './engine.js';
import type { Put } from './sections.js';
import type { Request } from './request.js';
import { AVAILABILITY, SHOP } from './wire.js';

/** Items of a scene that become seeds. */
const SCENE_SEEDS = 100;

export function read(kind: number, reader: Reader): Put {
  if (kind === AVAILABILITY) {
    const availability = new Availability(reader);
    return (model) => (must(availability.items === model.items), (model.availability = availability));
  }
  const curated = new Curated(reader);
  return (model) => (must(curated.reach <= model.items), (model.curated = curated));
}

/** Whether the moment lies in dates: the first and the last second. */
function isWithin({ moment }: Request, from: number, until: number): boolean {
  return moment === 0 || (moment >= from && moment <= until);
}

/** Windows of time in channels and catalogues. */
export class Availability {
  readonly channels: readonly string[];
  readonly catalogs: readonly string[];
  /** Rows of scope, first and last second. */
  readonly #windows: Rows;
  /** Rows of windows. */
  readonly #sets: Rows;
  /** A row per item: its set, or nothing. */
  readonly #of: Rows;

  constructor(reader: Reader) {
    const [channels, catalogs, windows, sets, of] = [reader.names(), reader.names(), reader.rows(), reader.rows(), reader.rows()];
    reader.end();
    must(catalogs.length === channels.length && sets.reach <= windows.count && of.reach <= sets.count);
    must(windows.every((row) => row.length === 3 && row[0]! < channels.length));
    this.channels = channels;
    this.catalogs = catalogs;
    this.#windows = windows;
    this.#sets = sets;
    this.#of = of;
  }

  get items(): number {
    return this.#of.count;
  }

  /** Which items may be shown where and when this question is asked. */
  openFor(request: Request): Door[1] {
    const is = (asked: string, found: string | undefined): boolean => asked === '' || asked === found;
    const open = (window: number): boolean => {
      const [scope = 0, from = 0, until = 0] = this.#windows.row(window);
      return is(request.channel, this.channels[scope]) && is(request.catalog, this.catalogs[scope]) && isWithin(request, from, until);
    };
    const sets = Array.from({ length: this.#sets.count }, (_, set) => this.#sets.row(set).some(open));
    return (position) => this.#of.row(position).some((set) => sets[set]!);
  }
}

/** Named lists, overrides of other lists, scenes. */
export class Curated {
  readonly names: readonly string[];
  readonly scenes: readonly string[];
  /** The largest position named, plus one. */
  readonly reach: number;
  /** First and last second of each named list. */
  readonly #dates: Rows;
  readonly #lists: Rows;
  /** A list kind and a seed plus one, or 0, of each override. */
  readonly #keys: Rows;
  readonly #includes: Rows;
  readonly #excludes: Rows;
  readonly #sceneItems: Rows;

  constructor(reader: Reader) {
    const [names, titles, scenes, addresses] = [reader.names(), reader.names(), reader.names(), reader.names()];
    const [dates, lists, keys, includes, excludes, sceneItems] = [reader.rows(), reader.rows(), reader.rows(), reader.rows(), reader.rows(), reader.rows()];
    reader.end();
    must([titles.length, dates.count, lists.count].every((count) => count === names.length));
    must(includes.count === keys.count && excludes.count === keys.count);
    must(addresses.length === scenes.length && sceneItems.count === scenes.length);
    must([dates, keys].every((pairs) => pairs.every((row) => row.length === 2)));
    let reach = Math.max(...[lists, includes, excludes, sceneItems].map((rows) => rows.reach));
    keys.every((row) => (reach = Math.max(reach, row[1]!)) >= 0);
    this.names = names;
    this.scenes = scenes;
    this.reach = reach;
    this.#dates = dates;
    this.#lists = lists;
    this.#keys = keys;
    this.#includes = includes;
    this.#excludes = excludes;
    this.#sceneItems = sceneItems;
  }

  /** The items in an image. */
  scene(name: string): Uint32Array {
    return this.#sceneItems.row(this.scenes.indexOf(name)).subarray(0, SCENE_SEEDS);
  }

  /** The items of the list with the request's name, when the moment is within its dates. */
  named(request: Request): Uint32Array | undefined {
    const plain = (name: string): string => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
    const at = this.names.map(plain).indexOf(plain(request.name));
    const [from = 0, until = 0] = this.#dates.row(at);
    return isWithin(request, from, until) ? this.#lists.row(at) : undefined;
  }

  /** What stands on top of a list, for all seeds one after the other; marks what is to be kept out of it. */
  chosen(list: number, seeds: readonly number[], admission: Admission): Set<number> {
    const chosen = new Set<number>();
    // After the last seed comes what holds for all.
    for (const seed of [...seeds, -1]) {
      this.#keys.every((key, at) => {
        if (key[0] !== list || key[1] !== seed + 1) return true;
        this.#includes.row(at).forEach((position) => chosen.add(position));
        this.#excludes.row(at).forEach((position) => admission.exclude(position, SHOP));
        return true;
      });
    }
    return chosen;
  }
}
