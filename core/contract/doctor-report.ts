import { z } from 'zod';
import { ERROR_CODES } from './error-rows.ts';
import { versionsSchema } from './versions.ts';

const errorCodeSchema = z.enum(ERROR_CODES);

/** What the doctor says about a box. It holds names and sentences, but no credential and no variable's value. */
export const doctorReportSchema = z
  .strictObject({
    verdict: z.enum(['ok', 'warning', 'blocks']).meta({ description: 'The worst of all findings' }),
    tookMs: z.number(),
    versions: versionsSchema
      .optional()
      .meta({ description: "Of the box's programs, as far as they are known" }),
    findings: z.array(
      z.strictObject({
        id: z.string().meta({ description: 'docs/doctor.md lists them' }),
        status: z.enum(['ok', 'warning', 'blocks']).meta({ description: 'blocks: a handshake fails' }),
        seen: z.string().meta({ description: 'What was seen on the box' }),
        why: z.string().meta({ description: 'Why it matters for a handshake' }),
        fix: z.string().optional().meta({ description: 'What fixes it' }),
        error: errorCodeSchema.optional().meta({ description: 'The error that a handshake would end with' }),
      }),
    ),
  })
  .meta({ id: 'DoctorReport' });
export type DoctorReport = z.infer<typeof doctorReportSchema>;

/** `POST /api/v1/boxes/:customer/doctor` and `GET /api/v1/boxes/:customer/doctor/:run`. */
export const doctorRunSchema = z
  .strictObject({
    run: z.uuid(),
    state: z.enum(['waiting', 'running', 'done', 'failed']),
    report: doctorReportSchema.optional().meta({ description: 'Present once it is done' }),
    error: errorCodeSchema
      .optional()
      .meta({ description: 'Present if it has failed: nothing is known about the box' }),
  })
  .meta({ id: 'DoctorRun' });
export type DoctorRun = z.infer<typeof doctorRunSchema>;
