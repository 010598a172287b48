import fc from 'fast-check';
import { Capture } from '../../../worker/transports/capture.ts';
import { type Damage, damage, damaged, put, type Shuffle, sent, shuffle, sizes } from '../damage.ts';
import type { Meter } from '../meter.ts';
import { must } from '../oracles/finding.ts';
import { hostile } from '../stream/hostile.ts';
import { type Target, target } from '../target.ts';
import { type Secrets, secrets, share } from '../words.ts';

/** Characters kept of what a box prints. */
const MOST = 64 * 1024;
/** Bytes of a text that is cut as small as a screen's output is. */
const USUAL = 4 * 1024;
const MARK = 'keyferry-ready-fuzz';

/** A text of a box's, cut into lines that are shuffled, damaged and interrupted, and come in chunks. */
interface Document {
  base: string;
  secrets: Secrets;
  /** Which secrets stand in it, and where. */
  plants: readonly (readonly [keyof Secrets, number])[];
  /** Lines that are said once more elsewhere. */
  lines: readonly (readonly [number, number])[];
  splices: readonly (readonly [Buffer, number])[];
  /** Repeats a line this often. */
  flood: readonly [number, number];
  damages: readonly Damage[];
  shuffles: readonly Shuffle[];
  sizes: readonly number[];
  /** A login shell prints this before the program starts. */
  noise: string | undefined;
}

export interface DocumentTarget {
  name: string;
  what: string;
  share: number;
  bases: readonly string[];
  /** More that may be spliced in. */
  hostile?: fc.Arbitrary<string>;
  /** Parses it in every way; throws on a finding. */
  parse(text: string, secrets: Secrets, meter: Meter): void | Promise<void>;
}

export function documentTarget({ bases, hostile: own, parse, ...named }: DocumentTarget): Target {
  const splice = own
    ? fc.oneof(
        hostile,
        own.map((text) => Buffer.from(text)),
        own.map((text) => Buffer.from(`\n${text}\n`)),
      )
    : hostile;
  const cases: fc.Arbitrary<Document> = fc.record({
    base: fc.constantFrom(...bases),
    secrets,
    plants: fc.array(fc.tuple(fc.constantFrom('token', 'code', 'strayToken', 'strayCode'), share), {
      maxLength: 2,
    }),
    lines: fc.array(fc.tuple(share, share), { maxLength: 3 }),
    splices: fc.array(fc.tuple(splice, share), { maxLength: 3 }),
    flood: fc.tuple(share, fc.oneof(fc.constant(0), fc.constant(0), fc.integer({ min: 0, max: 2_000 }))),
    damages: fc.array(damage, { maxLength: 3 }),
    shuffles: fc.array(shuffle, { maxLength: 2 }),
    sizes,
    noise: fc.option(fc.string({ maxLength: 300, unit: 'binary' }), { nil: undefined }),
  });
  const run = async (given: Document, meter: Meter) => {
    const chunks = chunksOf(given);
    const text = captured(given, chunks);
    if (chunks.length > 0)
      must(text === captured(given, [Buffer.concat(chunks)]), 'another cut into chunks gives another text');
    meter.looks += 1;
    await parse(text, given.secrets, meter);
    return chunks.length;
  };
  const describe = (given: Document) => {
    const { splices, ...how } = given;
    const made = JSON.stringify({
      ...how,
      splices: splices.map(([part, at]) => [part.toString('latin1'), at]),
    });
    const text = JSON.stringify(captured(given, chunksOf(given)));
    return [`made by: ${made}`, `text: ${text}`].map((line) => line.slice(0, 4_000)).join('\n');
  };
  return target({ ...named, cases, run, describe });
}

function chunksOf(given: Document): Buffer[] {
  const lines = given.base.split('\n');
  for (const [from, to] of given.lines)
    lines.splice(Math.floor(to * lines.length), 0, lines[Math.floor(from * lines.length)] ?? '');
  const [which, times] = given.flood;
  const flooded = lines[Math.floor(which * lines.length)] ?? '';
  lines.splice(Math.floor(which * lines.length), 0, ...Array.from({ length: times }, () => flooded));
  let bytes: Buffer = Buffer.from(lines.join('\n'));
  for (const [name, at] of given.plants) bytes = put(bytes, Buffer.from(given.secrets[name]), at);
  for (const [part, at] of given.splices) bytes = put(bytes, part, at);
  for (const one of given.damages) bytes = damaged(bytes, one);
  return sent(bytes, given, USUAL);
}

/** As `Connection.run` gives it. */
function captured({ noise }: Document, chunks: readonly Uint8Array[]): string {
  const ready = noise === undefined ? undefined : { mark: MARK, seen: () => {} };
  const capture = new Capture({ maxBytes: MOST, ready });
  if (noise !== undefined) {
    capture.push(Buffer.from(`${noise}${MARK.slice(0, 7)}`));
    capture.push(Buffer.from(MARK.slice(7)));
  }
  for (const chunk of chunks) capture.push(chunk);
  capture.end();
  return capture.text();
}
