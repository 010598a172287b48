import text from '../style/keys.css?inline';

/** Adds the rules that only these screens need to the page's: no style of a script's is allowed, but its rules are. */
export function addRules(): void {
  const sheet = [...document.styleSheets].at(-1);
  // None of them is within another.
  for (const rule of text.match(/[^{}]+\{[^{}]*\}/g) ?? []) sheet?.insertRule(rule, sheet.cssRules.length);
}
