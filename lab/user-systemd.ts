import { spawn } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Box } from './box.ts';
import { hasCgroups, makeCgroups } from './cgroups.ts';

const SYSTEMD = ['/lib/systemd/systemd', '/usr/lib/systemd/systemd'];
/** Looks, ten a second. */
const LOOKS = 200;

/**
 * systemd looks whether the machine was booted with it, which a container's or a lab's was not: for it alone that is so. `$1`: uid, `$2`: gid,
 * the rest: its cgroups, then `--`, and what it runs.
 */
const START = `set -e
uid=$1 gid=$2
shift 2
[ -d /run/systemd/system ] || { mount --make-rprivate /; mount -t tmpfs tmpfs /run/systemd; mkdir /run/systemd/system; }
while [ "$1" != -- ]; do echo $$ >"$1/cgroup.procs"; shift; done
shift
exec setpriv --reuid="$uid" --regid="$gid" --clear-groups "$@"
`;

/** Whether a box can have a systemd of its user's here: it takes root, systemd and its cgroups. */
export function canRunUserSystemd(): boolean {
  return process.getuid?.() === 0 && systemd() !== undefined && hasCgroups();
}

/**
 * Starts the real systemd of the box's user, as a login would; it ends with the box. Its units are those of the user and of the
 * machine's packages. Throws where it does not come up.
 */
export async function startUserSystemd(box: Box): Promise<void> {
  const program = systemd();
  if (!program) throw new Error('This machine has no systemd.');
  const { uid, gid, user, home } = box;
  const runtime = `/run/user/${uid}`;
  mkdirSync(runtime, { recursive: true, mode: 0o700 });
  chownSync(runtime, uid, gid);
  const cgroups = makeCgroups({ name: user, uid, gid });
  const environment = { HOME: home, USER: user, LOGNAME: user, PATH: '/usr/local/bin:/usr/bin:/bin' };
  const words = Object.entries({ ...environment, XDG_RUNTIME_DIR: runtime }).map((pair) => pair.join('='));
  const log = openSync(join(home, '.tmp/systemd.log'), 'a');
  const manager = [...cgroups, '--', 'env', '-i', ...words, program, '--user'];
  const args = ['--mount', 'sh', '-c', START, 'sh', String(uid), String(gid), ...manager];
  spawn('unshare', args, { stdio: ['ignore', log, log], detached: true }).unref();
  const asked = ['env', `XDG_RUNTIME_DIR=${runtime}`, 'systemctl', '--user', 'is-active', 'basic.target'];
  for (let looks = 0; looks < LOOKS; looks += 1) {
    if ((await box.run(asked)).stdout.trim() === 'active') return;
    await sleep(100);
  }
  throw new Error('The systemd of the box’s user does not come up.');
}

const systemd = () => SYSTEMD.find((path) => existsSync(path));
