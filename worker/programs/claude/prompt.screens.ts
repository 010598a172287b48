/** The prompt for the code, which all versions of Claude Code and both sign-ins have in the same words. Pure. */
import type { Screen } from '../../terminal/screen.ts';

export const PROMPT = /paste\s+(the\s+)?code|code\s+here|enter\s+(the\s+)?code/i;
export const RETRY = /press\s+enter\s+to\s+(retry|try\s+again)/i;
/** The prompt, an angle or a box, and nothing else up to the end of the screen. */
const EMPTY_FIELD = /^(paste\s+(the\s+)?)?code\s+here(\s+if\s+prompted)?[\s>❯╭╮╰╯│─]*$/i;

/** The program asks for a code, and its field is empty. */
export interface Asking {
  kind: 'asking';
}

/**
 * Whether the field is seen to be empty. All versions from 1.0.64 to 2.1.197 leave a code there, in clear or as
 * asterisks, while they exchange it; 2.1.330 takes the field away.
 */
export function readField(screen: Screen): Asking | undefined {
  const at = lastMatch(screen.text, PROMPT);
  if (at < 0 || isRefused(screen)) return undefined;
  return EMPTY_FIELD.test(screen.text.slice(at)) ? { kind: 'asking' } : undefined;
}

/** The last output is an error that Enter dismisses. */
export function isRefused(screen: Screen): boolean {
  return lastMatch(screen.text, RETRY) > lastMatch(screen.text, PROMPT);
}

/** Where a pattern matches for the last time; -1 if nowhere. */
export function lastMatch(text: string, pattern: RegExp): number {
  let last = -1;
  for (const match of text.matchAll(new RegExp(pattern.source, 'gi'))) last = match.index;
  return last;
}
