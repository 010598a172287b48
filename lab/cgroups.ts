import { chownSync, existsSync, mkdirSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where cgroups are: of a machine that has both kinds, systemd wants its own of the first. */
const HIERARCHIES = ['/sys/fs/cgroup/systemd', '/sys/fs/cgroup/unified', '/sys/fs/cgroup'];
const MOST_TRIES = 100;

/** Whether this machine has any that can be used. */
export function hasCgroups(): boolean {
  return cgroupsOf('any').length > 0;
}

/** Makes cgroups of a user's own, and answers those in it that take its first process. */
export function makeCgroups({ name, uid, gid }: { name: string; uid: number; gid: number }): string[] {
  return cgroupsOf(name).map((cgroup) => {
    const first = join(cgroup, 'init');
    mkdirSync(first, { recursive: true });
    for (const path of [cgroup, first]) giveTo(path, uid, gid);
    return first;
  });
}

/** Removes those of a user whose processes have ended; a user may have none. What has just ended is in its cgroup for a moment yet. */
export async function removeCgroups(user: string): Promise<void> {
  for (const cgroup of cgroupsOf(user))
    for (let tries = 1; existsSync(cgroup); tries += 1) {
      try {
        removeTree(cgroup);
      } catch (thrown) {
        if (tries === MOST_TRIES) throw thrown;
        await sleep(100);
      }
    }
}

function removeTree(cgroup: string): void {
  for (const entry of readdirSync(cgroup, { withFileTypes: true }))
    if (entry.isDirectory()) removeTree(join(cgroup, entry.name));
  rmdirSync(cgroup);
}

function giveTo(cgroup: string, uid: number, gid: number): void {
  chownSync(cgroup, uid, gid);
  for (const name of readdirSync(cgroup))
    if (name.startsWith('cgroup.')) chownSync(join(cgroup, name), uid, gid);
}

function cgroupsOf(user: string): string[] {
  const there = HIERARCHIES.filter((place) => existsSync(join(place, 'cgroup.procs')));
  return there.map((place) => join(place, user));
}
