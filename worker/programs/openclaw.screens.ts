/** What `openclaw models auth paste-token` shows. Seen by running 2026.4.15, 2026.5.22 and 2026.9.6. */
import type { Screen } from '../terminal/screen.ts';

export const PROFILE = 'anthropic:manual';

/** The prompt: clack's open diamond and its question. */
export function asksForToken(screen: Screen): true | undefined {
  return screen.has(/[◆*]?\s*Paste token for anthropic/i) || undefined;
}

export type PasteReading = 'stored' | 'refused';

/**
 * What became of the token, by the rows that came since `before`. 2026.4.15 stays alive for seconds after
 * success, so its exit says nothing; a cancelled prompt exits with 0, so neither does that.
 */
export function readPaste(before: Screen | undefined, now: Screen): PasteReading | undefined {
  const rows = before ? now.appearedSince(before) : now.rows.map(({ text }) => text);
  if (rows.some((text) => /Auth profile:\s*anthropic:manual\b/.test(text))) return 'stored';
  if (rows.some((text) => REFUSED.test(text))) return 'refused';
  return undefined;
}

/** clack's warning triangle under the prompt, or OpenClaw's own words for a token that it does not take. */
const REFUSED = /▲\s|^\W*Required\b|Expected token|too short|Invalid token|setup-token looks/i;
