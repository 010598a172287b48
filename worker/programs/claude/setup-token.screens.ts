/**
 * What `claude setup-token` shows, read without side effects. Seen by running 1.0.64, 2.0.42, 2.1.36,
 * 2.1.197 and 2.1.330; each pattern is loose where those versions differ in words.
 */
import { Secret } from '../../../core/secrets/secret.ts';
import type { Screen } from '../../terminal/screen.ts';
import { unwrap } from '../../terminal/unwrap.ts';
import { isRefused, PROMPT } from './prompt.screens.ts';
import { classify, errorWords, NOT_FULL, type Refused, readStatedRefusal } from './refusal.screens.ts';

const TOKEN_START = /sk-ant-oat\d\d-/g;
const TOKEN_CHARACTER = /[A-Za-z0-9_-]/;
/** Tokens are reported to have 108 characters; none has been reported with fewer. */
const SHORTEST_TOKEN = 100;

/** What became of a code here. */
type TokenOutcome = { kind: 'token'; token: Secret } | Refused;

/** What became of the code that was entered. */
export function readOutcome(screen: Screen): TokenOutcome | undefined {
  const token = readToken(screen);
  if (token) return { kind: 'token', token };
  if (isRefused(screen)) {
    const words = errorWords(screen);
    return { kind: 'refused', code: classify(words), words };
  }
  if (screen.has(NOT_FULL)) {
    return { kind: 'refused', code: 'code_incomplete', words: errorWords(screen) };
  }
  return readStatedRefusal(screen);
}

/** The token, only when both of its ends are certain (claude-code#54738: cut tokens fail days later). */
export function readToken(screen: Screen): Secret | undefined {
  for (const [row, { text }] of [...screen.rows.entries()].reverse()) {
    const column = [...text.matchAll(TOKEN_START)].at(-1)?.index;
    if (column === undefined) continue;
    const { text: token, complete, end } = unwrap(screen, { row, column }, TOKEN_CHARACTER);
    // A program that shortens a row ends it with an ellipsis: what follows a whole token is blank or a border.
    const after = screen.rows[end.row]?.text[end.column] ?? ' ';
    const whole = complete && /[\s│┃║|]/.test(after) && token.length >= SHORTEST_TOKEN;
    return whole ? new Secret(token) : undefined;
  }
  return undefined;
}

/** The code is with Anthropic: up to 2.1.197 the prompt stays, 2.1.330 says "Finishing sign-in…". */
export function isExchanging(screen: Screen): boolean {
  return screen.has(PROMPT) || screen.has(/finishing sign-?in|signing in|verifying|exchanging/i);
}

/** True once a token has started to appear, complete or not. */
export function showsToken(screen: Screen): boolean {
  return screen.has(new RegExp(TOKEN_START.source));
}
