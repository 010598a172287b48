/** Screens that lead nowhere, for the drift report. Pure. */
import type { Screen } from '../../terminal/screen.ts';

/** What npm leaves if it ran no install script (2.1.330, 2.1.332). */
const UNBUILT = /claude native binary (is )?not installed/i;
const NO_TERMINAL = /raw mode is not supported/i;
const STACK_TRACE = /^\s+at .+[:(]\d+|^(\w*Error|Illegal instruction|Segmentation fault)\b|node:internal/m;

/** Rows of the start: the banner, and what it says before the link is there. */
const START =
  /welcome to claude|claude code v|opening browser|long-lived|guide you through|subscription required/i;

/** A row of the start. */
export const isStart = (text: string) => START.test(text);

/** A row of words, not of art. */
export const isSentence = (text: string) => /[a-z]{2,}[^a-z]+[a-z]{2,}/i.test(text);

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
  'the end of a login': 'Signing in Login successful',
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
