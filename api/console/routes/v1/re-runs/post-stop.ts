import { z } from 'zod';
import { KeyferryError } from '../../../../../core/contract/errors.ts';
import { manyReRunSchema } from '../../../../../core/contract/re-runs.ts';
import { idOf } from '../../../../customers/routes/v1/connections/id-of.ts';
import type { OperatorRoute } from '../../../../route.ts';

const nothing = z.strictObject({});

/** Starts no more of a re-run. */
export const postReRunStop: OperatorRoute<z.infer<typeof nothing>> = {
  method: 'post',
  path: '/api/v1/re-runs/:run/stop',
  who: 'operator',
  action: 're-run',
  about: 'Start no more of a re-run; what was started goes on. One that is over stays as it is',
  body: nothing,
  answers: { 200: { about: 'As it is now', schema: manyReRunSchema } },
  async subject({ services: { reRuns }, request }) {
    const [run] = await reRuns.list(idOf(request, 'run'));
    if (!run) throw new KeyferryError('not_here');
    return { detail: `stopped: ${run.about}` };
  },
  async handle({ services: { reRuns }, request, operator }) {
    const id = idOf(request, 'run');
    await reRuns.stop(id, operator.name);
    const [json] = await reRuns.list(id);
    return { status: 200, json };
  },
};
