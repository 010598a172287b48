import { z } from 'zod';

/** An event in a recording: seconds since its start, the kind (`o` output, `r` a new size, `m` a mark), and the text. */
export type CastEvent = [time: number, code: 'o' | 'i' | 'r' | 'm', data: string];

/** A recording of a terminal (asciicast, version 2 or 3). */
export interface Cast {
  columns: number;
  rows: number;
  events: CastEvent[];
}

const size = z.int().min(1).max(1_000);
const headSchema = z.union([
  z.object({ version: z.literal(2), width: size, height: size }),
  z.object({ version: z.literal(3), term: z.object({ cols: size, rows: size }) }),
]);
const eventSchema = z.tuple([z.number().nonnegative(), z.enum(['o', 'i', 'r', 'm']), z.string()]);

/** Reads a recording. Undefined when it is not one; a line that broke off with its worker is omitted. */
export function readCast(text: string): Cast | undefined {
  const [first = '', ...lines] = text.split('\n');
  const head = headSchema.safeParse(parsed(first)).data;
  if (!head) return undefined;
  let time = 0;
  const events = lines.flatMap((line): CastEvent[] => {
    const event = eventSchema.safeParse(parsed(line)).data;
    if (!event) return [];
    // Since the previous event in version 3, since the start in version 2.
    time = head.version === 3 ? time + event[0] : event[0];
    return [[time, event[1], event[2]]];
  });
  const [columns, rows] = head.version === 3 ? [head.term.cols, head.term.rows] : [head.width, head.height];
  return { columns, rows, events };
}

/** The same, with no pause longer than `most` seconds. */
export function withoutPauses(cast: Cast, most: number): Cast {
  let before = 0;
  let time = 0;
  const events = cast.events.map(([at, code, data]): CastEvent => {
    time += Math.min(at - before, most);
    before = at;
    return [time, code, data];
  });
  return { ...cast, events };
}

/** Seconds until its last event. */
export function lengthOf({ events }: Cast): number {
  return events.at(-1)?.[0] ?? 0;
}

/** The second of its first picture: before that nothing is drawn. */
export function firstPictureOf({ events }: Cast): number {
  return (
    events.find(
      ([, code, data]) => code === 'o' && /[^\s\p{Cc}]/u.test(data.replace(/\x1b\[[\d;?]*[a-zA-Z]/g, '')),
    )?.[0] ?? 0
  );
}

/** Its marks: phases, each at its second. */
export function marksOf({ events }: Cast): { at: number; label: string }[] {
  return events.flatMap(([at, code, label]) => (code === 'm' ? [{ at, label }] : []));
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
