import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { RELEASE_VERDICTS, type Release } from '../../core/contract/releases.ts';
import { compareVersions, type Program } from '../../core/contract/versions.ts';

/** Where `keyferry canary --record` writes. */
export const TRIED_FILE = new URL('./tried.yaml', import.meta.url);

const entrySchema = z.strictObject({
  node: z.string().optional(),
  verdict: z.enum(RELEASE_VERDICTS),
  tried: z.iso.date().optional(),
  widths: z.array(z.int()).optional(),
  failedAt: z.array(z.int()).optional(),
  why: z.string().optional(),
});
/** A version that whole handshakes were tried on. */
type TriedEntry = z.infer<typeof entrySchema>;
export interface TriedVersion extends TriedEntry {
  /** It is said by the record alone: no person has looked at it. */
  isRecord?: true;
}

const versionsSchema = z.record(z.string(), entrySchema);
const tableSchema = z.strictObject({ claude: versionsSchema, openclaw: versionsSchema });

const TABLE = tableSchema.parse(parse(readFileSync(TRIED_FILE, 'utf8')));

/** What the record says beside it; of this process. */
let learned: readonly Release[] = [];
/** Versions that are just being tried: what was said of them before does not count. */
const onTrial = new Set<string>();

/** Takes in what the record says of releases; the newer of two verdicts counts. What was learned before is forgotten. */
export function learnReleases(releases: readonly Release[]): void {
  learned = releases;
}

/** Until it is taken off nothing is known of a version in this process, so that it can be tried although it is said to be broken. */
export function putOnTrial(program: Program, version: string): void {
  onTrial.add(`${program} ${version}`);
}
export function takeOffTrial(program: Program, version: string): void {
  onTrial.delete(`${program} ${version}`);
}

/** What is known of a version; undefined: it was not tried. */
export function triedVersion(program: Program, version: string): TriedVersion | undefined {
  if (onTrial.has(`${program} ${version}`)) return undefined;
  const own = Object.hasOwn(TABLE[program], version) ? TABLE[program][version] : undefined;
  const said = learned.find((one) => one.program === program && one.version === version);
  // The table has days; on the same one a person's word counts.
  if (!said || (own?.tried !== undefined && own.tried >= said.at.slice(0, 10))) return own;
  // What a person has looked at and found broken stays so until it is tried and works.
  if (own?.verdict === 'broken' && said.verdict === 'broken') return own;
  const { verdict, at, widths, failedAt, summary, node = own?.node } = said;
  const why = verdict === 'broken' ? { why: summary } : {};
  const tried = at.slice(0, 10);
  return {
    ...(node === undefined ? {} : { node }),
    verdict,
    tried,
    widths,
    failedAt,
    ...why,
    isRecord: true,
  };
}

/** Every version that was tried, oldest first. */
export function triedVersions(program: Program): string[] {
  const said = learned.filter((one) => one.program === program).map(({ version }) => version);
  return [...new Set([...Object.keys(TABLE[program]), ...said])]
    .filter((version) => triedVersion(program, version) !== undefined)
    .sort(compareVersions);
}
