import { PROVIDERS } from '../../../core/contract/providers.ts';
import { checkSignInLink } from '../../../core/contract/sign-in-link.ts';
import { nearestScreen, readDeadEnd } from '../../../worker/programs/claude/dead-end.screens.ts';
import { readLink } from '../../../worker/programs/claude/link.screens.ts';
import {
  isExchanging,
  readOutcome,
  showsToken,
} from '../../../worker/programs/claude/setup-token.screens.ts';
import { readPaste, readPrompt } from '../../../worker/programs/openclaw/screens.ts';
import { findLinks } from '../../../worker/terminal/links.ts';
import type { Screen } from '../../../worker/terminal/screen.ts';
import { shownAmount } from '../../../worker/terminal/shown.ts';
import type { Meter } from '../meter.ts';
import { must } from '../oracles/finding.ts';
import { mustBeRelayable } from '../oracles/link.ts';
import type { Secrets } from '../words.ts';

const TOKEN = /^sk-ant-oat\d\d-[A-Za-z0-9_-]{87,}$/;

/** Reads a screen in every way there is. Returns the words that would get into errors, not yet redacted. */
export function readAll(
  screen: Screen,
  before: Screen | undefined,
  { code }: Secrets,
  meter: Meter,
): string[] {
  const links = findLinks(screen);
  must(links.length <= 256 && !links.some((link) => link.length > 4096), 'links have no end');
  for (const link of links) if (checkSignInLink(link).ok) mustBeRelayable(link);
  const link = linkOf(screen);
  if (link !== undefined) mustStandAlone(link, screen);
  meter.meet(link === undefined ? (links.length > 0 ? 'links that are not relayed' : 'no link') : 'a link');
  const outcome = readOutcome(screen);
  if (outcome?.kind === 'token') must(TOKEN.test(outcome.token.reveal()), 'what is read is no token');
  if (outcome) meter.meet(outcome.kind === 'token' ? 'a token' : outcome.code);
  showsToken(screen);
  isExchanging(screen);
  readPrompt(screen, PROVIDERS.anthropic);
  const paste = readPaste(before, screen, 'anthropic:manual');
  if (paste) meter.meet(`a paste ${paste}`);
  if (before) shownAmount(before, screen, code);
  nearestScreen(screen);
  return [readDeadEnd(screen), ...(outcome?.kind === 'refused' ? [outcome.words] : [])];
}

/** The link that a customer would get from this screen. */
export function linkOf(screen: Screen): string | undefined {
  const reading = readLink(screen);
  return reading?.kind === 'asking' ? reading.link.url : undefined;
}

/** Claude's own pages, and Anthropic's. */
const OWN = /^(?:[a-z0-9-]+\.)*(?:claude\.ai|claude\.com|anthropic\.com)$/;

/** No hyperlink to a stranger's host may stand beside it. */
function mustStandAlone(link: string, screen: Screen): void {
  mustBeRelayable(link);
  for (const uri of screen.hyperlinks) {
    // By hand: what is between `://` and the next `/`, `?` or `#`. What is written in any other way is left to URL.
    const [, host] = /^https?:\/\/([a-z0-9.-]+)(?:[/?#]|$)/.exec(uri) ?? [];
    must(
      host === undefined || OWN.test(host) || link.startsWith(uri),
      'a link passed beside a foreign hyperlink',
    );
  }
}
