import type { z } from 'zod';
import { caseFileSchema, noteRequestSchema } from '../../../../../core/contract/cases.ts';
import { caseParamsSchema } from '../../../../../core/contract/platform-cases.ts';
import type { PlatformRoute } from '../../../../route.ts';
import { CASE_FILE } from '../../../examples.ts';
import { foundCase } from './found-case.ts';

/** Adds a note to a case. */
export const postCaseNoteByPlatform: PlatformRoute<
  z.infer<typeof noteRequestSchema>,
  undefined,
  z.infer<typeof caseParamsSchema>
> = {
  method: 'post',
  path: '/api/v1/cases/:case/notes',
  who: 'platform',
  action: 'case-note',
  operation: 'addCaseNote',
  tag: 'Cases',
  about: 'Add a note to a case; one that holds a secret of a provider is refused',
  params: caseParamsSchema,
  body: noteRequestSchema,
  bodyExample: { text: 'They were called: the box is back on Monday.' },
  answers: { 200: { about: 'The case as it is now', schema: caseFileSchema, example: CASE_FILE } },
  async handle({ services: { cases, caseChanges }, params: { case: id }, body, key }) {
    await foundCase(cases, id);
    await caseChanges.note(id, body.text, `platform:${key}`);
    return { status: 200, json: await foundCase(cases, id), detail: `note: case ${id}` };
  },
};
