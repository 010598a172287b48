import { constants } from 'node:fs';
import { access, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A Unix socket's path has 104 characters on some systems, and ssh binds to a name 17 longer before it renames.
 */
const SOCKET_PATH_MAX = 104 - 18;
/** ssh hands the path of its configuration to a shell as it is (ProxyJump, OpenSSH 9.2). */
const PLAIN = /^[\w./-]+$/;
const NAME = 'kf-';
const EVERY_NAME = /^kf-\w{6}$/;
/** What every such directory holds from the start; nothing else counts as one. */
export const MARK = 'pinned';
/** Milliseconds within which an ssh has signed in or failed, and so has a socket or no directory. */
const CONNECTING_MS = 60_000;

/** A new private directory (0700) for the files of one ssh; `inMemory`: of no disk, where there is such a place. */
export async function privateDirectory({ inMemory }: { inMemory: boolean }): Promise<string> {
  for (const base of [...(inMemory ? await memoryPlaces() : []), tmpdir()]) {
    const path = join(base, NAME);
    if (`${path}XXXXXX/s`.length <= SOCKET_PATH_MAX && PLAIN.test(path)) return mkdtemp(path);
  }
  return mkdtemp(join('/tmp', NAME));
}

/** Writes a file of such a directory that only this user can read. */
export async function writePrivate(directory: string, name: string, text: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, text, { mode: 0o600, flag: 'wx' });
  return path;
}

/**
 * Removes what workers left behind that were killed together with all that watches over them. A directory whose
 * ssh still answers, or whose ssh may still be connecting, is somebody's. Never rejects.
 */
export async function sweepPrivateDirectories(): Promise<void> {
  const bases = new Set([...(await memoryPlaces()), tmpdir(), '/tmp']);
  const found = await Promise.all([...bases].map(directoriesIn));
  await Promise.all(found.flat().map(sweep));
}

async function memoryPlaces(): Promise<string[]> {
  const places = [process.env.XDG_RUNTIME_DIR, '/dev/shm'].filter((place) => place?.startsWith('/'));
  const usable = places.map(async (place = '') => {
    const there = await access(place, constants.W_OK | constants.X_OK).then(
      () => true,
      () => false,
    );
    return there ? [place] : [];
  });
  return (await Promise.all(usable)).flat();
}

async function directoriesIn(base: string): Promise<string[]> {
  const names = await readdir(base).catch(() => []);
  return names.filter((name) => EVERY_NAME.test(name)).map((name) => join(base, name));
}

async function sweep(directory: string): Promise<void> {
  try {
    const { uid, mtimeMs } = await stat(directory);
    await stat(join(directory, MARK));
    if (uid !== process.getuid?.() || Date.now() - mtimeMs < CONNECTING_MS) return;
    if (await answers(join(directory, 's'))) return;
    await rm(directory, { recursive: true, force: true });
  } catch {
    // Not one of ours, or gone meanwhile.
  }
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const line = connect(socket);
    const say = (answer: boolean) => {
      line.destroy();
      resolve(answer);
    };
    line.once('connect', () => say(true)).once('error', () => say(false));
  });
}
