import { setTimeout as sleep } from 'node:timers/promises';
import { dayOf, endOf, UTC } from '../../core/contract/days.ts';
import { toKeyferryError } from '../../core/contract/errors.ts';
import { daysToRead, MOST_READING_ROWS, type UsageDay } from '../../core/contract/usage.ts';
import type { ReadingState } from '../../core/contract/usage-kinds.ts';
import type { ReadTo } from '../../core/store/usage.ts';
import type { Commands } from '../programs/openclaw/commands.ts';
import { type SaidUsage, usageOfDay } from '../programs/openclaw/usage.ts';
import type { CallLimits } from '../transports/transport.ts';

/** What one look read of a box's usage. */
export interface ReadUsage {
  state: ReadingState;
  days: UsageDay[];
  /** See `usageReadingSchema`. */
  finalTo?: string | undefined;
  timeZone?: string | undefined;
}

/** Milliseconds for one day, and for all of them. */
const DAY_MS = 30_000;
const ALL_MS = 60_000;
/** OpenClaw is still counting (seen from 2026.7.1 on): it is asked so often, with milliseconds between. */
const TRIES = 3;
const AGAIN_AFTER_MS = 2_000;
/** Milliseconds after its end from which a day does not grow any more: a turn is stamped when it is over. */
const SETTLED_MS = 60 * 60_000;

/** Only tests change these. */
interface Ways {
  day: typeof usageOfDay;
  againAfterMs: number;
}
const WAYS: Ways = { day: usageOfDay, againAfterMs: AGAIN_AFTER_MS };

/**
 * Reads what OpenClaw says of a box's usage on the days that are not read to their end. Never fails, and takes a minute at most:
 * what was read until then is worth having. Throws only when aborted, and where the link is lost.
 */
export async function readUsage(
  commands: Commands,
  { finalTo, timeZone, now }: ReadTo & { now: number },
  { signal }: Pick<CallLimits, 'signal'>,
  ways: Partial<Ways> = {},
): Promise<ReadUsage> {
  if (!commands.hasGateway) return { state: 'none', days: [] };
  const { day: ask, againAfterMs } = { ...WAYS, ...ways };
  const until = performance.now() + ALL_MS;
  const left = () => Math.min(DAY_MS, until - performance.now());
  const zone = timeZone === UTC ? undefined : timeZone;
  const read: ReadUsage = { state: 'read', days: [], finalTo, ...(zone && { timeZone: zone }) };
  let rows = 0;
  let isWhole = true;
  for (const day of daysToRead(finalTo, now, timeZone)) {
    let said: SaidUsage = { state: 'unsaid', rows: [] };
    for (let tries = 1; left() > 0; tries += 1) {
      said = await soft(() => ask(commands, day, timeZone, { signal, timeoutMs: left() }), signal);
      if (said.state !== 'partial' || tries >= TRIES || left() <= againAfterMs) break;
      await sleep(againAfterMs, undefined, { signal });
    }
    rows += said.rows.length;
    // What does not fit any more is the next look's.
    if (rows > MOST_READING_ROWS) said = { state: 'partial', rows: [] };
    if (said.state !== 'read' && read.state === 'read') read.state = said.state;
    if (said.state === 'unsaid' || rows > MOST_READING_ROWS) break;
    if (said.state !== 'too_much') read.days.push({ day, rows: said.rows });
    if (said.state === 'partial') isWhole = day === dayOf(now, timeZone) && isWhole;
    // A day with too much of it stays so: nobody waits for it.
    if (isWhole && endOf(day, timeZone) + SETTLED_MS < now) read.finalTo = day;
  }
  return { ...read, days: read.days.toSorted((a, b) => (a.day < b.day ? -1 : 1)) };
}

async function soft(ask: () => Promise<SaidUsage>, signal: AbortSignal): Promise<SaidUsage> {
  try {
    return await ask();
  } catch (thrown) {
    signal.throwIfAborted();
    const { code } = toKeyferryError(thrown);
    if (code === 'connection_lost') throw thrown;
    return { state: code === 'box_flooded' ? 'too_much' : 'unsaid', rows: [] };
  }
}
