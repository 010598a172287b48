/**
 * The models that a box allows, prepared for many lookups: it may list any number. An empty list allows all.
 * `anthropic/*` stands for all with that beginning (in OpenClaw's docs from 2026.5.28 on; 2026.9.6 lists them one by
 * one).
 */
export function allowance(allowed: readonly string[]): (model: string) => boolean {
  if (allowed.length === 0) return () => true;
  const models = new Set(allowed);
  const prefixes = new Set(
    allowed.filter((entry) => entry.endsWith('/*')).map((entry) => entry.slice(0, -1)),
  );
  return (model) => models.has(model) || slashesOf(model).some((end) => prefixes.has(model.slice(0, end)));
}

/** False if the box allows only listed models, and not this one. */
export function mayUse(model: string, allowed: readonly string[]): boolean {
  return allowance(allowed)(model);
}

/** Where a prefix of it that ends in a slash ends. */
function slashesOf(model: string): number[] {
  return [...model.matchAll(/\//g)].map(({ index }) => index + 1);
}
