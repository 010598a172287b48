import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Box } from '../../lab/box.ts';
import { signalAll } from '../../lab/signal-all.ts';

/** A box that has been rebooted. */
export interface Rebooted {
  /** Ends the sshd that came up with it; the box's own `stop` does the rest. */
  stop(): Promise<void>;
}

/**
 * What a reboot is from outside, as far as it can be had without a machine of its own: the sshd, what serves its
 * connections and all that the user runs are killed at once, nobody answers during `meanwhile`, then an sshd with
 * the same keys listens on the same address.
 */
export async function reboot(
  box: Box,
  meanwhile: () => Promise<void> = () => Promise.resolve(),
): Promise<Rebooted> {
  const file = (name: string) => join(dirname(box.identityFile), name);
  const listener = Number(readFileSync(file('sshd.pid'), 'utf8'));
  const sessions = box.sessionPids();
  signalAll([listener, ...sessions, ...box.processes()], 'SIGKILL');
  await meanwhile();
  const sshd = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', file('sshd_config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await listening(sshd);
  return {
    stop: async () => {
      const pids = sshd.pid === undefined ? [] : [sshd.pid];
      signalAll([...children(sshd.pid), ...pids], 'SIGKILL');
      if (sshd.exitCode === null && sshd.signalCode === null) await once(sshd, 'exit');
    },
  };
}

function children(pid: number | undefined): number[] {
  try {
    const listed = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return listed
      .split(' ')
      .filter(Boolean)
      .map(Number)
      .flatMap((child) => [...children(child), child]);
  } catch {
    return [];
  }
}

function listening(sshd: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    sshd.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('Server listening')) resolve();
    });
    sshd.once('exit', () => reject(new Error(`sshd ended:\n${said}`)));
  });
}
