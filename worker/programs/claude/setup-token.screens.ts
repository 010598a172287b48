/**
 * What `claude setup-token` shows, read without side effects. Seen by running 1.0.64, 2.0.42, 2.1.36,
 * 2.1.197 and 2.1.330; each pattern is loose where those versions differ in words.
 */
import type { ErrorCode } from '../../../core/contract/errors.ts';
import { checkSignInLink, type SignInLink } from '../../../core/contract/sign-in-link.ts';
import { Secret } from '../../../core/secrets/secret.ts';
import { findLinks } from '../../terminal/links.ts';
import type { Screen } from '../../terminal/screen.ts';
import { unwrap } from '../../terminal/unwrap.ts';
import { statedIn, statedInsteadOfLink } from './setup-token.stated.ts';

const PROMPT = /paste\s+(the\s+)?code|code\s+here|enter\s+(the\s+)?code/i;
/** The prompt, an angle or a box, and nothing else up to the end of the screen. */
const EMPTY_FIELD = /^(paste\s+(the\s+)?)?code\s+here(\s+if\s+prompted)?[\s>❯╭╮╰╯│─]*$/i;
const RETRY = /press\s+enter\s+to\s+(retry|try\s+again)/i;
const OAUTH_ERROR = /oauth\s+error|error\s*:|that\s+code\s+wasn.t\s+accepted|sign-?in\s+failed/i;
const NOT_FULL = /doesn.t\s+look\s+like\s+the\s+full\s+code|make\s+sure\s+the\s+full\s+code/i;
const TOKEN_START = /sk-ant-oat\d\d-/g;
const TOKEN_CHARACTER = /[A-Za-z0-9_-]/;
/** What npm leaves if it ran no install script (2.1.330, 2.1.332). */
const UNBUILT = /claude native binary (is )?not installed/i;
const NO_TERMINAL = /raw mode is not supported/i;
const STACK_TRACE = /^\s+at .+[:(]\d+|^(\w*Error|Illegal instruction|Segmentation fault)\b|node:internal/m;

/** Tokens are reported to have 108 characters; none has been reported with fewer. */
const SHORTEST_TOKEN = 100;

export type LinkReading =
  | { kind: 'asking'; link: SignInLink }
  /** The program asks for a code, and what it gives as link must not be shown to anyone. */
  | { kind: 'untrusted'; reason: string }
  /** The program says why there will be no link. */
  | { kind: 'stated'; code: ErrorCode };

/** The link, once the program shows it and asks for the code. */
export function readLink(screen: Screen): LinkReading | undefined {
  if (isRefused(screen)) return refusedEarly(screen);
  const asks = screen.has(PROMPT) || screen.modes.bracketedPaste;
  const candidates = findLinks(screen);
  const checks = candidates.map((text) => checkSignInLink(text));
  const links = checks.flatMap((check) => (check.ok ? [check.link] : []));
  const [link] = links;
  if (!link) {
    // Until the prompt appears below it, a link may be half drawn.
    const [first] = checks;
    if (screen.has(PROMPT))
      return first && !first.ok ? { kind: 'untrusted', reason: first.reason } : undefined;
    const code = statedInsteadOfLink(screen);
    return code && { kind: 'stated', code };
  }
  if (!asks) return undefined;
  // A part of the good link is not foreign: 2.1.330's hyperlink is complete before its text is drawn.
  if (candidates.some((text) => isForeign(text) && !link.url.startsWith(text)))
    return { kind: 'untrusted', reason: 'there is another site’s link next to it' };
  if (links.some((other) => other.challenge !== link.challenge))
    return { kind: 'untrusted', reason: 'there are two sign-in links side by side' };
  return { kind: 'asking', link };
}

/** An error before there was a link; words about a code are of an earlier one, and say nothing of this link. */
function refusedEarly(screen: Screen): LinkReading | undefined {
  const code = classify(errorWords(screen));
  return code === 'code_rejected' || code === 'screen_unknown' ? undefined : { kind: 'stated', code };
}

export function sameLink(earlier: LinkReading, later: LinkReading): boolean {
  if (earlier.kind === 'asking' && later.kind === 'asking') return earlier.link.url === later.link.url;
  return earlier.kind === later.kind;
}

/** setup-token only names Anthropic's pages; a foreign link next to a good one is somebody's trick. */
function isForeign(text: string): boolean {
  if (!URL.canParse(text)) return false;
  return !/(^|\.)(claude\.ai|claude\.com|anthropic\.com)$/.test(new URL(text).hostname);
}

export type CodeOutcome =
  | { kind: 'token'; token: Secret }
  | { kind: 'refused'; code: ErrorCode; words: string };

/** What became of the code that was entered. */
export function readOutcome(screen: Screen): CodeOutcome | undefined {
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

/** What 2.1.332 says below its banner and ends with: the account is on hold, its organization refuses. */
function readStatedRefusal(screen: Screen): CodeOutcome | undefined {
  const below = screen.text.slice(lastMatch(screen.text, PROMPT) + 1);
  const code = statedIn(below);
  return code && { kind: 'refused', code, words: statedWords(below) };
}

/** The paragraphs that state it, without the art of the banner. */
function statedWords(text: string): string {
  const rows = text.split('\n').map((row) => row.trim());
  return rows
    .filter((row) => isSentence(row) && !START.test(row))
    .join(' ')
    .slice(-400);
}

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

/** An empty field never gives the same result twice: it counts once nothing more comes. */
export function sameOutcome(earlier: CodeOutcome | Asking, later: CodeOutcome | Asking): boolean {
  if (earlier.kind === 'token' && later.kind === 'token') return earlier.token.equals(later.token);
  if (earlier.kind === 'refused' && later.kind === 'refused') return earlier.words === later.words;
  return false;
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

/** The last output is an error that Enter dismisses. */
function isRefused(screen: Screen): boolean {
  return lastMatch(screen.text, RETRY) > lastMatch(screen.text, PROMPT);
}

function errorWords(screen: Screen): string {
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

/** Rows of the start: the banner, and what it says before the link is there. */
const START =
  /welcome to claude|claude code v|opening browser|long-lived|guide you through|subscription required/i;

const isSentence = (text: string) => /[a-z]{2,}[^a-z]+[a-z]{2,}/i.test(text);

/** What a program shows that ended, or hangs, without a link. */
export function readDeadEnd(screen: Screen): 'unbuilt' | 'no-terminal' | 'crashed' | 'starting' | 'unknown' {
  if (screen.has(UNBUILT)) return 'unbuilt';
  if (screen.has(NO_TERMINAL)) return 'no-terminal';
  if (screen.has(STACK_TRACE)) return 'crashed';
  const words = screen.text.trim();
  if (words === '' || !screen.rows.some(({ text }) => isSentence(text) && !START.test(text)))
    return 'starting';
  return 'unknown';
}

/** Every screen that is known, as support would name it, with words that stand on it; in the order they come. */
const KNOWN_SCREENS: Readonly<Record<string, string>> = {
  'the start':
    'Welcome to Claude Code opening browser to sign in guide you through long-lived auth token setup',
  'the sign-in link': 'Browser did not open use the url below to sign in Paste code here if prompted',
  'a refused code': 'OAuth error invalid code accepted expired Press Enter to retry sign in again',
  'the token': 'Long-lived authentication token created successfully Your OAuth token store securely',
  'no terminal': 'Raw mode is not supported on the current process.stdin ink',
};

/** Share of a screen's words from which on it counts as seen. */
const MOST_WORDS = 0.6;

/**
 * The known screen that shares the most words with this one, for the drift report. What came earlier still
 * stands above, so of those that share most of theirs it is the last.
 */
export function nearestScreen(screen: Screen): string {
  const words = new Set(wordsOf(screen.text));
  const scored = Object.entries(KNOWN_SCREENS).map(([name, text]) => {
    const known = wordsOf(text);
    return { name, score: known.filter((word) => words.has(word)).length / known.length };
  });
  const best =
    scored.findLast(({ score }) => score >= MOST_WORDS) ??
    scored.reduce((a, b) => (b.score > a.score ? b : a));
  return best.score > 0 ? best.name : 'none';
}

const wordsOf = (text: string) => text.toLowerCase().match(/[a-z]{3,}/g) ?? [];

function lastMatch(text: string, pattern: RegExp): number {
  let last = -1;
  for (const match of text.matchAll(new RegExp(pattern.source, 'gi'))) last = match.index;
  return last;
}
