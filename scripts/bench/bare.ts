import { type IPty, spawn } from 'node-pty';
import stripAnsi from 'strip-ansi';
import type { Box } from '../../lab/box.ts';
import { sshWords } from './baseline.ts';

/** Milliseconds that `claude` may take to its link. */
const LINK_WITHIN_MS = 60_000;
/** The width that Keyferry gives the program too. */
const SIZE = { cols: 120, rows: 40, name: 'xterm-256color' };
/** 2.1.330 prints a short link (a letter and the challenge); before it a long one was whole at its `state`. */
const WHOLE_LINK = /\/oauth\/authorize\?(I[\w-]{43}|[^\s]*?state=[\w-]{43})/;

/** The program alone, in a plain terminal of the box's user: milliseconds from spawn to its whole link. */
export function linkBare(box: Box, signal: AbortSignal): Promise<number> {
  const as = process.getuid?.() === 0 ? { uid: box.uid, gid: box.gid } : {};
  const start = () =>
    spawn('/usr/bin/env', ['claude', 'setup-token'], {
      ...SIZE,
      ...as,
      cwd: box.home,
      env: { ...box.environment, TERM: SIZE.name },
    });
  return untilLink(start, signal);
}

/** The same by `ssh -tt`, the connection included. */
export function linkBySsh(box: Box, signal: AbortSignal): Promise<number> {
  const [file = '', ...words] = [...sshWords(box), `PATH=${box.binDirectory}:$PATH claude setup-token`];
  const env = { PATH: process.env.PATH ?? '', TERM: SIZE.name };
  return untilLink(() => spawn(file, words, { ...SIZE, env }), signal);
}

function untilLink(start: () => IPty, signal: AbortSignal): Promise<number> {
  signal.throwIfAborted();
  const began = performance.now();
  const pty = start();
  const ended = new Promise<void>((resolve) => pty.onExit(() => resolve()));
  let printed = '';
  const link = new Promise<number>((resolve, reject) => {
    pty.onData((text) => {
      printed += text;
      // A link that the program cut into rows counts when its last row is there.
      const whole = WHOLE_LINK.test(printed) || WHOLE_LINK.test(stripAnsi(printed).replace(/\s+/g, ''));
      if (whole) resolve(performance.now() - began);
    });
    const fail = (why: string) => reject(new Error(`The bare program showed no link: ${why}.`));
    const timer = setTimeout(() => fail('it took too long'), LINK_WITHIN_MS);
    const onAbort = () => fail('the bench was ended');
    signal.addEventListener('abort', onAbort);
    const forget = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
    void ended.then(() => fail('it ended')).then(forget);
  });
  return link.finally(() => {
    pty.kill('SIGHUP');
    return ended;
  });
}
