/** The sign-in link that Claude Code shows, read without side effects, for both sign-ins. */
import type { ErrorCode } from '../../../core/contract/errors.ts';
import { checkSignInLink, type SignInLink, type SignInMethod } from '../../../core/contract/sign-in-link.ts';
import { findLinks } from '../../terminal/links.ts';
import type { Screen } from '../../terminal/screen.ts';
import { isRefused, PROMPT } from './prompt.screens.ts';
import { classify, errorWords } from './refusal.screens.ts';
import { statedInsteadOfLink } from './stated.ts';

export type LinkReading =
  | { kind: 'asking'; link: SignInLink }
  /** The program asks for a code, and what it gives as link must not be shown to anyone. */
  | { kind: 'untrusted'; reason: string }
  /** The program says why there will be no link. */
  | { kind: 'stated'; code: ErrorCode };

/** The link, once the program shows it and asks for the code. */
export function readLink(screen: Screen, method: SignInMethod = 'setup-token'): LinkReading | undefined {
  if (isRefused(screen)) return refusedEarly(screen);
  const asks = screen.has(PROMPT) || screen.modes.bracketedPaste;
  const candidates = findLinks(screen);
  const checks = candidates.map((text) => checkSignInLink(text, method));
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

/** A sign-in only names Anthropic's pages; a foreign link next to a good one is somebody's trick. */
function isForeign(text: string): boolean {
  if (!URL.canParse(text)) return false;
  return !/(^|\.)(claude\.ai|claude\.com|anthropic\.com)$/.test(new URL(text).hostname);
}
