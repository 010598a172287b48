import { z } from 'zod';

/** The programs on a box whose versions decide what can be done there, with the names that people read. */
export const PROGRAM_NAMES = { claude: 'Claude Code', openclaw: 'OpenClaw' } as const;
export type Program = keyof typeof PROGRAM_NAMES;

/** Versions of a box's programs; undefined where one is not known. */
export type Versions = { readonly [name in Program]?: string | undefined };

export const versionSchema = z.string().regex(/^[\w.+-]{1,40}$/);
export const versionsSchema = z.strictObject({
  claude: versionSchema.optional(),
  openclaw: versionSchema.optional(),
});

/** What of a box's claims can be a version. */
export function claimedVersions(versions: Versions): z.infer<typeof versionsSchema> {
  const clean = (['claude', 'openclaw'] as const).filter(
    (name) => versionSchema.safeParse(versions[name]).success,
  );
  return Object.fromEntries(clean.map((name) => [name, versions[name]]));
}

/** Negative when `a` is older. Only the numbers count. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [numbers(a), numbers(b)];
  const at = [0, 1, 2].find((index) => left[index] !== right[index]);
  return at === undefined ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
}

function numbers(version: string): number[] {
  const [major = 0, minor = 0, patch = 0] = (version.match(/\d+/g) ?? []).map(Number);
  return [major, minor, patch];
}
