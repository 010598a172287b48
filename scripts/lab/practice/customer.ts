import { type ChildProcess, spawn as spawnPlain } from 'node:child_process';
import { spawn as spawnInPty } from 'node-pty';

/** Runs a command and is told of every sign-in link that it prints, at once after the link's line. */
export interface Onlooker {
  command: readonly [string, ...string[]];
  env: Readonly<Record<string, string>>;
  /** Returns lines to show below the link. */
  onLink(link: string): string;
  signal: AbortSignal;
}

const LINK = /(https:\/\/claude\.(?:ai|com)\/\S*oauth\/authorize\?\S+)\r?\n/g;

/** How a command ended, and all that it showed. */
export interface Watched {
  code: number;
  shown: string;
}

/**
 * The person at this terminal is the customer: the command runs in a terminal of its own, and everything is passed
 * on both ways.
 */
export function personAsCustomer({
  command: [file, ...words],
  env,
  onLink,
  signal,
}: Onlooker): Promise<Watched> {
  const { stdin, stdout } = process;
  const size = () => ({ cols: stdout.columns ?? 80, rows: stdout.rows ?? 24 });
  const child = spawnInPty(file, words, { ...size(), env: { ...env }, name: env.TERM ?? 'xterm-256color' });
  const below = afterLinks(onLink);
  const pass = (typed: Buffer) => child.write(typed.toString());
  const resize = () => child.resize(size().cols, size().rows);
  const end = () => child.kill();
  let shown = '';
  child.onData((chunk) => {
    shown += chunk;
    stdout.write(below(chunk).replaceAll(/\r?\n/g, '\r\n'));
  });
  stdin.setRawMode(true);
  stdin.on('data', pass);
  stdout.on('resize', resize);
  signal.addEventListener('abort', end);
  return new Promise((resolve) => {
    child.onExit(({ exitCode }) => {
      stdin.off('data', pass);
      stdin.setRawMode(false);
      stdin.pause();
      stdout.off('resize', resize);
      signal.removeEventListener('abort', end);
      resolve({ code: exitCode, shown });
    });
  });
}

/** The demo is the customer: `codeFor` signs in at a link, and the code goes in as a line. */
export function demoAsCustomer(
  { command: [file, ...words], env, onLink, signal }: Onlooker,
  codeFor: (link: string) => string,
): Promise<Watched> {
  const child: ChildProcess = spawnPlain(file, words, {
    env: { ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const below = afterLinks((link) => {
    child.stdin?.write(`${codeFor(link)}\n`);
    return onLink(link);
  });
  let shown = '';
  const end = () => child.kill('SIGTERM');
  signal.addEventListener('abort', end);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      shown += chunk;
      try {
        process.stdout.write(below(chunk));
      } catch (error) {
        end();
        reject(error);
      }
    });
    child.once('close', (code) => {
      signal.removeEventListener('abort', end);
      resolve({ code: code ?? 1, shown });
    });
  });
}

/** Puts lines below every link that goes by, also where a link comes in pieces. */
function afterLinks(onLink: (link: string) => string): (chunk: string) => string {
  let before = '';
  return (chunk) => {
    let shown = '';
    let from = 0;
    for (const match of (before + chunk).matchAll(LINK)) {
      const end = match.index + match[0].length - before.length;
      shown += `${chunk.slice(from, end)}${onLink(match[1] ?? '')}\n`;
      from = end;
    }
    // Only a line that is not over yet may hold the beginning of a link.
    before = (before + chunk).slice((before + chunk).lastIndexOf('\n') + 1);
    return shown + chunk.slice(from);
  };
}
