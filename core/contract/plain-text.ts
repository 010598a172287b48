/**
 * Text from a box, made safe for terminals, logs and pages: without what could control them (control
 * characters, the first bytes of escape sequences) or reverse its letters (bidirectional marks).
 */
export function plainText(text: string): string {
  return text.replaceAll('\t', ' ').replace(/[^\P{Cc}\n]|[\p{Cf}\u2028\u2029]/gu, '');
}
