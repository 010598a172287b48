/**
 * What `claude auth login` shows, read without side effects: plain lines, of which the terminal wraps the long ones. Seen by running
 * 2.1.41, 2.1.89, 2.1.116 (which ask for no code: the browser has to be on the box), 2.1.140, 2.1.165, 2.1.197, 2.1.250,
 * 2.1.330 and 2.1.332.
 */
import { findLinks } from '../../terminal/links.ts';
import type { Screen } from '../../terminal/screen.ts';
import { type LinkReading, readLink } from './link.screens.ts';
import { lastMatch, PROMPT } from './prompt.screens.ts';
import { classify, NOT_FULL, type Refused, readStatedRefusal } from './refusal.screens.ts';

/** Where it sends people when the settings force a login for API billing (`forceLoginMethod: console`, 2.1.332). */
const CONSOLE = 'https://platform.claude.com/oauth/authorize?';
/** Up to 2.1.250 these stand behind the prompt, on its row: what is typed is not shown, nor is Enter. */
const SUCCESS = /(?:^|>)[ \t]*login\s+successful/im;
/** 2.1.140 to 2.1.250, 2.1.330 on; what follows is the last that the program says. */
const FAILURE = /(?:^|>)[ \t]*(?:login\s+failed|couldn.t\s+log\s+in)\s*:/im;
/** Characters of that which are read, and kept. */
const LONGEST = 1_000;
const MOST_WORDS = 400;

/** The link, once the program asks for the code. */
export function readLoginLink(screen: Screen): LinkReading | undefined {
  const reading = readLink(screen, 'claude-login');
  const isForced =
    reading?.kind === 'untrusted' && findLinks(screen).some((text) => text.startsWith(CONSOLE));
  return isForced ? { kind: 'stated', code: 'login_method_forced' } : reading;
}

/** What became of the code that was entered. */
export function readLoginOutcome(screen: Screen): { kind: 'signed-in' } | Refused | undefined {
  const text = linesOf(screen);
  const below = text.slice(lastMatch(text, PROMPT) + 1);
  const failure = FAILURE.exec(below);
  if (failure) {
    const said = below.slice(failure.index + failure[0].length, failure.index + failure[0].length + LONGEST);
    const words = said.replace(/\s+/g, ' ').trim().slice(0, MOST_WORDS);
    return { kind: 'refused', code: classify(words), words };
  }
  if (SUCCESS.test(below)) return { kind: 'signed-in' };
  // Up to 2.1.250 it then waits without a prompt, from 2.1.330 on it asks again.
  if (NOT_FULL.test(text)) return { kind: 'refused', code: 'code_incomplete', words: '' };
  return readStatedRefusal(screen);
}

/**
 * The lines that it printed. Rows that the terminal carried on are put together, with the blank that may have been at their edge;
 * a holder may not say that a full row was carried on.
 */
function linesOf({ rows, columns }: Screen): string {
  let text = '';
  for (const [index, row] of rows.entries()) {
    const goesOn = rows[index + 1]?.wrapped === true;
    if (goesOn) text += row.text.padEnd(columns);
    else text += row.text.length >= columns ? row.text : `${row.text}\n`;
  }
  return text;
}

/** The code is with Anthropic: up to 2.1.250 nothing says so, 2.1.330 says "Signing in…". */
export function isSigningIn(screen: Screen): boolean {
  return screen.has(PROMPT) || screen.has(/signing\s+in/i);
}
