import { z } from 'zod';
import {
  type ShownRuns,
  shownRunsQuerySchema,
  shownRunsSchema,
} from '../../../../../core/contract/shown-runs.ts';
import type { RunPlace } from '../../../../../core/store/fleet-runs.ts';
import { queryOf } from '../../../../http/query.ts';
import { type Cursor, cursorOf } from '../../../../platform/cursors.ts';
import type { OperatorRoute } from '../../../../route.ts';

/** Where pages of runs begin. */
const runCursor: Cursor<RunPlace> = cursorOf(
  'fleet-runs',
  z.strictObject({ startedAt: z.iso.datetime(), id: z.uuid() }),
);

/** What is done on one box of the fleet after another, or was. */
export const getFleetRuns: OperatorRoute = {
  method: 'get',
  path: '/api/v1/fleet/runs',
  who: 'operator',
  action: 'see',
  about: 'Runs over the fleet, with how their boxes stand, 50 on a page: `cursor`',
  answers: { 200: { about: 'A page, the newest first', schema: shownRunsSchema } },
  errors: ['input_invalid', 'history_unavailable'],
  async handle({ services: { fleetRuns }, request }) {
    const { cursor } = queryOf(request, shownRunsQuerySchema);
    const { runs, next } = await fleetRuns.page(runCursor.read(cursor));
    const json: ShownRuns = { runs, ...(next && { next: runCursor.write(next) }) };
    return { status: 200, json };
  },
};
