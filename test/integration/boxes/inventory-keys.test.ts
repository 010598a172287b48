import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sweepPrivateDirectories } from '../../../worker/transports/private-directory.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const KEY = 'a PRIVATE KEY of nobody';

let base: string;
let silent: Server;
const sockets: Socket[] = [];

beforeAll(async () => {
  // Short, for sockets are in it.
  base = mkdtempSync(join(tmpdir(), 'kfk-'));
  silent = createServer((socket) => sockets.push(socket.on('error', () => {}))).listen(0, '127.0.0.1');
  await once(silent, 'listening');
});

afterAll(() => {
  for (const socket of sockets) socket.destroy();
  silent.close();
  rmSync(base, { recursive: true });
});

const keys = () =>
  readdirSync(base)
    .map((name) => join(base, name, 'key'))
    .filter((file) => contentOf(file) === `${KEY}\n`);

/** Undefined when it is gone; it may go between a look and a read. */
function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** A process that connects, with a key given as such, to a box that says nothing. */
function connecting(): ChildProcess {
  const { port } = silent.address() as { port: number };
  const script = `
    import { Secret } from './core/secrets/secret.ts';
    import { OpensshTransport } from './worker/transports/openssh.ts';
    const key = { privateKey: new Secret(${JSON.stringify(`${KEY}\n`)}), certificate: 'none\\n' };
    const hostKeys = [{ algorithm: 'ssh-ed25519', publicKey: 'AAAA' }];
    const box = { host: '127.0.0.1', port: ${port}, user: 'x', key, hostKeys, configFile: '/dev/null' };
    const signal = new AbortController().signal;
    await new OpensshTransport(box).connect({ signal, timeoutMs: 60_000 });
  `;
  const words = ['--input-type=module', '-e', script];
  const env = { ...process.env, XDG_RUNTIME_DIR: base, NODE_OPTIONS: '' };
  return spawn(process.execPath, words, { cwd: ROOT, env, stdio: 'ignore' });
}

test('a process that is killed outright while it connects leaves no key behind', async () => {
  const reached = once(silent, 'connection');
  const child = connecting();
  const died = once(child, 'exit');
  await reached;
  expect(keys()).toHaveLength(1);
  child.kill('SIGKILL');
  await died;
  while (keys().length > 0) await new Promise(setImmediate);
});

test('what was nevertheless left behind is removed at the next start, and nothing else is', async () => {
  const make = (name: string, ...files: string[]) => {
    const directory = join(base, name);
    mkdirSync(directory);
    for (const file of files) writeFileSync(join(directory, file), `${KEY}\n`);
    return directory;
  };
  const old = new Date(Date.now() - 2 * 60_000);
  const age = (directory: string) => utimesSync(directory, old, old);
  const stale = make('kf-stale1', 'pinned', 'key', 's');
  const young = make('kf-young1', 'pinned', 'key');
  const foreign = make('kf-other1', 'key');
  const longer = make('kf-longer-name', 'pinned', 'key');
  const live = make('kf-live01', 'pinned');
  const ssh = createServer().listen(join(live, 's'));
  await once(ssh, 'listening');
  for (const directory of [stale, foreign, longer, live]) age(directory);
  const { XDG_RUNTIME_DIR } = process.env;
  process.env.XDG_RUNTIME_DIR = base;
  await sweepPrivateDirectories();
  if (XDG_RUNTIME_DIR === undefined) delete process.env.XDG_RUNTIME_DIR;
  else process.env.XDG_RUNTIME_DIR = XDG_RUNTIME_DIR;
  expect([stale, young, foreign, longer, live].map((directory) => existsSync(directory))).toEqual([
    false,
    true,
    true,
    true,
    true,
  ]);
  ssh.close();
});
