import { z } from 'zod';
import { offsetOf, UTC } from '../../../core/contract/days.ts';
import { MOST_USAGE_ROWS, type UsageRow, usageRowSchema } from '../../../core/contract/usage.ts';
import { READING_STATES, type ReadingState } from '../../../core/contract/usage-kinds.ts';
import type { CallLimits } from '../../transports/transport.ts';
import { type Commands, succeeded } from './commands.ts';
import { findJson } from './models-status.ts';
import { SUMMED_UP } from './usage.script.ts';
import { countsAllAgents, countsByTimeZone } from './versions.ts';

/** What a box's gateway says of one day. */
export interface SaidUsage {
  state: ReadingState;
  rows: UsageRow[];
}

/** Whose days it counts by. An older one knows no zones: its day is 24 hours from when it begins, also on the two on which clocks change. */
function daysOf(zone: string, day: string, version: string | undefined): Record<string, string> {
  if (zone === UTC) return { mode: 'utc' };
  const utcOffset = offsetOf(day, zone);
  // Where the box's Node does not know the zone, the offset counts.
  return { mode: 'specific', utcOffset, ...(countsByTimeZone(version) && { timeZone: zone }) };
}

/** Chats that OpenClaw is asked for, those first that were used last. */
const MOST_SESSIONS = 5_000;
/** Bytes of the sums: a row is some 60. */
const MOST_BYTES = 256 * 1024;

const SaidSchema = z.object({
  state: z.enum(READING_STATES),
  rows: z.array(usageRowSchema).max(MOST_USAGE_ROWS),
});

/** Reads what the script on the box prints. Pure. */
export function readSaidUsage(json: unknown): SaidUsage {
  const read = SaidSchema.safeParse(json);
  return read.success ? read.data : { state: 'unsaid', rows: [] };
}

/**
 * Asks the gateway that serves the customer what was used on one day of a time zone's (`2026-11-30`), by every agent. What it
 * says is summed up on the box: no chat's name leaves it. Throws only on limits, and where the link is lost.
 */
export async function usageOfDay(
  commands: Commands,
  day: string,
  zone: string,
  limits: CallLimits,
): Promise<SaidUsage> {
  const agents = countsAllAgents(commands.version) ? { agentScope: 'all' } : {};
  const whose = daysOf(zone, day, commands.version);
  const params = { startDate: day, endDate: day, ...whose, limit: MOST_SESSIONS, ...agents };
  const first = [...SUMMED_UP, String(MOST_SESSIONS), String(MOST_USAGE_ROWS)] as const;
  const result = await commands.gatewayCall('sessions.usage', params, {
    ...limits,
    first,
    maxBytes: MOST_BYTES,
  });
  if (result.exit.kind === 'lost') throw commands.failed(['gateway', 'call', 'sessions.usage'], result);
  return succeeded(result) ? readSaidUsage(findJson(result.stdout)) : { state: 'unsaid', rows: [] };
}
