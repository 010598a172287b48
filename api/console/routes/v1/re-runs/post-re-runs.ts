import type { z } from 'zod';
import { KeyferryError } from '../../../../../core/contract/errors.ts';
import { manyReRunSchema, reRunRequestSchema } from '../../../../../core/contract/re-runs.ts';
import type { OperatorRoute } from '../../../../route.ts';
import { aboutOf, subjectsOf } from '../../../case-subjects.ts';

/** Tries many cases again, a few at a time. */
export const postReRuns: OperatorRoute<z.infer<typeof reRunRequestSchema>> = {
  method: 'post',
  path: '/api/v1/re-runs',
  who: 'operator',
  action: 're-run',
  about:
    'Try cases again, a few at a time: a handshake is started for a customer who could not connect, a look is made due at what is connected',
  body: reRunRequestSchema,
  answers: { 202: { about: 'It has begun', schema: manyReRunSchema } },
  subject: ({ services: { caseChanges }, body: { of } }) => subjectsOf(caseChanges, of, 're-run'),
  async handle({ services: { caseChanges, reRuns }, body: { of }, operator }) {
    const chosen = await caseChanges.chosen(of);
    if (chosen.length === 0) throw new KeyferryError('not_here');
    const who = { askedBy: `operator:${operator.name}`, about: aboutOf(of, chosen.length) };
    const [json] = await reRuns.list(await reRuns.begin(chosen, who));
    return { status: 202, json };
  },
};
