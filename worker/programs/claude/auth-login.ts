import { isSigningIn, readLoginLink, readLoginOutcome } from './auth-login.screens.ts';
import type { SignInDialog } from './sign-in-program.ts';

/** `claude auth login`: ends with Claude Code signed in on the box; its tokens are never shown. */
export const AUTH_LOGIN: SignInDialog = {
  method: 'claude-login',
  words: ['auth', 'login'],
  awaited: 'the end of the login',
  // 2.1.140 to 2.1.250 show nothing of a code; 2.1.330 on show it in clear.
  echoes: false,
  readLink: readLoginLink,
  readOutcome: readLoginOutcome,
  isExchanging: isSigningIn,
  isCutOff: () => false,
};
