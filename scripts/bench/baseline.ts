import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Reachable } from './ours.ts';

const SCRIPT = fileURLToPath(new URL('./baseline.exp', import.meta.url));
/** Milliseconds that one run of the script may take in addition to the think time. */
const RUN_WITHIN_MS = 8 * 60_000;

/** `ssh -tt` as a person would call it, on this box and with no settings of the machine's user. */
export function sshWords({ host, port, user, identityFile, knownHostsFile }: Reachable): string[] {
  const options = [`UserKnownHostsFile=${knownHostsFile}`, 'StrictHostKeyChecking=yes', 'LogLevel=ERROR'];
  const flags = ['-tt', '-F', 'none', '-i', identityFile, ...options.flatMap((option) => ['-o', option])];
  return ['ssh', ...flags, '-p', String(port), `${user}@${host}`];
}

/** A running baseline script. */
export interface Baseline {
  child: ChildProcess;
  /** The sign-in link, once it shows. Rejects when the script fails first. */
  link: Promise<string>;
  /** When each step ended, by name, in milliseconds of `performance.now()`. Rejects when the script fails. */
  steps: Promise<Record<string, number>>;
  /** Hands over the code by stdin. */
  give(code: string): void;
  /** Ends the script by its id; its ssh is hung up with it. */
  end(): void;
}

/** Starts the expect script. Without a model it is only to wait at the link. `gateway`: that makes its turn. */
export function startBaseline(
  box: Reachable,
  { model, thinkMs = 0, gateway = false }: { model?: string; thinkMs?: number; gateway?: boolean },
) {
  const where = gateway ? '--gateway' : '--local';
  const child = spawn('expect', ['--', SCRIPT, model ?? 'none', where, ...sshWords(box)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: RUN_WITHIN_MS + thinkMs,
    killSignal: 'SIGKILL',
  });
  const steps: Record<string, number> = {};
  const link = Promise.withResolvers<string>();
  const whole = Promise.withResolvers<Record<string, number>>();
  let trouble = '';
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [word, ...rest] = line.split(' ');
    if (word === 'step') steps[rest.join(' ')] = performance.now();
    else if (word === 'link') link.resolve(rest.join(' '));
    else trouble += `${line}\n`;
  });
  child.stderr.on('data', (chunk) => {
    trouble = `${trouble}${chunk}`.slice(-2_000);
  });
  child.stdin.on('error', () => {
    // It has ended; `steps` tells how.
  });
  const fail = (error: Error) => {
    link.reject(error);
    whole.reject(error);
  };
  child.once('error', fail);
  child.once('close', (code) => {
    if (code === 0) whole.resolve(steps);
    fail(new Error(`The baseline script ended with ${code}: ${trouble.trim()}`));
  });
  for (const promise of [link.promise, whole.promise]) promise.catch(() => {});
  const baseline: Baseline = {
    child,
    link: link.promise,
    steps: whole.promise,
    give: (code) => child.stdin.end(`${code}\n`),
    end: () => child.kill('SIGKILL'),
  };
  return baseline;
}
