import type { z } from 'zod';
import { caseFileSchema } from '../../../../../core/contract/cases.ts';
import { caseParamsSchema } from '../../../../../core/contract/platform-cases.ts';
import type { PlatformRoute } from '../../../../route.ts';
import { CASE_FILE } from '../../../examples.ts';
import { foundCase } from './found-case.ts';

/** One case with what has happened to it. */
export const getCaseByPlatform: PlatformRoute<undefined, undefined, z.infer<typeof caseParamsSchema>> = {
  method: 'get',
  path: '/api/v1/cases/:case',
  who: 'platform',
  operation: 'getCase',
  tag: 'Cases',
  about: 'Read a case, with the newest 50 of its notes and what else has happened to it',
  params: caseParamsSchema,
  answers: { 200: { about: 'The case', schema: caseFileSchema, example: CASE_FILE } },
  async handle({ services: { cases }, params }) {
    return { status: 200, json: await foundCase(cases, params.case) };
  },
};
