/**
 * Text that a box had a hand in, fit for people's terminals, logs and pages: without what could steer one
 * (control characters, escape sequences' first bytes) or turn its letters around (bidirectional marks).
 */
export function plainText(text: string): string {
  return text.replaceAll('\t', ' ').replace(/[^\P{Cc}\n]|[\p{Cf}\u2028\u2029]/gu, '');
}
