import type { z } from 'zod';
import { caseFileSchema } from '../../../../../core/contract/cases.ts';
import { caseParamsSchema, resolveCaseSchema } from '../../../../../core/contract/platform-cases.ts';
import type { PlatformRoute } from '../../../../route.ts';
import { CASE_FILE } from '../../../examples.ts';
import { foundCase } from './found-case.ts';

/** Resolves a case. */
export const postResolveCase: PlatformRoute<
  z.infer<typeof resolveCaseSchema>,
  undefined,
  z.infer<typeof caseParamsSchema>
> = {
  method: 'post',
  path: '/api/v1/cases/:case/resolve',
  who: 'platform',
  action: 'case-change',
  operation: 'resolveCase',
  tag: 'Cases',
  about: 'Resolve a case; if the trouble is seen again, it is opened again',
  params: caseParamsSchema,
  body: resolveCaseSchema,
  bodyExample: { note: 'The box was switched off.' },
  answers: { 200: { about: 'The case as it is now', schema: caseFileSchema, example: CASE_FILE } },
  async handle({ services: { cases, caseChanges }, params: { case: id }, body, key }) {
    await foundCase(cases, id);
    const changed = await caseChanges.change({ cases: [id] }, { to: 'resolved', ...body }, `platform:${key}`);
    // It is resolved already: what they say of it is kept all the same.
    if (changed === 0 && body.note !== undefined) {
      await caseChanges.note(id, body.note, `platform:${key}`);
      return { status: 200, json: await foundCase(cases, id), detail: `note: case ${id}` };
    }
    const json = await foundCase(cases, id);
    return changed === 0
      ? { status: 200, json, isUnaudited: true }
      : { status: 200, json, detail: `resolved: case ${id}` };
  },
};
