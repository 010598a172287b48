import { sql } from 'kysely';
import { z } from 'zod';
import { customerSchema } from '../contract/customer.ts';
import { ERROR_CODES } from '../contract/error-rows.ts';
import type { RunReport } from '../contract/shown-runs.ts';
import type { Database } from './database.ts';

/** Reasons of each kind, and boxes that are named for each. */
const MOST_OF_A_KIND = 25;
const MOST_NAMED = 6;

const boxesSchema = z.array(z.object({ customer: customerSchema, box: z.string() }));
const common = z.object({ count: z.number(), boxes: boxesSchema });
const KINDS = {
  verdict: common.extend({ verdict: z.string() }),
  finding: common.extend({ id: z.string(), status: z.string() }),
  step: common.extend({ step: z.string(), state: z.string() }),
  credential: common.extend({ words: z.string() }),
  unwell: common.extend({
    state: z.enum(['failed', 'skipped']),
    code: z.enum(ERROR_CODES).nullable().catch(null),
    why: z.string().nullable(),
  }),
};

/** What the boxes of a run have in common; counted by the database, whatever their number. */
export async function reportOn(database: Database, run: string): Promise<RunReport> {
  const list = (name: string) =>
    sql`jsonb_array_elements(case jsonb_typeof(outcome -> ${name}) when 'array' then outcome -> ${name} else '[]' end)
      with ordinality`;
  const { rows } = await sql<{
    kind: keyof typeof KINDS;
    what: object;
    count: number;
    boxes: unknown;
    place: number;
  }>`
    with ours as materialized (
      select customer, box, state, code, why, outcome from fleet_run_boxes where run = ${run}),
    said as (
      select customer, box, 'unwell' as kind, jsonb_build_object('state', state, 'code', code, 'why', why) as what, 0 as nth
        from ours where state in ('failed', 'skipped')
      union all
      select customer, box, 'verdict', jsonb_build_object('verdict', outcome -> 'verdict'), 0
        from ours where outcome ? 'verdict'
      union all
      select customer, box, 'finding', jsonb_build_object('id', one -> 'id', 'status', one -> 'status'), 0
        from ours, ${list('findings')} as each (one, nth)
      union all
      select customer, box, 'step', jsonb_build_object('step', one -> 'step', 'state', one -> 'state'), nth
        from ours, ${list('steps')} as each (one, nth)
      union all
      select distinct customer, box, 'credential', jsonb_build_object('words', regexp_replace(one #>> '{}', ' in \\S+$', '')), 0
        from ours, ${list('credentials')} as each (one, nth)),
    counted as (
      select kind, what, count(*)::int as count, min(nth)::int as place,
        (array_agg(jsonb_build_object('customer', customer, 'box', box) order by customer, box))[1:${sql.lit(MOST_NAMED)}] as boxes,
        row_number() over (partition by kind order by count(*) desc, min(customer), what::text) as nth
      from said group by kind, what)
    select kind, what, count, to_jsonb(boxes) as boxes, place from counted
    where nth <= ${sql.lit(MOST_OF_A_KIND + 1)} order by kind, nth`.execute(database);
  const of = <Kind extends keyof typeof KINDS>(kind: Kind) =>
    rows
      .filter((row) => row.kind === kind)
      .sort((one, other) => (kind === 'step' ? one.place - other.place : 0))
      .slice(0, MOST_OF_A_KIND)
      .flatMap(({ what, count, boxes }) => {
        // What only a newer version can read is passed over.
        const read = KINDS[kind].safeParse({ ...what, count, boxes });
        return read.success ? [read.data as z.infer<(typeof KINDS)[Kind]>] : [];
      });
  const kinds = Object.keys(KINDS) as (keyof typeof KINDS)[];
  return {
    verdicts: of('verdict').map(({ verdict, count }) => ({ verdict, count })),
    findings: of('finding'),
    steps: of('step').map(({ step, state, count }) => ({ step, state, count })),
    credentials: of('credential'),
    unwell: of('unwell'),
    isCut: kinds.some((kind) => rows.filter((row) => row.kind === kind).length > MOST_OF_A_KIND),
  };
}
