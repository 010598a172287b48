/** What Claude Code says to a code that did not get through, and which row of the catalogue that is. Pure. */
import type { ErrorCode } from '../../../core/contract/errors.ts';
import type { Screen } from '../../terminal/screen.ts';
import { isSentence, isStart } from './dead-end.screens.ts';
import { lastMatch, PROMPT, RETRY } from './prompt.screens.ts';
import { statedIn } from './stated.ts';

/** A code was refused. */
export interface Refused {
  kind: 'refused';
  code: ErrorCode;
  words: string;
}

const OAUTH_ERROR = /oauth\s+error|error\s*:|that\s+code\s+wasn.t\s+accepted|sign-?in\s+failed/i;
export const NOT_FULL = /doesn.t\s+look\s+like\s+the\s+full\s+code|make\s+sure\s+the\s+full\s+code/i;

/** What the error says. */
export function errorWords(screen: Screen): string {
  const rows = screen.rows.map(({ text }) => text.trim());
  const from = rows.findLastIndex((text) => OAUTH_ERROR.test(text) || NOT_FULL.test(text));
  if (from < 0)
    return paragraphAbove(
      rows,
      rows.findLastIndex((text) => RETRY.test(text)),
    );
  const to = rows.findIndex((text, index) => index > from && (text === '' || RETRY.test(text)));
  return rows
    .slice(from, to < 0 ? undefined : to)
    .join(' ')
    .slice(0, 400);
}

/** An unknown error is directly above the offer to retry. */
function paragraphAbove(rows: readonly string[], retry: number): string {
  const end = rows.findLastIndex((text, index) => index < retry && text !== '');
  const start = rows.findLastIndex((text, index) => index < end && text === '');
  return rows
    .slice(start + 1, end + 1)
    .join(' ')
    .slice(0, 400);
}

/** The row of the catalogue for an error of the program. */
export function classify(words: string): ErrorCode {
  const stated = statedIn(words);
  if (stated) return stated;
  const status = Number(/status code (\d{3})|\b(4\d\d|5\d\d)\b/i.exec(words)?.slice(1).find(Boolean));
  if (status === 403) return 'anthropic_forbidden';
  if (status === 429 || status >= 500) return 'anthropic_error';
  if (
    /timeout|timed out|ECONN|ENOTFOUND|EAI_AGAIN|network|socket|fetch failed|unable to connect|couldn.t reach/i.test(
      words,
    )
  )
    return 'anthropic_unreachable';
  if (/forbidden|not available in your (country|region)/i.test(words)) return 'anthropic_forbidden';
  if (/rate limit|overloaded|server error|try again later|temporarily/i.test(words)) return 'anthropic_error';
  return status >= 400 || /code|invalid|expired|sign.?in again/i.test(words)
    ? 'code_rejected'
    : 'screen_unknown';
}

/** What 2.1.332 says below its banner and ends with: the account is on hold, its organization refuses. */
export function readStatedRefusal(screen: Screen): Refused | undefined {
  const below = screen.text.slice(lastMatch(screen.text, PROMPT) + 1);
  const code = statedIn(below);
  return code && { kind: 'refused', code, words: statedWords(below) };
}

/** The paragraphs that state it, without the art of the banner. */
function statedWords(text: string): string {
  const rows = text.split('\n').map((row) => row.trim());
  return rows
    .filter((row) => isSentence(row) && !isStart(row))
    .join(' ')
    .slice(-400);
}
