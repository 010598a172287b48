import type { z } from 'zod';
import { caseFileSchema } from '../../../../../core/contract/cases.ts';
import { caseParamsSchema, snoozeCaseSchema } from '../../../../../core/contract/platform-cases.ts';
import type { PlatformRoute } from '../../../../route.ts';
import { CASE_FILE } from '../../../examples.ts';
import { foundCase } from './found-case.ts';

/** Snoozes a case. */
export const postSnoozeCase: PlatformRoute<
  z.infer<typeof snoozeCaseSchema>,
  undefined,
  z.infer<typeof caseParamsSchema>
> = {
  method: 'post',
  path: '/api/v1/cases/:case/snooze',
  who: 'platform',
  action: 'case-change',
  operation: 'snoozeCase',
  tag: 'Cases',
  about: 'Snooze a case: until then it counts as nobody’s',
  params: caseParamsSchema,
  body: snoozeCaseSchema,
  bodyExample: { until: '2026-12-01T09:00:00.000Z' },
  fields: () => ({ input_invalid: { in: 'body', field: 'until', rule: 'unfit' } }),
  answers: { 200: { about: 'The case as it is now', schema: caseFileSchema, example: CASE_FILE } },
  async handle({ services: { cases, caseChanges }, params: { case: id }, body, key }) {
    await foundCase(cases, id);
    const changed = await caseChanges.change(
      { cases: [id] },
      { to: 'snoozed', until: body.until },
      `platform:${key}`,
    );
    const json = await foundCase(cases, id);
    return changed === 0
      ? { status: 200, json, isUnaudited: true }
      : { status: 200, json, detail: `snoozed: case ${id}` };
  },
};
