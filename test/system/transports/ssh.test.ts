import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { signalAll } from '../../../lab/signal-all.ts';
import type { SshTarget } from '../../../worker/transports/ssh-target.ts';
import {
  alive,
  limits,
  makeKey,
  pidIn,
  SIZE,
  SSH_CLIENTS,
  sh,
  TransportLab,
  TransportScreen,
  targetOf,
  until,
} from '../../support/transport-lab.ts';

const lab = new TransportLab();
beforeAll(() => lab.start());
afterAll(() => lab.stop());

describe.each(SSH_CLIENTS)('%s over SSH', (_kind, make) => {
  const target = (changes: Partial<SshTarget> = {}): SshTarget => ({ ...targetOf(lab.sshd), ...changes });
  const connects = async (wanted: SshTarget) => {
    const connection = await make(wanted).connect(limits());
    expect((await connection.run({ argv: ['echo', 'in'] }, limits())).stdout).toBe('in\n');
    await connection.close();
  };
  const hostKeyLines = () => readFileSync(lab.sshd.knownHostsFile, 'utf8').trimEnd().split('\n');
  const knownHosts = (text: string) => {
    const knownHostsFile = lab.fresh('known_hosts');
    writeFileSync(knownHostsFile, text);
    return { knownHostsFile };
  };

  test('a box that shows another key than the pinned one is not signed in to', async () => {
    const stranger = makeKey(lab.fresh('stranger')).publicKey;
    const call = make(target(knownHosts(`[127.0.0.1]:${lab.sshd.port} ${stranger}\n`))).connect(limits());
    await expect(call).rejects.toMatchObject({ code: 'host_key_mismatch' });
  });

  test('a box whose key is revoked is not signed in to', async () => {
    const lines = hostKeyLines();
    const revoked = lines.map((line) => `@revoked ${line}`);
    const call = make(target(knownHosts([...lines, ...revoked, ''].join('\n')))).connect(limits());
    await expect(call).rejects.toMatchObject({ code: 'host_key_mismatch' });
  });

  test.each([
    [
      'is in no line',
      `other ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHiieJ3eqNUB+vxGyXaqnTq8jsPXfCeX6vI1aGzrkFBB\n`,
    ],
    [
      'is known for another port only',
      '127.0.0.1 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHiieJ3eqNUB+vxGyXaqnTq8jsPXfCeX6vI1aGzrkFBB\n',
    ],
  ])('a box that %s is not signed in to', async (_what, text) => {
    const call = make(target(knownHosts(text))).connect(limits());
    await expect(call).rejects.toMatchObject({ code: 'host_key_unknown' });
  });

  test('a known_hosts file that is not there pins nothing', async () => {
    const call = make(target({ knownHostsFile: lab.fresh('none') })).connect(limits());
    await expect(call).rejects.toMatchObject({ code: 'host_key_unknown' });
  });

  test.each(['ssh-ed25519', 'ecdsa-sha2-nistp256'])('one pinned key is enough: %s', async (type) => {
    await connects(target(knownHosts(`${hostKeyLines().find((line) => line.includes(type))}\n`)));
  });

  test('hashed names are known', async () => {
    const { knownHostsFile } = knownHosts(`${hostKeyLines().join('\n')}\n`);
    execFileSync('ssh-keygen', ['-q', '-H', '-f', knownHostsFile], { stdio: 'ignore' });
    expect(readFileSync(knownHostsFile, 'utf8')).not.toContain('127.0.0.1');
    await connects(target({ knownHostsFile }));
  });

  test('keys from a trusted place do without a known_hosts file', async () => {
    const { knownHostsFile: _, ...rest } = target();
    const hostKeys = hostKeyLines().map((line) => {
      const [, algorithm = '', publicKey = ''] = line.split(' ');
      return { algorithm, publicKey };
    });
    await connects({ ...rest, hostKeys });
    await expect(make(rest).connect(limits())).rejects.toMatchObject({ code: 'host_key_unknown' });
  });

  test('a key that the box does not know is not let in', async () => {
    const identityFile = makeKey(lab.fresh('stranger')).file;
    await expect(make(target({ identityFile })).connect(limits())).rejects.toMatchObject({
      code: 'ssh_auth_failed',
    });
  });

  test('a key with a passphrase, a missing one and a broken one are told apart from a refused one', async () => {
    const broken = lab.fresh('broken');
    writeFileSync(broken, 'not a key\n', { mode: 0o600 });
    for (const identityFile of [
      makeKey(lab.fresh('locked'), 'a passphrase').file,
      lab.fresh('none'),
      broken,
    ]) {
      const call = make(target({ identityFile })).connect(limits());
      await expect(call).rejects.toMatchObject({ code: 'identity_unusable' });
    }
  });

  test('an agent signs in where there is no key file', async () => {
    await using agent = await startAgent(lab.sshd.identityFile);
    const { identityFile: _, ...rest } = target();
    await connects({ ...rest, agentSocket: agent.socket });
  });

  test('a port that refuses is unreachable', async () => {
    const { server, port } = await listen();
    await new Promise((resolve) => server.close(resolve));
    const known = knownHosts(`* ${hostKeyLines()[0]?.split(' ').slice(1).join(' ')}\n`);
    const call = make(target({ ...known, port })).connect(limits());
    await expect(call).rejects.toMatchObject({ code: 'box_unreachable' });
  });

  test.each(['its deadline', 'an abort'])(
    'a port that takes connections and says nothing is left at %s',
    async (what) => {
      const { server, port } = await listen();
      const reached = once(server, 'connection');
      const known = knownHosts(`* ${hostKeyLines()[0]?.split(' ').slice(1).join(' ')}\n`);
      const abort = new AbortController();
      const timeoutMs = what === 'an abort' ? 15_000 : 1_500;
      const call = make(target({ ...known, port })).connect({ signal: abort.signal, timeoutMs });
      const outcome = what === 'an abort' ? { message: 'enough' } : { code: 'box_unreachable' };
      const rejected = expect(call).rejects.toMatchObject(outcome);
      const [socket] = (await reached) as [Socket];
      const hungUp = new Promise((resolve) =>
        socket
          .on('error', () => undefined)
          .on('close', resolve)
          .resume(),
      );
      if (what === 'an abort') abort.abort(new Error('enough'));
      await rejected;
      await hungUp;
      server.close();
    },
  );

  test('a box that opens one session only refuses the second, and the first goes on', async () => {
    const narrow = await lab.another({ maxSessions: 1 });
    const connection = await make(targetOf(narrow)).connect(limits());
    const first = await connection.openPty(sh('read x; echo "got $x"'), SIZE, limits());
    const screen = new TransportScreen(first);
    const second = connection.openPty({ argv: ['true'] }, SIZE, limits());
    await expect(second).rejects.toMatchObject({ code: 'channel_refused' });
    await expect(connection.run({ argv: ['true'] }, limits())).rejects.toMatchObject({
      code: 'channel_refused',
    });
    first.write('this\r');
    expect(await first.exit).toEqual({ kind: 'exited', code: 0 });
    expect(screen.text).toContain('got this');
    await connection.close();
    await narrow.stop();
  });

  test('a link that is cut ends its programs as lost, and says so', async () => {
    const connection = await make(target()).connect(limits());
    const pty = await connection.openPty(sh('echo ready; exec sleep 1000'), SIZE, limits());
    const screen = new TransportScreen(pty);
    await screen.shows('ready');
    // Lost with the link, or refused by it when its channel was not open yet.
    const settled = connection.run({ argv: ['sleep', '1000'] }, limits()).then(
      ({ exit }) => expect(exit).toMatchObject({ kind: 'lost' }),
      (error: unknown) => expect(error).toMatchObject({ code: 'connection_lost' }),
    );
    signalAll(lab.sshd.sessionPids(), 'SIGKILL');
    expect(await pty.exit).toMatchObject({ kind: 'lost' });
    expect(await connection.lost).not.toBe('');
    await settled;
    const after = connection.openPty({ argv: ['true'] }, SIZE, limits());
    await expect(after).rejects.toMatchObject({ code: 'connection_lost' });
    await connection.close();
  });

  test('a call on a link that is half dead ends at its deadline, and keepalives find out', async () => {
    const connection = await make(target({ keepalive: { intervalMs: 1_000, misses: 2 } })).connect(limits());
    const pids = lab.sshd.sessionPids();
    signalAll(pids, 'SIGSTOP');
    const call = connection.openPty({ argv: ['true'] }, SIZE, { ...limits(), timeoutMs: 500 });
    await expect(call).rejects.toMatchObject({ code: 'box_call_timeout' });
    expect(await connection.lost).not.toBe('');
    await connection.close();
    signalAll(pids, 'SIGKILL');
  });

  test('the box is left with nothing of a program that ignores everything but KILL', async () => {
    const connection = await make(target()).connect(limits());
    const pidFile = lab.fresh('pid');
    const script = `trap "" HUP TERM INT QUIT; echo $$ >${pidFile}; while :; do sleep 0.1; done`;
    const pty = await connection.openPty(sh(script), SIZE, limits());
    const pid = await pidIn(pidFile);
    await pty.close();
    expect(alive(pid)).toBe(false);
    await connection.close();
  });
});

/** An agent of its own that holds one key. */
async function startAgent(identityFile: string): Promise<{ socket: string } & AsyncDisposable> {
  const socket = lab.fresh('agent');
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  await until(() => existsSync(socket));
  execFileSync('ssh-add', ['-q', identityFile], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
  const stop = async () => {
    const ended = new Promise((resolve) => agent.once('exit', resolve));
    agent.kill();
    await ended;
  };
  return { socket, [Symbol.asyncDispose]: stop };
}

function listen(): Promise<{ server: Server; port: number }> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({ server, port: typeof address === 'object' && address ? address.port : 0 });
    });
  });
}
