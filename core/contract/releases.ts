import { z } from 'zod';
import { PROGRAM_NAMES, type Program, versionSchema } from './versions.ts';

/** What trying a release has come to: as the known one; its screens differ, and it connects; a handshake failed. */
export const RELEASE_VERDICTS = ['green', 'drift', 'broken'] as const;
export type ReleaseVerdict = (typeof RELEASE_VERDICTS)[number];

const programSchema = z.enum(Object.keys(PROGRAM_NAMES) as [Program, ...Program[]]);
const widthsSchema = z.array(z.int().min(40).max(1_000)).max(10);

/** A screen of a release that is not as the known one's. */
const movedSchema = z.strictObject({
  /** As `keyferry canary` names it. */
  screen: z.string().max(60),
  columns: z.int(),
  /** A short unified diff of the two, with everything that changes from run to run left out. */
  diff: z.string().max(4_000),
});
export type MovedScreen = z.infer<typeof movedSchema>;

/** A release of a program that whole handshakes were tried on, and what came of it. */
export const releaseSchema = z
  .strictObject({
    program: programSchema.meta({ description: 'Whose release it is' }),
    version: versionSchema,
    verdict: z.enum(RELEASE_VERDICTS).meta({
      description:
        '`green`: as the known one; `drift`: it shows something else, and connects; `broken`: it does not',
    }),
    at: z.iso.datetime().meta({ description: 'When it was tried' }),
    widths: widthsSchema.meta({ description: 'Columns of the terminals that it was tried in' }),
    failedAt: widthsSchema.meta({ description: 'Those of them in which it did not connect' }),
    node: z.string().max(200).optional().meta({
      description: 'The versions of Node that it needs, as its package says',
    }),
    summary: z.string().max(300).meta({ description: 'In a sentence or two' }),
  })
  .meta({ id: 'Release' });
export type Release = z.infer<typeof releaseSchema>;

/** The same with what has moved, as it is written into the record. */
export const releaseEntrySchema = releaseSchema.extend({ moved: z.array(movedSchema).max(20) });
export type ReleaseEntry = z.infer<typeof releaseEntrySchema>;
