import fc from 'fast-check';
import { type Damage, damage, damaged, put, type Shuffle, sent, shuffle, sizes } from '../damage.ts';
import { foreignHost, type Secrets, secrets, share } from '../words.ts';
import { type Base, bases } from './bases.ts';
import { hostile } from './hostile.ts';
import { drawn, type Plant, plant } from './plant.ts';

/** Bytes that are cut as small as they are told to be. */
const USUAL = 8 * 1024;

/** Characters printed of one line of a finding; seed and path give all of it again. */
const LONGEST = 4_000;

/** One program's life on a screen. */
export interface Session {
  base: Base;
  columns: number;
  rows: number;
  secrets: Secrets;
  /** Puts this host into those of the program's own links, in turn. */
  host: string | undefined;
  hostIn: readonly boolean[];
  plants: readonly Plant[];
  splices: readonly (readonly [Buffer, number])[];
  damages: readonly Damage[];
  shuffles: readonly Shuffle[];
  sizes: readonly number[];
  /** The screen is read after this many chunks. */
  stride: number;
}

const base = fc.constantFrom(...bases);
const stride = fc.integer({ min: 1, max: 6 });
const rows = fc.integer({ min: 5, max: 60 });

const mutated: fc.Arbitrary<Session> = fc.record({
  base,
  columns: fc.oneof(fc.integer({ min: 20, max: 400 }), fc.constantFrom(40, 80, 100, 120)),
  rows,
  secrets,
  host: fc.option(foreignHost, { nil: undefined, freq: 3 }),
  hostIn: fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }),
  plants: fc.array(plant, { maxLength: 3 }),
  splices: fc.array(fc.tuple(hostile, share), { maxLength: 5 }),
  damages: fc.array(damage, { maxLength: 4 }),
  shuffles: fc.array(shuffle, { maxLength: 3 }),
  sizes,
  stride,
});

const NOTHING = fc.constant([]);

/** Cut into chunks and nothing else: such a one has to be read as if it had come in one piece. */
const innocent: fc.Arbitrary<Session> = fc
  .record({
    base,
    columns: fc.constant(80),
    rows: fc.constant(40),
    secrets,
    sizes,
    stride,
    host: fc.constant(undefined),
    hostIn: NOTHING,
    plants: NOTHING,
    splices: NOTHING,
    damages: NOTHING,
    shuffles: NOTHING,
  })
  .map((session) => ({ ...session, columns: session.base.columns ?? session.columns }));

export const session = fc.oneof({ weight: 14, arbitrary: mutated }, { weight: 1, arbitrary: innocent });

export function isInnocent({ host, plants, splices, damages, shuffles }: Session): boolean {
  return host === undefined && [plants, splices, damages, shuffles].every((list) => list.length === 0);
}

export function chunksOf(given: Session): Buffer[] {
  let bytes = withHost(given);
  for (const one of given.plants) bytes = put(bytes, drawn(given.secrets[one.what], one), one.at);
  for (const [part, at] of given.splices) bytes = put(bytes, part, at);
  for (const one of given.damages) bytes = damaged(bytes, one);
  return sent(bytes, given, USUAL);
}

function withHost({ base, host, hostIn }: Session): Buffer {
  if (host === undefined) return base.bytes;
  const swap = Buffer.from(host).toString('latin1');
  let turn = 0;
  const text = base.bytes.toString('latin1').replace(/claude\.(?:ai|com)(?=\/)/g, (own) => {
    turn += 1;
    return hostIn[turn % hostIn.length] ? swap : own;
  });
  return Buffer.from(text, 'latin1');
}

/** What to print of it: enough to type it again. */
export function describe(given: Session): string {
  const { base, columns, rows, stride, ...how } = given;
  const chunks = chunksOf(given);
  return [
    `${base.name}, ${columns}×${rows}, looked at after every ${stride} chunks`,
    `made by: ${JSON.stringify({ ...how, splices: how.splices.map(([part, at]) => [part.toString('latin1'), at]) })}`,
    `bytes (latin1): ${JSON.stringify(Buffer.concat(chunks).toString('latin1'))}`,
    `in chunks of: ${chunks.map((chunk) => chunk.length).join(' ')}`,
  ]
    .map((line) => (line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line))
    .join('\n');
}
