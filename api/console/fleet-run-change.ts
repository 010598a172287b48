import type { Request } from 'express';
import { KeyferryError } from '../../core/contract/errors.ts';
import type { ShownRun } from '../../core/contract/shown-runs.ts';
import { FleetRuns, type RunVerb } from '../../core/store/fleet-runs.ts';
import { idOf } from '../customers/routes/v1/connections/id-of.ts';
import type { Subject } from '../operators/audit-entries.ts';
import type { Answer } from '../route.ts';
import type { Services } from '../services.ts';

/** Which run an operator's request is about, for the audit log. Throws `not_here` where there is none. */
export async function runSubject({ fleetRuns }: Services, request: Request): Promise<Subject> {
  const { run } = await fleetRuns.of(idOf(request, 'run'));
  return { detail: `${run.kind}, run ${run.id}` };
}

/** Does what an operator wants of a run, and answers how it stands then. Throws `not_here` where there is none. */
export async function changeRun(
  { database, fleetRuns }: Services,
  request: Request,
  verb: RunVerb,
  { operator, failed = false }: { operator: string; failed?: boolean },
): Promise<Answer> {
  const id = idOf(request, 'run');
  const changed = await new FleetRuns(database).change(id, verb, { askedBy: `operator:${operator}`, failed });
  if (!changed) throw new KeyferryError('not_here');
  const json: ShownRun = (await fleetRuns.of(id)).run;
  return { status: 200, json };
}
