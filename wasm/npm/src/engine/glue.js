/**
 * Between the script and the wasm module: bytes in, bytes out, nothing else. The build puts in the names of this
 * build, and checks that the module is of the form which this file is made for.
 */
let wasm;

/** Lends a copy of an array to the module: its place and its length. */
const lent = (array) => {
  const { length, BYTES_PER_ELEMENT } = array;
  const at = wasm.__wbindgen_malloc(length * BYTES_PER_ELEMENT, BYTES_PER_ELEMENT) >>> 0;
  new array.constructor(wasm.memory.buffer, at, length).set(array);
  return [at, length];
};

const read = (Kind, at, length) => new Kind(wasm.memory.buffer, at >>> 0, length).slice();

/** A copy of what the module hands over, whose place it gets back. */
const taken = (Kind, [at, length]) => {
  const copy = read(Kind, at, length);
  wasm.__wbindgen_free(at, length * Kind.BYTES_PER_ELEMENT, Kind.BYTES_PER_ELEMENT);
  return copy;
};

const text = (bytes) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

export class Engine {
  at = wasm.engine_new();

  add(blob) {
    wasm.engine_add(this.at, ...lent(blob));
  }

  needs(request) {
    return text(taken(Uint8Array, wasm.engine_needs(this.at, ...lent(request))));
  }

  run(request) {
    return taken(Float64Array, wasm.engine_run(this.at, ...lent(request)));
  }

  explain(request, item) {
    return taken(Float64Array, wasm.engine_explain(this.at, ...lent(request), ...lent(item)));
  }

  ids(positions) {
    return text(taken(Uint8Array, wasm.engine_ids(this.at, ...lent(positions))));
  }

  cardNeeds(positions) {
    return text(taken(Uint8Array, wasm.engine_cardNeeds(this.at, ...lent(positions))));
  }

  cards(positions) {
    return taken(Uint8Array, wasm.engine_cards(this.at, ...lent(positions)));
  }

  items() {
    return wasm.engine_items(this.at) >>> 0;
  }

  fault() {
    return text(taken(Uint8Array, wasm.engine_fault(this.at)));
  }

  free() {
    wasm.__wbg_engine_free(this.at, 0);
  }
}

export async function start(source) {
  const made = await WebAssembly.instantiate(source, {
    // The table of JavaScript's own objects stays empty: none crosses.
    MODULE: { THROW: (at, length) => { throw new Error(text(read(Uint8Array, at, length))); }, INIT() {} },
  });
  wasm = (made.instance ?? made).exports;
  wasm.__wbindgen_start();
}
