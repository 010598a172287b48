#!/usr/bin/env node
/**
 * A simulated `claude`, for speed: `setup-token`, `auth login|status|logout` and `-p`. It shows and takes what the real versions were seen to show and
 * take (test/integration/lab/practice.test.ts pins it), and says of itself that it is simulated.
 *
 * KEYFERRY_PRACTICE_STYLE     version to be like, or `--style <version>`; default 2.1.330
 * KEYFERRY_PRACTICE_ANTHROPIC base URL of the stand-in for Anthropic; loopback only (default: HTTPS_PROXY)
 * KEYFERRY_PRACTICE_STATES    what it says to a code, and ends with 1, as 2.1.332 does to an account on hold
 * KEYFERRY_PRACTICE_DELAY_MS  how long it pretends to work before a link and after a token; default 30
 */
import { authLogout, authStatus } from './claude/auth.mjs';
import { authLogin } from './claude/auth-login.mjs';
import { print } from './claude/print.mjs';
import { setupToken } from './claude/setup-token.mjs';
import { claudeStyle } from './claude/styles.mjs';
import { takeOption } from './words.mjs';

const words = process.argv.slice(2);
const style = claudeStyle(takeOption(words, '--style') ?? process.env.KEYFERRY_PRACTICE_STYLE);

if (words.includes('--version') || words.includes('-v')) {
  console.log(`${style.version} (Claude Code, simulated by Keyferry)`);
} else if (words[0] === '-p') {
  await print(words.slice(1));
} else if (style.login && words[0] === 'auth' && words[1] === 'status') {
  authStatus(style);
} else if (style.login && words[0] === 'auth' && words[1] === 'logout') {
  await authLogout(style);
} else if (words[0] !== 'setup-token' && !(style.login && words[0] === 'auth' && words[1] === 'login')) {
  console.error('This is a simulated claude: it does not know that command.');
  process.exitCode = 1;
} else if (!process.stdin.isTTY) {
  console.error(
    'ERROR Raw mode is not supported on the current process.stdin, which Ink uses as input stream.',
  );
  process.exitCode = 1;
} else if (words[0] === 'auth') {
  authLogin(style);
} else {
  setupToken(style);
}
