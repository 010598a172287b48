import { type ChildProcess, spawn } from 'node:child_process';
import { KeyferryError, shortage } from '../../core/contract/errors.ts';
import { Capture } from './capture.ts';
import { feed } from './feed.ts';
import { signalGroup } from './process-group.ts';
import type { Ready } from './ready-mark.ts';
import { NO_SSH } from './ssh-errors.ts';
import type { ProgramExit, RunOptions, RunResult } from './transport.ts';

const HANG_UP_GRACE_MS = 500;

/**
 * Runs a process of this machine without a terminal, in a process group of its own. `result` resolves once it
 * has ended and its output is read. It rejects with `internal_error` when it cannot be started, and when it prints too
 * much; then it is read no further. `end` hangs up, then kills, and resolves once it is gone.
 */
export function runChild(
  { file, args, env }: { file: string; args: string[]; env: NodeJS.ProcessEnv },
  { input, maxBytes }: RunOptions,
  ready?: Ready,
): { result: Promise<RunResult>; end: () => Promise<void> } {
  const child = start(file, args, env);
  let onOver: (error: KeyferryError) => void = () => undefined;
  const over = new Promise<never>((_, reject) => {
    onOver = (error) => {
      child.stdout.pause();
      child.stderr.pause();
      reject(error);
    };
  });
  const stdout = new Capture({ maxBytes, ready, onOver });
  const unheard = ready && { mark: ready.mark, seen: () => undefined };
  const stderr = new Capture({ maxBytes, ready: unheard, onOver });
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  // EPIPE: a program need not read its input.
  child.stdin.on('error', () => undefined);
  feed(child.stdin, input);
  const gone = new Promise<void>((resolve) => {
    child.on('exit', () => resolve());
    child.on('error', () => resolve());
  });
  const ended = new Promise<RunResult>((resolve, reject) => {
    child.on('error', (error) => reject(startError(file, error)));
    child.on('close', (code, signal) => {
      stdout.end();
      stderr.end();
      const exit: ProgramExit = signal ? { kind: 'signalled', signal } : { kind: 'exited', code: code ?? 0 };
      resolve({ exit, stdout: stdout.text(), stderr: stderr.text() });
    });
  });
  const end = async () => {
    await kill(child, gone);
    // What it printed and nobody reads would keep both open.
    child.stdout.destroy();
    child.stderr.destroy();
  };
  return { result: Promise.race([ended, over]), end };
}

async function kill(child: ChildProcess, gone: Promise<void>): Promise<void> {
  const group = child.pid;
  // Once it has ended, its number may be somebody else's.
  if (group === undefined || child.exitCode !== null || child.signalCode !== null) return;
  signalGroup(group, 'SIGHUP');
  const timer = setTimeout(() => signalGroup(group, 'SIGKILL'), HANG_UP_GRACE_MS);
  await gone;
  clearTimeout(timer);
  signalGroup(group, 'SIGKILL');
}

/** Some failures to start are thrown, others are events of the child. */
function start(file: string, args: string[], env: NodeJS.ProcessEnv) {
  let child: ReturnType<typeof spawnPiped>;
  try {
    child = spawnPiped(file, args, env);
  } catch (error) {
    throw startError(file, error);
  }
  // Out of descriptors: the child has no streams, whatever its types say, and its error must be heard (Node 20 to 26).
  if (!(child as Partial<typeof child>).stdout) {
    child.once('error', () => undefined);
    throw startError(file, Object.assign(new Error(`spawn ${file} EMFILE`), { code: 'EMFILE' }));
  }
  return child;
}

function spawnPiped(file: string, args: string[], env: NodeJS.ProcessEnv) {
  return spawn(file, args, { env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
}

function startError(file: string, cause: unknown): KeyferryError {
  const short = shortage(cause);
  if (short) return short;
  const { code, message } = cause as NodeJS.ErrnoException;
  const detail = code === 'ENOENT' && file === 'ssh' ? NO_SSH : `${file} could not be started: ${message}.`;
  return new KeyferryError('internal_error', { detail, cause });
}
