/**
 * Ends that `claude setup-token` states in words of its own. They come from the box or the account and are not drift:
 * each has a row of the catalogue. Sentences of 2.1.332, read in its package or seen by running it; loose where versions
 * may differ in words.
 */
import type { ErrorCode } from '../../../core/contract/errors.ts';
import type { Screen } from '../../terminal/screen.ts';

interface Statement {
  /** Blanks stand for any white space: the program cuts its sentences at the terminal's width. */
  sentence: string;
  code: ErrorCode;
  /** A question that stays on the screen until it is answered; any other counts before the link once the program has ended. */
  stays?: true;
}

/** The first match wins. */
const STATEMENTS: readonly Statement[] = [
  // 2.0.42 to 2.1.332, on a ~/.claude.json that is no JSON: "Exit and fix manually" or "Reset to default configuration".
  {
    sentence: 'configuration error[^]{0,600}(valid|invalid) json[^]{0,600}reset (to|with) default',
    code: 'claude_settings_broken',
    stays: true,
  },
  { sentence: 'configuration error in \\S{1,300}: ', code: 'claude_settings_broken' },
  { sentence: 'unable to read managed (policy )?settings', code: 'claude_settings_broken' },
  {
    sentence: 'forceLoginOrgUUID.{0,40}(set to an empty array|present but invalid)',
    code: 'claude_settings_broken',
  },
  // 2.0.42 ends with this where it may not write ~/.claude, in a stack trace; newer versions go on.
  { sentence: 'EACCES: permission denied|EROFS: read-only file system', code: 'home_unwritable' },
  { sentence: 'ENOSPC: no space left|EDQUOT: ', code: 'disk_full' },
  { sentence: 'account is on hold', code: 'account_on_hold' },
  {
    sentence: 'forceLoginMethod is |managed settings on this machine configure a cloud gateway sign-?in',
    code: 'login_method_forced',
  },
  { sentence: 'allowedProviders', code: 'provider_not_allowed' },
  { sentence: 'token, which this policy does not permit', code: 'login_method_forced' },
  // It may work next time: a fresh link, as for any other failure at Anthropic.
  { sentence: 'couldn.t verify your organization.s settings', code: 'anthropic_error' },
  {
    sentence:
      'token belongs to organization|not allowed for this organization|organization has disabled|couldn.t load your organization.s settings|reported the token revoked; it was not shown|could not be confirmed revoked and was not shown',
    code: 'organization_refused',
  },
];

const PATTERNS = STATEMENTS.map(({ sentence, ...statement }) => ({
  ...statement,
  pattern: new RegExp(sentence.replaceAll(' ', '\\s+'), 'i'),
}));

/** Longest text that is searched; a screen with its scrollback has less, unless the box is hostile. */
const MOST = 16_384;

/** The row of the catalogue for what a text states; undefined for all others. */
export function statedIn(words: string): ErrorCode | undefined {
  const text = unframed(words);
  return PATTERNS.find(({ pattern }) => pattern.test(text))?.code;
}

/** What is there instead of a link: a question that stays, or the last words of a program that has ended. */
export function statedInsteadOfLink(screen: Screen): ErrorCode | undefined {
  const text = unframed(screen.text);
  return PATTERNS.find(({ pattern, stays }) => (stays || screen.exit) && pattern.test(text))?.code;
}

/** 2.0.42 draws a box around its question. */
function unframed(text: string): string {
  return text.slice(-MOST).replaceAll(/[│┃║╭╮╰╯─]/g, ' ');
}
