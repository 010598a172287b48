import { type Selectable, sql } from 'kysely';
import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from '../contract/error-rows.ts';
import { isTurnDue, LONGEST } from '../contract/health.ts';
import type { LookJob } from '../contract/jobs.ts';
import { agentNameSchema, boxStateSchema } from '../contract/repairs.ts';
import { versionsSchema } from '../contract/versions.ts';
import { goodOf, isByTurn, suspicionOf, writeLook } from './connection-health.ts';
import type { Database } from './database.ts';
import type { FleetCounts } from './database-gauges.ts';
import type { ConnectionsTable } from './tables.ts';
import { seenOrdered } from './usage-held.ts';

const code = z.enum(ERROR_CODES);
const agent = agentNameSchema.optional();

/** What a look of the watch has seen of a connection. */
export const lookedSchema = z.strictObject({
  connection: z.uuid(),
  at: z.iso.datetime(),
  seen: z.discriminatedUnion('outcome', [
    z.strictObject({ outcome: z.literal('working'), isProved: z.boolean().optional(), agent }),
    z.strictObject({
      outcome: z.literal('attention'),
      code,
      isCertain: z.boolean().optional(),
      agent,
      mustLast: z.boolean().optional(),
    }),
    z.strictObject({ outcome: z.literal('unreachable'), code }),
    z.strictObject({ outcome: z.literal('inconclusive'), code }),
  ]),
  watchHours: z.number().positive(),
  hasTurn: z.boolean().optional(),
  /** Of the programs on the box, as far as they were seen. */
  versions: versionsSchema.optional(),
  /** Milliseconds. */
  tookMs: z.int().nonnegative().optional(),
  /** What it saw of OpenClaw, where the connection works. */
  good: boxStateSchema.optional(),
  /** An order of the provider's profiles stands in OpenClaw's store. */
  isOrdered: z.literal(true).optional(),
});
export type Looked = z.output<typeof lookedSchema>;

/** Writes it, within a transaction, and when the next one is due. */
export async function recordLooked(
  transaction: Database,
  { at, isOrdered, ...looked }: Looked,
): Promise<void> {
  if (isOrdered) await seenOrdered(transaction, looked.connection, new Date(at));
  await writeLook(transaction, { at: new Date(at), ...looked });
}

/** A box that is to be looked at. */
export interface DueBox {
  customer: string;
  box: string;
  /** The connection there for which a turn is due, too: that one which has waited longest. */
  turn?: string;
  /** When a connection was last seen to work there, a gateway answered. */
  hadGateway?: true;
  agents?: LookJob['agents'];
}

export interface DueOptions {
  /** The most connections at a time. */
  most: number;
  /** Milliseconds for which nobody else takes them: within that time the look is written, or it is due again. */
  leaseMs: number;
  /** Days after which a connection's next turn is due; 0 for never. */
  proveDays: number;
}

/** Takes the boxes whose look is due, those first that have waited longest. */
export async function takeDue(
  database: Database,
  at: Date,
  { most, leaseMs, proveDays }: DueOptions,
): Promise<DueBox[]> {
  const { rows } = await sql<Row>`
    with due as materialized (
      select id, customer, box from connections
      where ended_at is null and next_look_at <= ${at} order by next_look_at, id limit ${most}
      for update skip locked)
    update connections set next_look_at = ${new Date(at.getTime() + leaseMs)}
    from (select distinct customer, box from due) as boxes
    where connections.customer = boxes.customer and connections.box = boxes.box and connections.ended_at is null
    returning connections.id, connections.customer, connections.box, connections.health, connections.reason,
      connections.health_since, connections.connected_at, connections.turn_at, connections.by_turn,
      connections.suspected, connections.seen_good, connections.wrong_agent, connections.checked_at`.execute(
    database,
  );
  const boxes = new Map<string, DueBox>();
  const longest = new Map<string, number>();
  for (const row of rows.sort((a, b) => lastTurn(a) - lastTurn(b))) {
    const { id, customer, box, reason } = row;
    const key = JSON.stringify([customer, box]);
    const due = boxes.get(key) ?? { customer, box };
    const isDue = isTurnDue(
      { turnAt: lastTurn(row), reason, suspected: suspicionOf(row)?.code },
      { proveDays, at: +at },
    );
    if (!due.turn && isDue && mayAnswer(row)) due.turn = id;
    const good = goodOf(row);
    if (good?.gateway) due.hadGateway = true;
    const wanted = row.wrong_agent ?? suspicionOf(row)?.agent;
    // Of several those in turn: a look that asks about one says nothing of the other's.
    const asked = +(row.checked_at ?? row.connected_at);
    if (wanted !== undefined && asked < (longest.get(key) ?? Number.POSITIVE_INFINITY)) {
      longest.set(key, asked);
      due.agents = { ...due.agents, wanted };
    }
    if (good?.agents) due.agents = { ...due.agents, known: { ...due.agents?.known, [id]: good.agents } };
    boxes.set(key, due);
  }
  return [...boxes.values()];
}

/** Puts a box back that was taken and not looked at: it is due again at that time. */
export async function putBackLook(
  database: Database,
  { customer, box }: Pick<DueBox, 'customer' | 'box'>,
  at: Date,
): Promise<void> {
  await database
    .updateTable('connections')
    .set({ next_look_at: at })
    .where('customer', '=', customer)
    .where('box', '=', box)
    .where('ended_at', 'is', null)
    .execute();
}

const HOUR_MS = 60 * 60_000;
const LATE_MS = HOUR_MS;

/**
 * Counts the connections there are: by health, and, where anybody looks, those whose look has been due for over an hour.
 * `watchHours`: between looks at what works; 0 where nobody looks.
 */
export async function countFleet(
  database: Database,
  at: Date,
  { watchHours }: { watchHours: number },
): Promise<FleetCounts> {
  const late = new Date(at.getTime() - LATE_MS);
  // One that is put back again and again is never due for long.
  const unseen = new Date(late.getTime() - watchHours * LONGEST * HOUR_MS);
  const rows = await database
    .selectFrom('connections')
    .select(({ fn }) => ['health', fn.countAll<string>().as('count')])
    .select(({ fn, eb }) =>
      fn
        .countAll<string>()
        .filterWhere(
          eb.or([
            eb('next_look_at', '<', late),
            eb(eb.fn.coalesce('looked_at', 'connected_at'), '<', unseen),
          ]),
        )
        .as('overdue'),
    )
    .where('ended_at', 'is', null)
    .groupBy('health')
    .execute();
  return {
    byHealth: new Map(rows.map(({ health, count }) => [health, Number(count)])),
    overdue: watchHours > 0 ? rows.reduce((sum, { overdue }) => sum + Number(overdue), 0) : 0,
  };
}

type Row = Pick<
  Selectable<ConnectionsTable>,
  | 'id'
  | 'customer'
  | 'box'
  | 'health'
  | 'reason'
  | 'health_since'
  | 'connected_at'
  | 'turn_at'
  | 'by_turn'
  | 'suspected'
  | 'seen_good'
  | 'wrong_agent'
  | 'checked_at'
>;

/** When it last answered one, or was last tried. A handshake has proved it, too. */
const lastTurn = ({ turn_at, connected_at }: Row) => +(turn_at ?? connected_at);

/** What a limit keeps out of use is not asked. What looks have found out of order gets no turn until they no longer do, and must not keep its neighbours from theirs. */
function mayAnswer(row: Row): boolean {
  if (row.reason === ('usage_capped' satisfies ErrorCode)) return false;
  return row.health !== 'attention' || isByTurn(row);
}
