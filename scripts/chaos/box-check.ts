import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Box } from '../../lab/box.ts';
import { filesBelow } from '../../lab/leaks.ts';

/** Where OpenClaw keeps credentials, below the home: the one place in which a token may be. */
const STORE = /^\.openclaw\/(agents\/[^/]+\/agent\/auth-profiles\.json|state\/)/;

/** Remembers what OpenClaw was set to on a box; what it answers puts that back, with nothing signed in. */
export function keepFresh({ home }: Box): () => void {
  const settings = join(home, '.openclaw', 'openclaw.json');
  const text = readFileSync(settings, 'utf8');
  return () => {
    rmSync(join(home, '.openclaw', 'agents'), { recursive: true, force: true });
    // Written over, so that it stays its owner's.
    writeFileSync(settings, text);
  };
}

/** True when OpenClaw on the box has this token. */
export function isInstalled({ home }: Box, token: string): boolean {
  return Object.entries(filesBelow(home)).some(([path, text]) => STORE.test(path) && text.includes(token));
}

/** What is on a box's disk but for OpenClaw's store, by path. */
export function disk({ home }: Box): Record<string, string> {
  return filesBelow(home, STORE);
}

/** Waits until nothing runs on the box; answers with the command lines of what still does after `withinMs`. */
export async function leftRunning(box: Box, withinMs: number): Promise<string[]> {
  const until = performance.now() + withinMs;
  while (box.processes().length > 0 && performance.now() < until) await sleep(50);
  return box.processes().map((pid) => `${pid} ${read(pid, 'cmdline').slice(0, 200)}`);
}

/** The names of the sessions of Keyferry's tmux server on the box. */
export async function holders(box: Box): Promise<string[]> {
  const { code, stdout } = await box.run([
    'tmux',
    '-L',
    'keyferry',
    'list-sessions',
    '-F',
    '#{session_name}',
  ]);
  return code === 0 ? stdout.split('\n').filter(Boolean) : [];
}

/** What everybody on the machine, or the box's user, can read of the processes that run on it now. */
export function processTexts(pids: readonly number[]): string[] {
  return pids.flatMap((pid) => [read(pid, 'cmdline'), read(pid, 'environ')]);
}

function read(pid: number, file: 'cmdline' | 'environ'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1').replaceAll('\0', ' ');
  } catch {
    return 'ended meanwhile';
  }
}
