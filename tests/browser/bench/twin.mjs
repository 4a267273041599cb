/**
 * The scoring of the core in plain JavaScript: the peer of the browser bench.
 *
 * The same model bytes, the same arithmetic, the same lists; written as one would write fast JavaScript,
 * with typed arrays and plain loops. Only what the bench asks: `similar` of one item and `picks` of a profile.
 */
const { fround } = Math;
const FRAME_BYTES = 24;
const SHARD_ITEMS = 128;
const POINT_LEVELS = 16383;
const HALF_HOURS = 168;
const MOST_WEIGHT = 8;
const KIND_WEIGHTS = [1, 1, 3, -3, 4, 4, 0];

const floats = new DataView(new ArrayBuffer(4));
/** Scales are one byte: five bits of exponent, three of fraction. */
const SCALES = Float32Array.from({ length: 256 }, (_, byte) => {
  if (byte === 0) return 0;
  floats.setUint32(0, (((byte >> 3) + 107) << 23) | ((byte & 7) << 20));
  return floats.getFloat32(0);
});

/** Reads the blobs; `names` are the item ids by position. */
export function decode(blobs, names) {
  const [, factorBlob, ...shards] = blobs;
  const near = shards.map((blob) => decodeShard(reader(blob.subarray(FRAME_BYTES))));
  const positions = new Map(names.map((name, position) => [name, position]));
  return { names, positions, factors: decodeFactors(reader(factorBlob.subarray(FRAME_BYTES))), near };
}

/** The list of one item. */
export function similar(model, id, limit) {
  const position = model.positions.get(id);
  const shard = model.near[Math.floor(position / SHARD_ITEMS)];
  const row = position % SHARD_ITEMS;
  const list = new Best(limit);
  const scale = shard.scales[row];
  for (let at = shard.starts[row]; at < shard.starts[row + 1]; at += 1) {
    const score = fround(shard.levels[at] * scale);
    if (list.wants(score) && shard.positions[at] !== position) list.add(shard.positions[at], score);
  }
  return list.items(model.names, () => position);
}

/** The list of a profile, newest first. */
export function picks(model, profile, limit) {
  const { factors } = model;
  const taste = weigh(model, profile);
  const folded = foldIn(factors, taste);
  const own = new Set(taste.map((item) => item.position));
  const list = scoreAll(factors, folded.point, limit, own);
  return list.items(model.names, (position) => reason(factors, folded, taste, position));
}

function decodeShard(read) {
  const bits = read.byte();
  // How seeds age and what one says for itself: neither is asked here.
  read.byte();
  read.byte();
  const counts = read.bytes();
  const scales = read.bytes();
  const gaps = reader(read.bytes());
  const levels = unpack(read.bytes(), bits);
  const starts = new Uint32Array(counts.length + 1);
  counts.forEach((count, row) => { starts[row + 1] = starts[row] + count; });
  const positions = new Uint32Array(starts[counts.length]);
  for (let row = 0; row < counts.length; row += 1) {
    let base = 0;
    for (let at = starts[row]; at < starts[row + 1]; at += 1) {
      positions[at] = base + gaps.number();
      base = positions[at] + 1;
    }
  }
  return { starts, positions, levels, scales: Float32Array.from(scales, (scale) => SCALES[scale]) };
}

function decodeFactors(read) {
  const dims = read.number();
  const bits = read.byte();
  const [ridge, confidence] = [read.float(), read.float()];
  read.byte();
  const scales = Float32Array.from(read.bytes(), (scale) => SCALES[scale]);
  const triangle = reader(read.bytes());
  const packed = read.bytes();
  const levels = new Int8Array(scales.length * dims);
  const unpacked = unpack(packed, bits);
  for (let at = 0; at < levels.length; at += 1) levels[at] = unpacked[at] - (bits === 4 ? 8 : 128);
  const gram = new Float64Array(dims * dims);
  for (let row = 0; row < dims; row += 1) {
    for (let column = row; column < dims; column += 1) {
      gram[row * dims + column] = gram[column * dims + row] = triangle.float();
    }
  }
  return { dims, ridge, confidence, scales, levels, gram };
}

function unpack(bytes, bits) {
  if (bits === 8) return bytes;
  const levels = new Uint8Array(bytes.length * 2);
  for (let at = 0; at < bytes.length; at += 1) {
    levels[2 * at] = bytes[at] & 15;
    levels[2 * at + 1] = bytes[at] >> 4;
  }
  return levels;
}

function weigh(model, profile) {
  const taste = [];
  for (const { item, kind, ageHours } of profile) {
    const position = model.positions.get(item);
    if (position === undefined) continue;
    const weight = fround(KIND_WEIGHTS[kind] * fround(HALF_HOURS / fround(HALF_HOURS + ageHours)));
    const known = taste.find((other) => other.position === position);
    if (known) known.weight = Math.min(fround(known.weight + weight), MOST_WEIGHT);
    else taste.push({ position, weight });
  }
  return taste.filter((item) => item.weight > 0);
}

function vector({ dims, levels, scales }, position) {
  // A loop: `Float64Array.from` with a function is far slower.
  const values = new Float64Array(dims);
  for (let at = 0; at < dims; at += 1) values[at] = levels[position * dims + at] * scales[position];
  return values;
}

function foldIn(factors, taste) {
  const { dims } = factors;
  const lower = factors.gram.slice();
  const right = new Float64Array(dims);
  for (const { position, weight } of taste) {
    const own = vector(factors, position);
    const by = weight * factors.confidence;
    for (let row = 0; row < dims; row += 1) {
      const scaled = by * own[row];
      right[row] += scaled;
      for (let column = 0; column <= row; column += 1) lower[row * dims + column] += scaled * own[column];
    }
  }
  for (let at = 0; at < dims; at += 1) lower[at * dims + at] += factors.ridge;
  decompose(lower, dims);
  return { lower, point: solve(lower, dims, right) };
}

/** Cholesky, in place, the lower half. */
function decompose(matrix, dims) {
  for (let row = 0; row < dims; row += 1) {
    for (let column = 0; column <= row; column += 1) {
      let known = 0;
      for (let at = 0; at < column; at += 1) known += matrix[row * dims + at] * matrix[column * dims + at];
      const left = matrix[row * dims + column] - known;
      matrix[row * dims + column] = column === row ? Math.sqrt(left) : left / matrix[column * dims + column];
    }
  }
}

function solve(lower, dims, right) {
  const x = right.slice();
  for (let row = 0; row < dims; row += 1) {
    let known = 0;
    for (let at = 0; at < row; at += 1) known += lower[row * dims + at] * x[at];
    x[row] = (x[row] - known) / lower[row * dims + row];
  }
  for (let row = dims - 1; row >= 0; row -= 1) {
    x[row] /= lower[row * dims + row];
    for (let at = 0; at < row; at += 1) x[at] -= lower[row * dims + at] * x[row];
  }
  return x;
}

function scoreAll({ dims, levels, scales }, exact, limit, own) {
  let most = 0;
  for (let at = 0; at < dims; at += 1) most = Math.max(most, Math.abs(exact[at]));
  const scale = most / POINT_LEVELS;
  const point = new Int16Array(dims);
  for (let at = 0; at < dims && scale > 0; at += 1) point[at] = Math.floor(exact[at] / scale + 0.5);
  const by = fround(scale);
  const list = new Best(limit);
  for (let position = 0, from = 0; position < scales.length; position += 1, from += dims) {
    let dot = 0;
    for (let at = 0; at < dims; at += 1) dot = (dot + levels[from + at] * point[at]) | 0;
    const score = fround(fround(fround(dot) * scales[position]) * by);
    if (list.wants(score) && !own.has(position)) list.add(position, score);
  }
  return list;
}

/** The profile item that gave most of a pick's score. */
function reason(factors, { lower }, taste, pick) {
  const spread = solve(lower, factors.dims, vector(factors, pick));
  let [best, because] = [0, -1];
  for (const { position, weight } of taste) {
    let part = 0;
    const own = vector(factors, position);
    for (let at = 0; at < own.length; at += 1) part += own[at] * spread[at];
    part *= weight;
    if (part > best) [best, because] = [part, position];
  }
  return because;
}

/** The best few: by score, then by position. */
class Best {
  constructor(limit) {
    this.limit = limit;
    this.positions = [];
    this.scores = [];
  }

  wants(score) {
    return score > 0 && (this.scores.length < this.limit || score >= this.scores[this.limit - 1]);
  }

  add(position, score) {
    let at = this.scores.length;
    while (at > 0 && (this.scores[at - 1] < score || (this.scores[at - 1] === score && this.positions[at - 1] > position))) at -= 1;
    if (at === this.limit) return;
    this.scores.splice(at, 0, score);
    this.positions.splice(at, 0, position);
    this.scores.length = this.positions.length = Math.min(this.limit, this.scores.length);
  }

  items(names, because) {
    return this.positions.map((position, at) => (
      { position, score: this.scores[at], id: names[position], because: because(position) }
    ));
  }
}

/** Reads postcard: varints, little-endian floats, byte strings. */
function reader(bytes) {
  let at = 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = {
    byte: () => bytes[at++],
    number() {
      let [value, by] = [0, 1];
      for (let byte = 128; byte > 127; by *= 128) {
        byte = bytes[at++];
        value += (byte & 127) * by;
      }
      return value;
    },
    float() {
      at += 4;
      return view.getFloat32(at - 4, true);
    },
    bytes() {
      const length = read.number();
      at += length;
      return bytes.subarray(at - length, at);
    },
  };
  return read;
}
