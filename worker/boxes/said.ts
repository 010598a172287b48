/**
 * The `@name value` lines that our scripts print, by name, in one pass; anything else that a box prints is
 * ignored. A value is everything after the name, trimmed. A line with a NUL cannot have been printed by a shell, and
 * no argument or path can hold a NUL, so it is ignored too.
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
