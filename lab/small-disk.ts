import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A file system of a few megabytes, which is there for those alone who are started by `words`. Linux only. */
export interface SmallDisk {
  /** Words that go before a command: it runs where the disk is, and, if the lab is root, as `user`. */
  readonly words: readonly string[];
  /** Takes all the room that is left: whoever writes then is told ENOSPC. */
  fill(): void;
  /** Gives it back. */
  clear(): void;
  stop(): Promise<void>;
}

const BLOCK = Buffer.alloc(64 * 1024);

/**
 * Mounts it at `directory`, in a mount namespace that ends with this process, however that ends: nobody has to unmount
 * it. Without root that takes a user namespace, too. Throws if the machine allows neither.
 */
export async function startSmallDisk(
  directory: string,
  megabytes: number,
  user: { uid: number; gid: number },
): Promise<SmallDisk> {
  const isRoot = process.getuid?.() === 0;
  const own = isRoot ? ['--mount'] : ['--user', '--map-current-user', '--keep-caps', '--mount'];
  const owner = isRoot ? `,uid=${user.uid},gid=${user.gid}` : '';
  const mount = `mount -t tmpfs -o size=${megabytes}m,mode=700${owner} none "$1" && echo mounted && exec cat`;
  const keeper = spawn('unshare', [...own, 'sh', '-c', mount, 'sh', directory], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const ended = once(keeper, 'exit');
  let said = '';
  keeper.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const isMounted = await Promise.race([
    once(keeper.stdout, 'data').then(() => true),
    ended.then(() => false),
  ]);
  if (!isMounted) throw new Error(`This machine allows no file system of one's own: ${said}`);
  const { pid } = keeper;
  const inside = isRoot ? ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'] : [];
  const into = isRoot ? ['--mount'] : ['--user', '--preserve-credentials', '--mount'];
  const filler = join('/proc', `${pid}`, 'root', directory, 'filler');
  return {
    words: ['nsenter', '--target', `${pid}`, ...into, '--wdns=/', ...inside],
    fill: () => fillUp(filler),
    clear: () => rmSync(filler, { force: true }),
    stop: async () => {
      keeper.stdin.end();
      await ended;
    },
  };
}

function fillUp(path: string): void {
  const file = openSync(path, 'a');
  try {
    for (let size = BLOCK.length; size >= 1; size = Math.floor(size / 2))
      while (takes(file, BLOCK.subarray(0, size)));
  } finally {
    closeSync(file);
  }
}

function takes(file: number, bytes: Buffer): boolean {
  try {
    return writeSync(file, bytes) > 0;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw thrown;
  }
}
