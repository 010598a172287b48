import { setTimeout as sleep } from 'node:timers/promises';
import { keepLogin } from './auth.mjs';
import { codeIn, SignIn } from './sign-in.mjs';

const { stdin, stdout } = process;
const DELAY_MS = Number(process.env.KEYFERRY_PRACTICE_DELAY_MS ?? 30);
/** As the real one colours its link. */
const blue = (text) => `\x1b[94m${text}\x1b[39m`;

const REFUSED = {
  400: "That code wasn't accepted. It may be incomplete, expired, already used, or from an earlier sign-in attempt. Sign in again to get a new code.",
};

/** `claude auth login`: plain lines, and a line that is read. Older versions do not show what is typed. */
export async function authLogin(style) {
  const { echoes, failed, notFull, hyperlinks } = style.login;
  const signIn = new SignIn(style, 'login');
  let typed = '';
  let stage = 'asking';

  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  stdout.write('Opening browser to sign in…\r\n');
  await sleep(DELAY_MS);
  const link = hyperlinks
    ? `\r\n\x1b]8;;${signIn.link}\x07${blue(signIn.link)}\x1b]8;;\x07`
    : ` ${signIn.link}`;
  stdout.write(`If the browser didn't open, visit:${link}\r\n`);
  ask();
  stdin.on('data', (written) => {
    // Each character by itself, so that an Enter counts in whatever write it comes, and paste marks are text.
    for (const character of written) take(character);
  });

  function ask() {
    typed = '';
    stage = 'asking';
    stdout.write('Paste code here if prompted > ');
  }

  function take(character) {
    if (stage !== 'asking') return;
    if (character === '\x03') leave(130);
    else if (character === '\r' || character === '\n') submit();
    else {
      typed += character;
      if (echoes) stdout.write(character);
    }
  }

  async function submit() {
    if (echoes) stdout.write('\r\r\n');
    const code = codeIn(typed);
    if (!code) {
      if (typed !== '') stdout.write(`${notFull}\r\n`);
      if (echoes) ask();
      else typed = '';
      return;
    }
    stage = 'exchanging';
    if (echoes) stdout.write('Signing in…\r\n');
    const { granted, status } = await signIn.exchange(code);
    const why = (style.login.explains && REFUSED[status]) || `Request failed with status code ${status}`;
    if (granted) keepLogin(granted);
    stdout.write(granted ? 'Login successful.\r\n' : `${failed}: ${why}\r\n`);
    await sleep(DELAY_MS);
    leave(granted ? 0 : 1);
  }

  function leave(code) {
    stdin.setRawMode(false);
    stdout.write('\x1b[?25h', () => process.exit(code));
  }
}
