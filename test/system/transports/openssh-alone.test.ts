import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { signalAll } from '../../../lab/signal-all.ts';
import type { Sshd } from '../../../lab/sshd.ts';
import { LocalTransport } from '../../../worker/transports/local.ts';
import { OpensshTransport } from '../../../worker/transports/openssh.ts';
import type { Transport } from '../../../worker/transports/transport.ts';
import {
  limits,
  makeKey,
  SIZE,
  TransportLab,
  TransportScreen,
  targetOf,
  until,
} from '../../support/transport-lab.ts';

const lab = new TransportLab();
beforeAll(() => lab.start());
afterAll(() => lab.stop());

describe('openssh alone', () => {
  test('signs in with a certificate', async () => {
    const ca = makeKey(lab.fresh('ca'));
    const { file } = makeKey(lab.fresh('certified'));
    execFileSync('ssh-keygen', [
      '-q',
      '-s',
      ca.file,
      '-I',
      'test',
      '-n',
      lab.sshd.user,
      '-V',
      '+1h',
      `${file}.pub`,
    ]);
    // Away from where ssh would find it by itself.
    const certificateFile = lab.fresh('certificate');
    renameSync(`${file}-cert.pub`, certificateFile);
    const trusting = await lab.another({ trustedUserCa: `${ca.file}.pub` });
    const options = { ...targetOf(trusting), identityFile: file, configFile: '/dev/null' };
    const refused = new OpensshTransport(options).connect(limits());
    await expect(refused).rejects.toMatchObject({ code: 'ssh_auth_failed' });
    await works(new OpensshTransport({ ...options, certificateFile }));
    await trusting.stop();
  });

  test('takes host, port, user and identity from ssh_config', async () => {
    const { knownHostsFile } = lab.sshd;
    await works(
      new OpensshTransport({ host: 'alias', knownHostsFile, configFile: sshConfig('alias', lab.sshd) }),
    );
  });

  test('goes through a jump host', async () => {
    const jump = await lab.another();
    const configFile = sshConfig('jump', jump);
    const { host: _, ...rest } = targetOf(lab.sshd);
    await works(new OpensshTransport({ ...rest, host: '127.0.0.1', configFile, proxyJump: 'jump' }));
    await jump.stop();
  });

  test('does not go through a jump host that it does not know', async () => {
    const jump = await lab.another();
    const configFile = sshConfig('jump', { ...jump, knownHostsFile: '/dev/null' });
    const transport = new OpensshTransport({ ...targetOf(lab.sshd), configFile, proxyJump: 'jump' });
    await expect(transport.connect(limits())).rejects.toMatchObject({ code: 'host_key_unknown' });
    await jump.stop();
  });

  test('keeps its socket in a private directory, and leaves nothing of it', async () => {
    const options = { ...targetOf(lab.sshd), configFile: '/dev/null' };
    const connection = await new OpensshTransport(options).connect(limits());
    const directory = socketDirectory();
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    await connection.close();
    expect(existsSync(directory)).toBe(false);
  });

  test('leaves nothing of it when the link is cut', async () => {
    const options = { ...targetOf(lab.sshd), configFile: '/dev/null' };
    const connection = await new OpensshTransport(options).connect(limits());
    const directory = socketDirectory();
    signalAll(lab.sshd.sessionPids(), 'SIGKILL');
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
    const screen = new TransportScreen(pty);
    expect(await pty.exit).toEqual({ kind: 'exited', code: 0 });
    expect(screen.text).toBe('in\r\n');
    await connection.close();
  };

  const sshConfig = (alias: string, { host, port, user, identityFile, knownHostsFile }: Sshd) => {
    const file = lab.fresh('ssh_config');
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

describe('a machine without ssh', () => {
  const { PATH } = process.env;
  afterEach(() => {
    process.env.PATH = PATH;
  });

  test('is said to have none, on connecting and later', async () => {
    const transport = new OpensshTransport({ ...targetOf(lab.sshd), configFile: '/dev/null' });
    const connection = await transport.connect(limits());
    // Only this: sh's own built-ins and what the watcher needs are found by other ways.
    const bin = lab.fresh('bin');
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
