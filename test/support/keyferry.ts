import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** One line that `keyferry connect --json` printed. */
export interface Line {
  type: 'phase' | 'connected' | 'disconnected' | 'failed' | 'models' | 'model';
  phase?: string;
  url?: string;
  rejected?: { code: string; message: string };
  code?: string;
  message?: string;
  hint?: string;
  screen?: string;
  model?: string;
  profile?: string;
  tokenFingerprint?: string;
  /** Of `key model`. */
  now?: string | null;
  models?: string[];
  isAnsweredHere?: boolean;
  warnings?: string[];
}

export interface Ran {
  exitCode: number | null;
  lines: Line[];
  /** Everything it printed on either stream. */
  printed: string;
  /** Every command line that was seen on this machine meanwhile. */
  commandLines: string;
}

export interface Reachable {
  target: string;
  identityFile: string;
  knownHostsFile: string;
}

/** What else a customer can do. */
export interface Hands {
  /** Closes the command's standard input. */
  endInput(): void;
  /** Ctrl-C. */
  interrupt(): void;
}

/** What the customer pastes for the n-th link they are shown (0 is the first); undefined: they walk away. */
export type CommandLineCustomer = (link: string, time: number, hands: Hands) => string | undefined;

/** Runs `keyferry connect --json` as a person's program would, on a box, with a customer. */
export function connect(
  box: Reachable,
  customer: CommandLineCustomer,
  more: readonly string[] = [],
  installed?: Installed,
): Promise<Ran> {
  const identity = ['--identity', box.identityFile, '--known-hosts', box.knownHostsFile];
  return keyferry(['connect', box.target, ...identity, '--json', ...more], customer, undefined, installed);
}

/** The command line as it is installed from npm. */
export interface Installed {
  program: string;
  env: NodeJS.ProcessEnv;
}

/** A test may change the environment between two commands. */
const checkout = (): Installed => ({
  program: 'scripts/keyferry.ts',
  env: { ...process.env, NODE_OPTIONS: '' },
});

/** Runs the command line and answers its links. `input`: a line that it finds in its standard input. */
export function keyferry(
  args: readonly string[],
  customer: CommandLineCustomer = () => undefined,
  input?: string,
  { program, env }: Installed = checkout(),
): Promise<Ran> {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: ROOT,
    stdio: ['pipe', 'pipe', 'pipe'],
    env,
  });
  if (input !== undefined) child.stdin.write(`${input}\n`);
  const hands: Hands = { endInput: () => child.stdin.end(), interrupt: () => child.kill('SIGINT') };
  const lines: Line[] = [];
  const commandLines = new Set<string>();
  let printed = '';
  let partial = '';
  let links = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
    const [...whole] = `${partial}${text}`.split('\n');
    partial = whole.pop() ?? '';
    for (const json of whole.filter((line) => line.startsWith('{'))) {
      const line = JSON.parse(json) as Line;
      if (line.warnings) line.warnings = line.warnings.filter((warning) => !isOfAnotherLab(warning));
      lines.push(line);
      const pasted = line.url ? customer(line.url, links++, hands) : undefined;
      if (pasted !== undefined) child.stdin.write(`${pasted}\n`);
    }
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const watch = setInterval(() => noteCommandLines(commandLines), 100);
  return new Promise((resolve) => {
    child.on('close', (exitCode) => {
      clearInterval(watch);
      resolve({ exitCode, lines, printed, commandLines: [...commandLines].join('\n') });
    });
  });
}

/** Boxes of labs that other test files have at the same time are users of the same machine. */
function isOfAnotherLab(warning: string): boolean {
  const lab = /^A gateway runs as kf-(\d+)-\d+;/.exec(warning)?.[1];
  return lab !== undefined && lab !== String(process.pid);
}

/** The phases it went through, in order. */
export function phases({ lines }: Ran): string[] {
  return lines.flatMap((line) => (line.type === 'phase' && line.phase ? [line.phase] : []));
}

function noteCommandLines(seen: Set<string>): void {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      seen.add(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
    } catch {
      // It ended between the listing and the look.
    }
  }
}
