/** A version and its date, as a heading of CHANGELOG.md. */
const HEADING = /^## \[?(\d+\.\d+\.\d+[^\]\s]*)\]?(?: [-–] (\d{4}-\d{2}-\d{2}))?$/;

/**
 * What a release is announced with: its section of the changelog, without the heading.
 * Throws when tag, package and changelog do not tell of the same version.
 */
export function notesOf(tag: string, version: string, changelog: string): string {
  if (tag !== `v${version}`) throw new Error(`The tag is ${tag}, and package.json says ${version}.`);
  const lines = changelog.split('\n');
  const start = lines.findIndex((line) => HEADING.exec(line)?.[1] === version);
  if (start < 0) throw new Error(`CHANGELOG.md has no section "## ${version} - <date>".`);
  if (!HEADING.exec(lines[start] ?? '')?.[2]) throw new Error(`CHANGELOG.md does not date ${version}.`);
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => line.startsWith('## '));
  const notes = rest
    .slice(0, end < 0 ? rest.length : end)
    .join('\n')
    .trim();
  if (notes === '') throw new Error(`CHANGELOG.md says nothing of ${version}.`);
  return notes;
}
