/**
 * The `@name value` lines that scripts of ours print, by name, in one pass; whatever else a box prints is ignored.
 * A value is everything behind the name, trimmed. A line with a NUL is not one that a shell can have printed, and no
 * argument or path of a file can hold it: it is ignored too.
 */
export function saidLines(stdout: string): ReadonlyMap<string, readonly string[]> {
  const said = new Map<string, string[]>();
  for (const [, name = '', value = ''] of stdout.matchAll(/^@([A-Za-z.]+) (.*)$/gm)) {
    if (value.includes('\0')) continue;
    const values = said.get(name);
    if (values) values.push(value.trim());
    else said.set(name, [value.trim()]);
  }
  return said;
}
