import { readLink } from './link.screens.ts';
import { isExchanging, readOutcome, showsToken } from './setup-token.screens.ts';
import type { SignInDialog } from './sign-in-program.ts';

/** `claude setup-token`: ends with a token for a year on its screen. */
export const SETUP_TOKEN: SignInDialog = {
  method: 'setup-token',
  words: ['setup-token'],
  awaited: 'the token',
  echoes: true,
  readLink: (screen) => readLink(screen, 'setup-token'),
  readOutcome,
  isExchanging,
  isCutOff: showsToken,
};
