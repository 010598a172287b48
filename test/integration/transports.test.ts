import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Sshd, startSshd } from '../../scripts/lab/sshd.ts';
import { CommandTransport } from '../../worker/transports/command.ts';
import { LocalTransport } from '../../worker/transports/local.ts';
import { OpensshTransport } from '../../worker/transports/openssh.ts';
import type { SshTarget } from '../../worker/transports/ssh-target.ts';
import { Ssh2Transport } from '../../worker/transports/ssh2.ts';
import type { CallLimits, Command, Connection, Pty, Transport } from '../../worker/transports/transport.ts';

jest.setTimeout(30_000);

const SIZE = { columns: 90, rows: 30 };
const NASTY = [
  'two words',
  "it's",
  'back\\slash',
  '$HOME',
  '`x`',
  '"q"',
  'new\nline',
  'häß ✓ 字',
  "\\'",
  '*',
  '~',
  '',
];

let root: string;
let sshd: Sshd;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'transports-'));
  const home = join(root, 'home');
  mkdirSync(home);
  sshd = await startSshd({ directory: join(root, 'sshd'), home });
});
afterAll(async () => {
  await sshd.stop();
  rmSync(root, { recursive: true });
});

/** A command that leads somewhere else, as docker exec does: with another environment. */
const THROUGH: [string, ...string[]] = [
  'env',
  '-i',
  'PATH=/usr/bin:/bin',
  'TERM=xterm-256color',
  'LANG=C.UTF-8',
];

const TRANSPORTS: [Transport['kind'], () => Transport][] = [
  ['ssh2', () => new Ssh2Transport(sshd)],
  ['openssh', () => new OpensshTransport({ ...sshd, configFile: '/dev/null' })],
  ['command', () => new CommandTransport({ plain: THROUGH, terminal: THROUGH })],
  ['local', () => new LocalTransport()],
];

describe.each(TRANSPORTS)('%s', (kind, make) => {
  const open: Connection[] = [];
  const connect = async () => {
    const connection = await make().connect(limits());
    open.push(connection);
    return connection;
  };
  afterEach(async () => {
    await Promise.all(open.splice(0).map((connection) => connection.close()));
  });

  describe('a program without a terminal', () => {
    test('gets its words and its environment exactly as they were given', async () => {
      const connection = await connect();
      const nul = { argv: ['printf', '%s\\0', ...NASTY] } as const;
      expect((await connection.run(nul, limits())).stdout.split('\0').slice(0, -1)).toEqual(NASTY);
      const env = Object.fromEntries(NASTY.map((value, index) => [`NASTY_${index}`, value]));
      const { stdout } = await connection.run({ argv: ['env', '-0'], env }, limits());
      for (const [name, value] of Object.entries(env))
        expect(stdout.split('\0')).toContain(`${name}=${value}`);
    });

    test('gives its two outputs apart, and its exit code', async () => {
      const connection = await connect();
      const result = await connection.run(sh('echo out; echo err >&2; exit 7'), limits());
      expect(result).toEqual({
        exit: { kind: 'exited', code: 7 },
        stdout: 'out\n',
        stderr: 'err\n',
        truncated: false,
      });
    });

    test('may exit with 255', async () => {
      const connection = await connect();
      expect((await connection.run(sh('exit 255'), limits())).exit).toEqual({ kind: 'exited', code: 255 });
    });

    test('that a signal ends says so', async () => {
      const connection = await connect();
      const { exit } = await connection.run(sh('kill -TERM $$'), limits());
      expect(exit).toEqual({ kind: 'signalled', signal: kind === 'openssh' ? 'unknown' : 'SIGTERM' });
    });

    test('that is not there ends with 127', async () => {
      const connection = await connect();
      const { exit } = await connection.run({ argv: ['no-such-program'] }, limits());
      expect(exit).toEqual({ kind: 'exited', code: 127 });
    });

    test('reads its input to the end, and without input an empty one', async () => {
      const connection = await connect();
      const input = `${'ä'.repeat(200_000)}\n`;
      const hash = createHash('sha256').update(input).digest('hex');
      expect((await connection.run({ argv: ['sha256sum'] }, { ...limits(), input })).stdout).toContain(hash);
      expect((await connection.run({ argv: ['wc', '-c'] }, limits())).stdout.trim()).toBe('0');
    });

    test('may leave its input unread', async () => {
      const connection = await connect();
      const { exit } = await connection.run(
        { argv: ['true'] },
        { ...limits(), input: 'x'.repeat(1_000_000) },
      );
      expect(exit).toEqual({ kind: 'exited', code: 0 });
    });

    test('that prints more than is kept is read to its end', async () => {
      const connection = await connect();
      const result = await connection.run(sh('yes | head -c 9000000; exit 3'), {
        ...limits(),
        maxBytes: 1_000,
      });
      expect(result).toEqual({
        exit: { kind: 'exited', code: 3 },
        stdout: 'y\n'.repeat(500),
        stderr: '',
        truncated: true,
      });
    });

    test('is ended when its deadline passes', async () => {
      const connection = await connect();
      const pidFile = fresh('pid');
      const call = connection.run(sh(`echo $$ >${pidFile}; exec sleep 1000`), {
        ...limits(),
        timeoutMs: 700,
      });
      await expect(call).rejects.toMatchObject({ code: 'box_call_timeout' });
      await gone(await pidIn(pidFile));
    });

    test('is ended when it is aborted', async () => {
      const connection = await connect();
      const pidFile = fresh('pid');
      const abort = new AbortController();
      const call = connection.run(sh(`echo $$ >${pidFile}; exec sleep 1000`), {
        ...limits(),
        signal: abort.signal,
      });
      call.catch(() => undefined);
      const pid = await pidIn(pidFile);
      abort.abort(new Error('enough'));
      await expect(call).rejects.toThrow('enough');
      await gone(pid);
    });

    test('is ended when the connection is closed', async () => {
      const connection = await connect();
      const pidFile = fresh('pid');
      const call = connection.run(sh(`echo $$ >${pidFile}; exec sleep 1000`), limits());
      call.catch(() => undefined);
      const pid = await pidIn(pidFile);
      await connection.close();
      await expect(call).rejects.toMatchObject({ code: 'connection_lost' });
      await gone(pid);
    });
  });

  describe('a program in a terminal', () => {
    const start = async (command: Command, connection?: Connection) => {
      const pty = await (connection ?? (await connect())).openPty(command, SIZE, limits());
      return { pty, screen: new Screen(pty) };
    };

    test('has a terminal of the size asked for, with the usual modes', async () => {
      const { pty, screen } = await start(sh('echo "$TERM"; stty size; stty -a'));
      await pty.exit;
      expect(screen.text).toMatch(/^xterm-256color\r\n30 90\r\n/);
      for (const mode of ['icanon', 'isig', 'echo', 'icrnl', 'opost', 'onlcr']) {
        expect(screen.text).toMatch(new RegExp(`(^|\\s)${mode}\\b`));
      }
    });

    test('gets its words and its environment exactly as they were given', async () => {
      const { pty, screen } = await start({
        argv: ['sh', '-c', 'stty -opost; printf "%s|" "$E" "$@"', 'sh', ...NASTY],
        env: { E: "é '\\$x" },
      });
      await pty.exit;
      expect(screen.text).toBe(["é '\\$x", ...NASTY].map((word) => `${word}|`).join(''));
    });

    test('delivers all of its output, in order, before its exit', async () => {
      const { pty, screen } = await start(sh('seq 1 40000; printf the-end; exit 5'));
      expect(await pty.exit).toEqual({ kind: 'exited', code: 5 });
      const lines = screen.text.split('\r\n');
      expect(lines.pop()).toBe('the-end');
      expect(lines).toEqual(Array.from({ length: 40_000 }, (_, index) => String(index + 1)));
    });

    test('keeps what came before anybody listened', async () => {
      const connection = await connect();
      const done = fresh('done');
      const pty = await connection.openPty(sh(`echo early; >${done}; exit 4`), SIZE, limits());
      await until(() => existsSync(done));
      const screen = new Screen(pty);
      expect(await pty.exit).toEqual({ kind: 'exited', code: 4 });
      expect(screen.text).toBe('early\r\n');
    });

    test('keeps its last output for a reader that paused until after its end', async () => {
      const { pty, screen } = await start(sh('printf hello; read x; printf last-words; exit 6'));
      await screen.shows('hello');
      pty.pause();
      pty.write('\r');
      // Longer than node-pty itself would wait.
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(screen.text).not.toContain('last-words');
      pty.resume();
      expect(await pty.exit).toEqual({ kind: 'exited', code: 6 });
      expect(screen.text).toContain('last-words');
    });

    test('that a signal ends says so', async () => {
      const { pty } = await start(sh('kill -KILL $$'));
      expect(await pty.exit).toEqual({
        kind: 'signalled',
        signal: kind === 'openssh' ? 'unknown' : 'SIGKILL',
      });
    });

    test('may exit with 255', async () => {
      const { pty } = await start(sh('exit 255'));
      expect(await pty.exit).toEqual({ kind: 'exited', code: 255 });
    });

    test('sees a resize', async () => {
      const { pty, screen } = await start(
        sh('trap "stty size" WINCH; echo ready; while :; do sleep 0.05; done'),
      );
      await screen.shows('ready');
      pty.resize(123, 45);
      await screen.shows('45 123');
      await pty.close();
    });

    test('gets pasted bytes unchanged', async () => {
      const paste = `\x1b[200~${'sk-ant-äß字-"$`\\'.repeat(400)}\t\x03\x04\x1a\x11\x13~.\x1b[201~`;
      const bytes = Buffer.byteLength(paste);
      const { pty, screen } = await start(sh(`stty raw -echo; echo ready; head -c ${bytes} | sha256sum`));
      await screen.shows('ready');
      pty.write(paste);
      await screen.shows(createHash('sha256').update(paste).digest('hex'));
      expect(await pty.exit).toEqual({ kind: 'exited', code: 0 });
    });

    test('that was typed to at once still gets it', async () => {
      const { pty, screen } = await start(sh('read line; echo "got <$line>"'));
      pty.write('~hello\r');
      await pty.exit;
      expect(screen.text).toContain('got <~hello>\r\n');
    });

    test('is written to after its end in vain', async () => {
      const { pty } = await start({ argv: ['true'] });
      await pty.exit;
      pty.write('x');
      pty.resize(80, 24);
      await pty.close();
      await pty.close();
    });

    test('runs beside others on one connection', async () => {
      const connection = await connect();
      const started = await Promise.all(
        [1, 2, 3].map((n) => start(sh(`read x; echo "${n}:$x"`), connection)),
      );
      const run = await connection.run({ argv: ['echo', 'run'] }, limits());
      expect(run.stdout).toBe('run\n');
      for (const [index, { pty }] of started.entries()) pty.write(`for-${index + 1}\r`);
      for (const [index, { pty, screen }] of started.entries()) {
        await pty.exit;
        expect(screen.text).toContain(`${index + 1}:for-${index + 1}\r\n`);
      }
    });

    test('blocks while its reader is paused, and this process does not grow', async () => {
      const { pty, screen } = await start(
        sh('stty raw; echo ready; head -c 1000000000 /dev/zero; printf the-end'),
      );
      await screen.shows('ready');
      pty.pause();
      const before = screen.bytes;
      const memory = process.memoryUsage().rss;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      expect(screen.bytes - before).toBeLessThan(1024 * 1024);
      expect(process.memoryUsage().rss - memory).toBeLessThan(50 * 1024 * 1024);
      pty.resume();
      await until(() => screen.bytes > before + 5_000_000);
      pty.pause();
      await pty.close();
      await pty.exit;
    });

    test.each([
      ['sleeps', 'exec sleep 1000'],
      ['ignores hang-ups', 'trap "" HUP; while :; do sleep 0.1; done'],
      ['has children that ignore hang-ups', '(trap "" HUP; echo $$ >/dev/null; exec sleep 1000) & wait'],
    ])('is gone after close when it %s', async (_what, script) => {
      const pidFile = fresh('pid');
      const { pty } = await start(sh(`echo $$ >${pidFile}; ${script}`));
      const pid = await pidIn(pidFile);
      await pty.close();
      await pty.exit;
      await groupGone(pid);
    });

    test('leaves a holder that it has started alone', async () => {
      const pidFile = fresh('pid');
      const { pty } = await start(
        sh(`setsid sh -c 'echo $$ >${pidFile}; exec sleep 1000' & exec sleep 1000`),
      );
      const holder = await pidIn(pidFile);
      await pty.close();
      expect(alive(holder)).toBe(true);
      process.kill(holder, 'SIGKILL');
    });

    test('is gone after its connection was closed', async () => {
      const connection = await connect();
      const files = [fresh('pid'), fresh('pid')];
      for (const file of files)
        await start(sh(`echo $$ >${file}; trap "" HUP; while :; do sleep 0.1; done`), connection);
      const pids = await Promise.all(files.map(pidIn));
      await connection.close();
      for (const pid of pids) await groupGone(pid);
      await expect(connection.run({ argv: ['true'] }, limits())).rejects.toMatchObject({
        code: 'connection_lost',
      });
    });

    test('is not opened once the call was aborted', async () => {
      const connection = await connect();
      const abort = AbortSignal.abort(new Error('enough'));
      const call = connection.openPty({ argv: ['true'] }, SIZE, { ...limits(), signal: abort });
      await expect(call).rejects.toThrow('enough');
    });
  });

  test('a connect that was aborted rejects with the reason', async () => {
    const abort = new AbortController();
    const call = make().connect({ ...limits(), signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
  });
});

const SSH: ['ssh2' | 'openssh', (target: SshTarget) => Transport][] = [
  ['ssh2', (target) => new Ssh2Transport(target)],
  ['openssh', (target) => new OpensshTransport({ ...target, configFile: '/dev/null' })],
];

describe.each(SSH)('%s over SSH', (_kind, make) => {
  const target = (changes: Partial<SshTarget> = {}): SshTarget => ({ ...sshdTarget(sshd), ...changes });
  const connects = async (wanted: SshTarget) => {
    const connection = await make(wanted).connect(limits());
    expect((await connection.run({ argv: ['echo', 'in'] }, limits())).stdout).toBe('in\n');
    await connection.close();
  };
  const hostKeyLines = () => readFileSync(sshd.knownHostsFile, 'utf8').trimEnd().split('\n');
  const knownHosts = (text: string) => {
    const knownHostsFile = fresh('known_hosts');
    writeFileSync(knownHostsFile, text);
    return { knownHostsFile };
  };

  test('a box that shows another key than the pinned one is not signed in to', async () => {
    const stranger = makeKey(fresh('stranger')).publicKey;
    const call = make(target(knownHosts(`[127.0.0.1]:${sshd.port} ${stranger}\n`))).connect(limits());
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
    const call = make(target({ knownHostsFile: fresh('none') })).connect(limits());
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
    const identityFile = makeKey(fresh('stranger')).file;
    await expect(make(target({ identityFile })).connect(limits())).rejects.toMatchObject({
      code: 'ssh_auth_failed',
    });
  });

  test('a key with a passphrase, a missing one and a broken one are told apart from a refused one', async () => {
    const broken = fresh('broken');
    writeFileSync(broken, 'not a key\n', { mode: 0o600 });
    for (const identityFile of [makeKey(fresh('locked'), 'a passphrase').file, fresh('none'), broken]) {
      const call = make(target({ identityFile })).connect(limits());
      await expect(call).rejects.toMatchObject({ code: 'identity_unusable' });
    }
  });

  test('an agent signs in where there is no key file', async () => {
    await using agent = await startAgent(sshd.identityFile);
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
    const directory = fresh('sshd');
    const narrow = await startSshd({ directory, home: join(root, 'home'), maxSessions: 1 });
    const connection = await make(sshdTarget(narrow)).connect(limits());
    const first = await connection.openPty(sh('read x; echo "got $x"'), SIZE, limits());
    const screen = new Screen(first);
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
    const screen = new Screen(pty);
    await screen.shows('ready');
    // Lost with the link, or refused by it when its channel was not open yet.
    const settled = connection.run({ argv: ['sleep', '1000'] }, limits()).then(
      ({ exit }) => expect(exit).toMatchObject({ kind: 'lost' }),
      (error: unknown) => expect(error).toMatchObject({ code: 'connection_lost' }),
    );
    for (const pid of sshd.sessionPids()) process.kill(pid, 'SIGKILL');
    expect(await pty.exit).toMatchObject({ kind: 'lost' });
    expect(await connection.lost).not.toBe('');
    await settled;
    const after = connection.openPty({ argv: ['true'] }, SIZE, limits());
    await expect(after).rejects.toMatchObject({ code: 'connection_lost' });
    await connection.close();
  });

  test('a call on a link that is half dead ends at its deadline, and keepalives find out', async () => {
    const connection = await make(target({ keepalive: { intervalMs: 1_000, misses: 2 } })).connect(limits());
    const pids = sshd.sessionPids();
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    const call = connection.openPty({ argv: ['true'] }, SIZE, { ...limits(), timeoutMs: 500 });
    await expect(call).rejects.toMatchObject({ code: 'box_call_timeout' });
    expect(await connection.lost).not.toBe('');
    await connection.close();
    for (const pid of pids) process.kill(pid, 'SIGKILL');
  });

  test('the box is left with nothing of a program that ignores everything but KILL', async () => {
    const connection = await make(target()).connect(limits());
    const pidFile = fresh('pid');
    const script = `trap "" HUP TERM INT QUIT; echo $$ >${pidFile}; while :; do sleep 0.1; done`;
    const pty = await connection.openPty(sh(script), SIZE, limits());
    const pid = await pidIn(pidFile);
    await pty.close();
    expect(alive(pid)).toBe(false);
    await connection.close();
  });
});

describe('openssh alone', () => {
  test('signs in with a certificate', async () => {
    const ca = makeKey(fresh('ca'));
    const { file } = makeKey(fresh('certified'));
    execFileSync('ssh-keygen', [
      '-q',
      '-s',
      ca.file,
      '-I',
      'test',
      '-n',
      sshd.user,
      '-V',
      '+1h',
      `${file}.pub`,
    ]);
    // Away from where ssh would find it by itself.
    const certificateFile = fresh('certificate');
    renameSync(`${file}-cert.pub`, certificateFile);
    const directory = fresh('sshd');
    const trusting = await startSshd({
      directory,
      home: join(root, 'home'),
      trustedUserCa: `${ca.file}.pub`,
    });
    const options = { ...sshdTarget(trusting), identityFile: file, configFile: '/dev/null' };
    const refused = new OpensshTransport(options).connect(limits());
    await expect(refused).rejects.toMatchObject({ code: 'ssh_auth_failed' });
    await works(new OpensshTransport({ ...options, certificateFile }));
    await trusting.stop();
  });

  test('takes host, port, user and identity from ssh_config', async () => {
    const { knownHostsFile } = sshd;
    await works(
      new OpensshTransport({ host: 'alias', knownHostsFile, configFile: sshConfig('alias', sshd) }),
    );
  });

  test('goes through a jump host', async () => {
    const jump = await startSshd({ directory: fresh('jump'), home: join(root, 'home') });
    const configFile = sshConfig('jump', jump);
    const { host: _, ...rest } = sshdTarget(sshd);
    await works(new OpensshTransport({ ...rest, host: '127.0.0.1', configFile, proxyJump: 'jump' }));
    await jump.stop();
  });

  test('does not go through a jump host that it does not know', async () => {
    const jump = await startSshd({ directory: fresh('jump'), home: join(root, 'home') });
    const configFile = sshConfig('jump', { ...jump, knownHostsFile: '/dev/null' });
    const transport = new OpensshTransport({ ...sshdTarget(sshd), configFile, proxyJump: 'jump' });
    await expect(transport.connect(limits())).rejects.toMatchObject({ code: 'host_key_unknown' });
    await jump.stop();
  });

  test('keeps its socket in a private directory, and leaves nothing of it', async () => {
    const options = { ...sshdTarget(sshd), configFile: '/dev/null' };
    const connection = await new OpensshTransport(options).connect(limits());
    const directory = socketDirectory();
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    await connection.close();
    expect(existsSync(directory)).toBe(false);
  });

  test('leaves nothing of it when the link is cut', async () => {
    const options = { ...sshdTarget(sshd), configFile: '/dev/null' };
    const connection = await new OpensshTransport(options).connect(limits());
    const directory = socketDirectory();
    for (const pid of sshd.sessionPids()) process.kill(pid, 'SIGKILL');
    await connection.lost;
    await until(() => !existsSync(directory));
  });

  /** Where the one ssh that this process runs keeps its socket. */
  const socketDirectory = () => {
    const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').split(' ');
    const lines = children.filter(Boolean).map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
    return lines.map((line) => /\0(\/[^\0]*\/kf-\w+)\/s\0/.exec(line)?.[1]).find(Boolean) ?? '';
  };

  const works = async (transport: Transport) => {
    const connection = await transport.connect(limits());
    const pty = await connection.openPty({ argv: ['echo', 'in'] }, SIZE, limits());
    const screen = new Screen(pty);
    expect(await pty.exit).toEqual({ kind: 'exited', code: 0 });
    expect(screen.text).toBe('in\r\n');
    await connection.close();
  };

  const sshConfig = (alias: string, { host, port, user, identityFile, knownHostsFile }: Sshd) => {
    const file = fresh('ssh_config');
    const lines = [
      `Host ${alias}`,
      `HostName ${host}`,
      `Port ${port}`,
      `User ${user}`,
      `IdentityFile ${identityFile}`,
      'IdentitiesOnly yes',
      `UserKnownHostsFile ${knownHostsFile}`,
      'GlobalKnownHostsFile /dev/null',
      'StrictHostKeyChecking yes',
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    return file;
  };
});

describe.each(['/bin/bash', '/bin/dash', '/usr/bin/zsh', '/usr/bin/fish'].filter(existsSync))(
  'a box whose user has %s for a login shell',
  (shell) => {
    test.each(SSH)('gets every word as it was, by %s', async (_kind, make) => {
      const box = await startSshd({ directory: fresh('sshd'), home: join(root, 'home'), shell });
      const connection = await make(sshdTarget(box)).connect(limits());
      const result = await connection.run({ argv: ['printf', '%s\\0', ...NASTY] }, limits());
      expect(result.stdout.split('\0').slice(0, -1)).toEqual(NASTY);
      const pty = await connection.openPty(
        { argv: ['sh', '-c', 'echo "$A"'], env: { A: "it's" } },
        SIZE,
        limits(),
      );
      const screen = new Screen(pty);
      await pty.exit;
      expect(screen.text).toBe("it's\r\n");
      await connection.close();
      await box.stop();
    });
  },
);

describe('login files that print', () => {
  const NOISE = 'Docs: https://help.ubuntu.com';
  const loudBox = async (shell: string, file: string, text: string) => {
    const home = fresh('home');
    mkdirSync(join(home, '.config/fish'), { recursive: true });
    writeFileSync(join(home, file), text);
    return startSshd({ directory: fresh('sshd'), home, shell });
  };
  const loud = [
    ['/usr/bin/fish', '.config/fish/config.fish'],
    ['/usr/bin/zsh', '.zshenv'],
  ].filter(([shell = '']) => existsSync(shell)) as [string, string][];
  const cases = SSH.flatMap(([kind, make]) =>
    loud.map(([shell, file]) => [kind, shell, file, make] as const),
  );

  test.each(cases)('reach neither a terminal nor a run: %s, %s', async (_kind, shell, file, make) => {
    const box = await loudBox(shell, file, `echo '${NOISE}'; echo '${NOISE}' >&2\n`);
    const connection = await make(sshdTarget(box)).connect(limits());
    const pty = await connection.openPty(sh('echo in; exit 3'), SIZE, limits());
    const screen = new Screen(pty);
    expect(await pty.exit).toEqual({ kind: 'exited', code: 3 });
    expect(screen.text).toBe('in\r\n');
    const result = await connection.run(sh('echo out; echo err >&2'), limits());
    expect(result).toMatchObject({ stdout: 'out\n', stderr: 'err\n', truncated: false });
    await connection.close();
    await box.stop();
  });

  test.each(SSH)('and end the session say why, by %s', async (_kind, make) => {
    const shell = fresh('nologin');
    writeFileSync(shell, '#!/bin/sh\necho This account is not available.\nexit 1\n', { mode: 0o755 });
    const box = await startSshd({ directory: fresh('sshd'), home: join(root, 'home'), shell });
    const connection = await make(sshdTarget(box)).connect(limits());
    const pty = await connection.openPty({ argv: ['true'] }, SIZE, limits());
    const screen = new Screen(pty);
    expect(await pty.exit).toEqual({ kind: 'exited', code: 1 });
    expect(screen.text.trim()).toBe('This account is not available.');
    const { exit, stdout } = await connection.run({ argv: ['true'] }, limits());
    expect({ exit, stdout }).toEqual({
      exit: { kind: 'exited', code: 1 },
      stdout: 'This account is not available.\n',
    });
    await connection.close();
    await box.stop();
  });

  test.each(SSH)('and never end are left at the deadline, by %s', async (_kind, make) => {
    const shell = fresh('hanging');
    writeFileSync(shell, '#!/bin/sh\nexec sleep 5\n', { mode: 0o755 });
    const box = await startSshd({ directory: fresh('sshd'), home: join(root, 'home'), shell });
    const connection = await make(sshdTarget(box)).connect(limits());
    const call = connection.openPty({ argv: ['true'] }, SIZE, { ...limits(), timeoutMs: 500 });
    await expect(call).rejects.toMatchObject({ code: 'box_call_timeout' });
    await connection.close();
    await box.stop();
  });

  test.each(SSH)('slowly: what was being opened at close does not outlive it, by %s', async (_kind, make) => {
    // The clean-up itself is fast, so that it would come before what it is to end.
    const shell = fresh('slow');
    writeFileSync(shell, '#!/bin/sh\ncase $2 in *environ*) ;; *) sleep 0.6 ;; esac\nexec /bin/sh "$@"\n', {
      mode: 0o755,
    });
    const box = await startSshd({ directory: fresh('sshd'), home: join(root, 'home'), shell });
    for (const asked of [0, 300]) {
      const connection = await make(sshdTarget(box)).connect(limits());
      const pidFiles = [fresh('pid'), fresh('pid')];
      const [one = '', two = ''] = pidFiles;
      const script = (file: string) => sh(`trap "" HUP; echo $$ >${file}; exec sleep 1000`);
      const calls = [
        connection.run(script(one), limits()),
        connection.openPty(script(two), SIZE, limits()),
      ].map((call) => expect(call).rejects.toMatchObject({ code: 'connection_lost' }));
      await new Promise((resolve) => setTimeout(resolve, asked));
      await connection.close();
      await Promise.all(calls);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      for (const file of pidFiles) if (existsSync(file)) expect(alive(await pidIn(file))).toBe(false);
    }
    await box.stop();
  });
});

describe('a machine without ssh', () => {
  const { PATH } = process.env;
  afterEach(() => {
    process.env.PATH = PATH;
  });

  test('is said to have none, on connecting and later', async () => {
    const transport = new OpensshTransport({ ...sshdTarget(sshd), configFile: '/dev/null' });
    const connection = await transport.connect(limits());
    // Only this: sh's own built-ins and what the watcher needs are found by other ways.
    const bin = fresh('bin');
    mkdirSync(bin);
    for (const name of ['cat', 'rm', 'stty']) symlinkSync(`/bin/${name}`, join(bin, name));
    process.env.PATH = bin;
    const none = { code: 'internal_error', detail: 'This machine has no ssh.' };
    await expect(transport.connect(limits())).rejects.toMatchObject(none);
    await expect(connection.run({ argv: ['true'] }, limits())).rejects.toMatchObject(none);
    await expect(connection.openPty({ argv: ['true'] }, SIZE, limits())).rejects.toMatchObject(none);
    process.env.PATH = PATH;
    await connection.close();
  });

  test('a program with words too many to start is a KeyferryError here too', async () => {
    const connection = await new LocalTransport().connect(limits());
    const call = connection.run({ argv: ['true', 'x'.repeat(3_000_000)] }, limits());
    await expect(call).rejects.toMatchObject({ name: 'KeyferryError', code: 'internal_error' });
    await connection.close();
  });
});

function sshdTarget({ host, port, user, identityFile, knownHostsFile }: Sshd): SshTarget {
  return { host, port, user, identityFile, knownHostsFile };
}

function makeKey(file: string, passphrase = ''): { file: string; publicKey: string } {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', 'test', '-f', file]);
  return { file, publicKey: readFileSync(`${file}.pub`, 'utf8').trim() };
}

/** An agent of its own that holds one key. */
async function startAgent(identityFile: string): Promise<{ socket: string } & AsyncDisposable> {
  const socket = fresh('agent');
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

/** A command for `sh`. */
function sh(script: string): Command {
  return { argv: ['sh', '-c', script] };
}

function limits(): CallLimits {
  return { signal: new AbortController().signal, timeoutMs: 15_000 };
}

let files = 0;
function fresh(name: string): string {
  return join(root, `${name}-${++files}`);
}

/** Collects what a terminal shows. */
class Screen {
  text = '';
  bytes = 0;
  #changed: () => void = () => undefined;

  constructor(pty: Pty) {
    const decoder = new TextDecoder();
    pty.onData((chunk) => {
      this.bytes += chunk.length;
      // A flood is counted, not kept.
      if (this.text.length < 2_000_000) this.text += decoder.decode(chunk, { stream: true });
      this.#changed();
    });
  }

  shows(text: string): Promise<void> {
    return new Promise((resolve) => {
      this.#changed = () => {
        if (this.text.includes(text)) resolve();
      };
      this.#changed();
    });
  }
}

/** Waits for something on the box that nobody announces; the test's own deadline ends it. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function pidIn(file: string): Promise<number> {
  await until(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'));
  return Number(readFileSync(file, 'utf8'));
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const gone = (pid: number) => until(() => !alive(pid));
const groupGone = (pid: number) => until(() => !alive(-pid));
