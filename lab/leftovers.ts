import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endBoxProcesses } from './box-processes.ts';
import { forgottenUsers, removeBoxUser } from './box-user.ts';
import { childrenOf } from './children-of.ts';
import { signalAll } from './signal-all.ts';

/** Variable with the id of the lab's process, in the environment of the api and worker processes that a lab starts. */
export const LAB_MARK = 'KEYFERRY_LAB';
/** Where Redis writes its process id; it writes its title over its environment. */
export const REDIS_PID = 'redis.pid';

/**
 * Removes what labs left behind that were killed outright and could not stop: their servers, their users, with all
 * that those run, their sshds and their files. A lab is told by its process id, which is in every name.
 */
export async function sweepLeftovers(): Promise<void> {
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) endServer(Number(name));
  for (const user of forgottenUsers(isAlive)) {
    await endBoxProcesses({ user, home: '' });
    await removeBoxUser(user);
  }
  for (const name of readdirSync(tmpdir())) {
    const pid = /^keyferry-(?:lab|anthropic|redis|postgres|system)-(\d+)-\w{6}$/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) removeLab(join(tmpdir(), name));
  }
}

/** Ends a process that bears the mark of a lab which runs no more, or a Redis that works in its folder, also a removed one. */
function endServer(pid: number): void {
  try {
    const mark = new RegExp(`(?:^|\\0)${LAB_MARK}=(\\d+)(?:\\0|$)`);
    const lab =
      mark.exec(readFileSync(`/proc/${pid}/environ`, 'latin1'))?.[1] ??
      /\/keyferry-redis-(\d+)-\w{6}(?: \(deleted\))?$/.exec(readlinkSync(`/proc/${pid}/cwd`))?.[1];
    if (lab !== undefined && !isAlive(Number(lab))) process.kill(pid, 'SIGKILL');
  } catch {
    // Gone meanwhile, or another user's.
  }
}

function removeLab(directory: string): void {
  endRedis(directory);
  endPostgres(join(directory, 'data'));
  try {
    for (const box of readdirSync(directory)) endSshd(join(directory, box, 'sshd'));
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  } catch {
    // Another user's lab: theirs to remove.
  }
}

function endPostgres(data: string): void {
  try {
    const pid = Number.parseInt(readFileSync(join(data, 'postmaster.pid'), 'utf8'), 10);
    // Its children with it: until they have noticed that they are alone they write to what is being removed.
    if (readlinkSync(`/proc/${pid}/cwd`) === data) signalAll([pid, ...childrenOf(pid)], 'SIGKILL');
  } catch {
    // It runs no more, or there was none.
  }
}

function endRedis(directory: string): void {
  try {
    const pid = Number(readFileSync(join(directory, REDIS_PID), 'utf8'));
    // The id may be another process's by now.
    if (readlinkSync(`/proc/${pid}/cwd`) === directory) process.kill(pid, 'SIGKILL');
  } catch {
    // It runs no more, or there was none.
  }
}

function endSshd(directory: string): void {
  try {
    const pid = Number(readFileSync(join(directory, 'sshd.pid'), 'utf8'));
    // The id may be another process's by now.
    if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(directory)) process.kill(pid, 'SIGTERM');
  } catch {
    // It runs no more.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
