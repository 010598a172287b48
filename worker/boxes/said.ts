/**
 * The `@name value` lines that scripts of ours print, by name, in one pass; whatever else a box prints is ignored.
 * A value is everything behind the name, trimmed.
 */
export function saidLines(stdout: string): ReadonlyMap<string, readonly string[]> {
  const said = new Map<string, string[]>();
  for (const [, name = '', value = ''] of stdout.matchAll(/^@([A-Za-z.]+) (.*)$/gm)) {
    const values = said.get(name);
    if (values) values.push(value.trim());
    else said.set(name, [value.trim()]);
  }
  return said;
}
