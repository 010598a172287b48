/**
 * Whether a version has what came between 2026.4.15 and 2026.5.22: `models auth paste-api-key`, and turns that one
 * profile answers (`<model>@<profile>`). One that is not known is new.
 */
export function hasNamedKeys(version = ''): boolean {
  const [, year, month] = /^(\d{4})\.(\d+)\./.exec(version) ?? [];
  return year === undefined || Number(year) > 2026 || (Number(year) === 2026 && Number(month) >= 5);
}
