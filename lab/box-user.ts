import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, existsSync, lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { removeCgroups } from './cgroups.ts';

/** Who a box belongs to. */
export interface BoxUser {
  name: string;
  uid: number;
  gid: number;
  /** True for a user made for one box: everything that this uid runs and owns is the box's. */
  own: boolean;
}

const PREFIX = 'kf-';
let counter = 0;

/** A Linux user of the box's own where we may make one (root), otherwise whoever runs this. */
export async function makeBoxUser(home: string, shell: string): Promise<BoxUser> {
  if (process.getuid?.() !== 0) {
    const { username, uid, gid } = userInfo();
    return { name: username, uid, gid, own: false };
  }
  counter += 1;
  const name = `${PREFIX}${process.pid}-${counter}`;
  // `*` rather than no password: sshd takes a locked user for one who may not sign in.
  const useradd = ['useradd', '--no-create-home', '--home-dir', home, '--shell', shell, '--password', '*'];
  await accounts([...useradd, '--user-group', '--comment', 'Keyferry lab', name]);
  const id = (flag: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));
  const user = { name, uid: id('-u'), gid: id('-g'), own: true };
  chownSync(home, user.uid, user.gid);
  return user;
}

/** Removes a user made by `makeBoxUser` with what it has left in the directories that users share, and its cgroups. */
export async function removeBoxUser(user: BoxUser): Promise<void> {
  if (!user.own || !user.name.startsWith(PREFIX)) return;
  for (const directory of ['/tmp', '/var/tmp', '/dev/shm', '/run/user'])
    if (existsSync(directory)) removeOwned(directory, user.uid);
  await removeCgroups(user.name);
  try {
    await accounts(['userdel', user.name]);
  } catch (error) {
    // Two labs may sweep at the same time, and userdel has more than one way to say that the other was quicker.
    if (!isGone(user.name)) throw error;
  }
}

/** `id` ends with 1 for somebody whom it does not find; where it did not run, nobody knows. */
function isGone(name: string): boolean {
  return spawnSync('id', ['-u', name], { stdio: 'ignore' }).status === 1;
}

/** Names of the lab's users whose lab, told by its process id, runs no more. */
export function forgottenUsers(isAlive: (pid: number) => boolean): BoxUser[] {
  if (process.getuid?.() !== 0) return [];
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .filter(([name]) => {
      const pid = /^kf-(\d+)-\d+$/.exec(name ?? '')?.[1];
      return pid !== undefined && !isAlive(Number(pid));
    })
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid), own: true }));
}

/** useradd and userdel refuse, rather than wait, while another one holds the lock on /etc/passwd. */
async function accounts([file = '', ...words]: string[]): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      execFileSync(file, words, { stdio: ['ignore', 'ignore', 'pipe'] });
      return;
    } catch (error) {
      if (attempt === 50 || !/lock/.test(String(error))) throw error;
      await sleep(100);
    }
  }
}

function removeOwned(directory: string, uid: number): void {
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    try {
      if (lstatSync(path).uid === uid) rmSync(path, { recursive: true, force: true });
    } catch {
      // Somebody else's, gone meanwhile.
    }
  }
}
