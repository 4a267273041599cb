/** Reads request bytes back: a second, independent reading of the wire for tests and the fake engine. */
export interface Decoded {
  list: number;
  limit: number;
  seeds: string[];
  profile: { item: string; kind: number; ageHours: number }[];
  exclude: string[];
  filter: unknown;
  fallback: number[];
  moment: number;
  channel: string;
  catalog: string;
  name: string;
  scene: string;
  repeats: boolean;
  wishes: Record<string, unknown>;
}

export function decodeRequest(bytes: Uint8Array): Decoded {
  let at = 0;
  const byte = (): number => {
    const value = bytes[at++];
    if (value === undefined) throw new Error('request ends early');
    return value;
  };
  const varint = (): number => {
    let value = 0;
    let scale = 1;
    for (;;) {
      const next = byte();
      value += (next & 0x7f) * scale;
      if (next < 0x80) return value;
      scale *= 128;
    }
  };
  const text = (): string => {
    const length = varint();
    at += length;
    return new TextDecoder().decode(bytes.subarray(at - length, at));
  };
  const list = <T>(one: () => T): T[] => Array.from({ length: varint() }, one);
  const float64 = (): number => {
    at += 8;
    return new DataView(bytes.buffer, bytes.byteOffset).getFloat64(at - 8, true);
  };
  const filter = (): unknown => {
    const kind = varint();
    if (kind === 0) return { category: text() };
    if (kind === 1) return { is: [text(), text()] };
    if (kind === 2) return { range: [text(), float64(), float64()] };
    if (kind === 3) return 'inStock';
    if (kind === 4) return { all: list(filter) };
    if (kind === 5) return { any: list(filter) };
    return { not: filter() };
  };
  const float32 = (): number => {
    at += 4;
    return new DataView(bytes.buffer, bytes.byteOffset).getFloat32(at - 4, true);
  };
  const READ: [string, () => unknown][] = [
    ['boosts', () => list(() => [filter(), float32()])],
    ['pins', () => list(() => [text(), varint()])],
    ['diversity', float32],
    ['perCategory', varint],
    ['rotation', () => [float32(), varint(), list(() => [text(), varint()])]],
    ['minScore', float32],
    ['personal', float32],
    ['among', () => list(text)],
    ['explore', float32],
  ];
  const wish = (): [string, unknown] => {
    const [name, read] = READ[byte()] ?? ['unknown', byte];
    return [name, read()];
  };
  const decoded: Decoded = {
    list: byte(),
    limit: varint(),
    seeds: list(text),
    profile: list(() => ({ item: text(), kind: byte(), ageHours: varint() })),
    exclude: list(text),
    filter: byte() === 0 ? undefined : filter(),
    fallback: list(byte),
    moment: varint(),
    channel: text(),
    catalog: text(),
    name: text(),
    scene: text(),
    repeats: byte() === 1,
    wishes: Object.fromEntries(list(wish)),
  };
  if (at !== bytes.length) throw new Error('request has trailing bytes');
  return decoded;
}
