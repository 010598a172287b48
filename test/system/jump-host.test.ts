import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { readInventory } from '../../worker/boxes/inventory-file.text.ts';
import type { CallLimits, Transport } from '../../worker/transports/transport.ts';
import { type FarBox, startFarBox } from '../support/far-box.ts';

let root: string;
let far: FarBox;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'keyferry-jump-'));
  far = await startFarBox(root);
});

afterAll(async () => {
  await far?.stop();
  rmSync(root, { recursive: true });
});

const limits = (timeoutMs = 60_000): CallLimits => ({ signal: new AbortController().signal, timeoutMs });
const address = ({ user, host, port }: FarBox['box']) => `ssh://${user}@${host}:${port}`;

/** What the inventory makes of one entry. */
async function transport(entry: object): Promise<Transport> {
  const listed = (await readInventory(stringify({ boxes: { alice: entry } }), join(root, 'boxes.yaml'))).get(
    'alice',
  );
  if (!listed) throw new Error('not listed');
  return listed.transport;
}

const box = () => ({
  ssh: address(far.box),
  knownHosts: far.box.knownHostsFile,
  identity: far.box.identityFile,
});
const jump = () => ({
  ssh: address(far.jump),
  knownHosts: far.jump.knownHostsFile,
  identity: far.jump.identityFile,
});

async function where(way: Transport): Promise<string> {
  const connection = await way.connect(limits());
  try {
    const { stdout } = await connection.run({ argv: ['sh', '-c', 'echo "$WHERE"'] }, limits());
    const pty = await connection.openPty({ argv: ['stty', 'size'] }, { columns: 99, rows: 33 }, limits());
    let shown = '';
    pty.onData((chunk) => {
      shown += Buffer.from(chunk).toString();
    });
    await pty.exit;
    return `${stdout.trim()} ${shown.trim()}`;
  } finally {
    await connection.close();
  }
}

test.each(['ssh2', 'openssh'])('the box cannot be reached from here: %s', async (kind) => {
  await expect(where(await transport({ ...box(), transport: kind }))).rejects.toMatchObject({
    code: 'box_unreachable',
  });
});

describe('through a jump host', () => {
  test('with keys of its own it is reached', async () => {
    expect(await where(await transport({ ...box(), jump: jump() }))).toBe('box 33 99');
  });

  test('with the keys of the box for both it is reached', async () => {
    const knownHosts = join(root, 'both');
    writeFileSync(knownHosts, readFileSync(far.box.knownHostsFile, 'utf8'));
    appendFileSync(knownHosts, readFileSync(far.jump.knownHostsFile, 'utf8'));
    const keys = readFileSync(`${far.box.identityFile}.pub`, 'utf8');
    appendFileSync(join(root, 'jump', 'authorized_keys'), keys);
    expect(await where(await transport({ ...box(), knownHosts, jump: address(far.jump) }))).toBe('box 33 99');
  });

  test('by an ssh_config of the operator’s it is reached', async () => {
    const config = join(root, 'ssh_config');
    const { host, port, user, identityFile, knownHostsFile } = far.jump;
    const lines = [
      'Host bastion',
      `HostName ${host}`,
      `Port ${port}`,
      `User ${user}`,
      `IdentityFile ${identityFile}`,
      `UserKnownHostsFile ${knownHostsFile}`,
      `Host ${far.box.host}`,
      'ProxyJump bastion',
      // What is said here about trust does not count.
      'StrictHostKeyChecking no',
    ];
    writeFileSync(config, `${lines.join('\n')}\n`);
    expect(await where(await transport({ ...box(), config: './ssh_config' }))).toBe('box 33 99');
    const unknown = await transport({
      ...box(),
      knownHosts: far.jump.knownHostsFile,
      config: './ssh_config',
    });
    await expect(where(unknown)).rejects.toMatchObject({ code: 'host_key_unknown' });
  });

  const stranger = () => {
    const file = join(root, `stranger-${Math.random()}`);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', file]);
    return file;
  };
  const others = ({ host, port }: FarBox['box']) => {
    const file = stranger();
    writeFileSync(`${file}.known`, `[${host}]:${port} ${readFileSync(`${file}.pub`, 'utf8')}`);
    return `${file}.known`;
  };

  test.each<[string, () => object, string]>([
    [
      'a jump host that shows another key is not gone through',
      () => ({ ...box(), jump: { ...jump(), knownHosts: others(far.jump) } }),
      'host_key_mismatch',
    ],
    [
      'a jump host that is not known is not gone through',
      () => ({ ...box(), jump: { ...jump(), knownHosts: far.box.knownHostsFile } }),
      'host_key_unknown',
    ],
    [
      'a box behind it that shows another key is not signed in to',
      () => ({ ...box(), knownHosts: others(far.box), jump: jump() }),
      'host_key_mismatch',
    ],
    [
      'a jump host does not let a stranger through',
      () => ({ ...box(), jump: { ...jump(), identity: stranger() } }),
      'ssh_auth_failed',
    ],
    [
      'a jump host without known_hosts is not gone through',
      () => ({ ...box(), jump: { ...jump(), knownHosts: './none' } }),
      'host_key_unknown',
    ],
  ])('%s', async (_what, entry, code) => {
    await expect(where(await transport(entry()))).rejects.toMatchObject({ code });
  });
});
