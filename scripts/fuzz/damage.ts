import fc from 'fast-check';
import { placeIn, share } from './words.ts';

/** What happens to bytes on their way: the same shares hit other places in other bytes. */
export interface Damage {
  kind: 'flip' | 'delete' | 'double' | 'move';
  at: number;
  to: number;
  count: number;
}

export const damage: fc.Arbitrary<Damage> = fc.record({
  kind: fc.constantFrom('flip', 'delete', 'double', 'move'),
  at: share,
  to: share,
  count: fc.integer({ min: 1, max: 255 }),
});

export function damaged(bytes: Buffer, { kind, at, to, count }: Damage): Buffer {
  const from = placeIn(bytes.length, at);
  const part = bytes.subarray(from, from + count);
  switch (kind) {
    case 'flip': {
      const copy = Buffer.from(bytes);
      if (copy.length > 0) copy[from] = (copy[from] ?? 0) ^ count;
      return copy;
    }
    case 'delete':
      return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + count)]);
    case 'double':
      return Buffer.concat([bytes.subarray(0, from + count), bytes.subarray(from)]);
    case 'move': {
      const rest = Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + count)]);
      return put(rest, part, to);
    }
  }
}

export function put(bytes: Buffer, part: Buffer, at: number): Buffer {
  const place = placeIn(bytes.length + 1, at);
  return Buffer.concat([bytes.subarray(0, place), part, bytes.subarray(place)]);
}

/** What happens to whole chunks. */
export interface Shuffle {
  kind: 'drop' | 'double' | 'swap';
  at: number;
  to: number;
}

export const shuffle: fc.Arbitrary<Shuffle> = fc.record({
  kind: fc.constantFrom('drop', 'double', 'swap'),
  at: share,
  to: share,
});

export const sizes = fc.array(fc.integer({ min: 1, max: 160 }), { minLength: 1, maxLength: 10 });

/** Chunks as a box sends them. Bytes many times `usual` come in as many chunks as `usual` ones would. */
export function sent(
  bytes: Buffer,
  { sizes, shuffles }: { sizes: readonly number[]; shuffles: readonly Shuffle[] },
  usual: number,
): Buffer[] {
  const scale = Math.ceil(bytes.length / usual);
  return chunked(
    bytes,
    sizes.map((size) => size * scale),
    shuffles,
  );
}

/** Cuts bytes into chunks of these sizes, over and over, then shuffles them. */
function chunked(bytes: Buffer, cuts: readonly number[], shuffles: readonly Shuffle[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let from = 0, turn = 0; from < bytes.length; turn += 1) {
    const size = cuts[turn % cuts.length] as number;
    chunks.push(bytes.subarray(from, from + size));
    from += size;
  }
  for (const { kind, at, to } of shuffles) {
    const [one, other] = [placeIn(chunks.length, at), placeIn(chunks.length, to)];
    const chunk = chunks[one];
    if (!chunk) break;
    if (kind === 'drop') chunks.splice(one, 1);
    else if (kind === 'double') chunks.splice(other, 0, chunk);
    else [chunks[one], chunks[other]] = [chunks[other] as Buffer, chunk];
  }
  return chunks;
}
