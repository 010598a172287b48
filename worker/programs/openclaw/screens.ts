/** What `openclaw models auth paste-token` shows. Seen by running 2026.4.15, 2026.5.22 and 2026.9.6. */
import type { ErrorCode } from '../../../core/contract/errors.ts';
import type { Screen } from '../../terminal/screen.ts';
import { deadEnd } from './dead-ends.ts';

/** What stands before a token is asked for: the prompt (clack's open diamond and its question), or a dead end. */
export function readPrompt(
  screen: Screen,
  { openclaw }: { openclaw: { id: string } },
): 'asks' | ErrorCode | undefined {
  if (screen.has(new RegExp(`[◆*]?\\s*Paste token for ${openclaw.id}`, 'i'))) return 'asks';
  return deadEnd(screen.rows.map(({ text }) => text).join('\n'));
}

export type PasteReading = 'stored' | 'refused';

/**
 * What became of the token, by the rows that came since `before`. 2026.4.15 stays alive for seconds after
 * success, so its exit says nothing; a cancelled prompt exits with 0, so neither does that.
 */
export function readPaste(
  before: Screen | undefined,
  now: Screen,
  profile: string,
): PasteReading | undefined {
  const rows = before ? now.appearedSince(before) : now.rows.map(({ text }) => text);
  if (rows.some((text) => /Auth profile:\s*(\S+)/.exec(text)?.[1] === profile)) return 'stored';
  if (rows.some((text) => REFUSED.test(text))) return 'refused';
  return undefined;
}

/** clack's warning triangle under the prompt, or OpenClaw's own words for a token that it does not accept. */
const REFUSED = /▲\s|^\W*Required\b|Expected token|too short|Invalid token|setup-token looks/i;
