import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Box } from '../../lab/box.ts';
import { connect, keyferry } from '../support/keyferry.ts';
import { leftOn, type PracticeLab, startPracticeLab } from '../support/practice-lab.ts';

const MINUTE = 60_000;

let lab: PracticeLab;
let box: Box;
let directory: string;

beforeAll(async () => {
  lab = await startPracticeLab();
  box = await lab.box();
  directory = mkdtempSync(join(tmpdir(), 'keyferry-command-line-'));
}, MINUTE);

afterAll(async () => {
  await lab?.stop();
  rmSync(directory, { recursive: true, force: true });
}, MINUTE);

const KNOWN = ['--known-hosts', '/dev/null'];

describe('a mistake on the command line ends with exit code 2, says what is wrong and reaches nothing', () => {
  test.each([
    ['no target', ['connect'], /target/],
    ['no --known-hosts', ['connect', 'ssh://u@127.0.0.1:1'], /--known-hosts/],
    ['a target without ssh://', ['connect', 'u@127.0.0.1', ...KNOWN], /is not a target/],
    ['a target without a user', ['connect', 'ssh://127.0.0.1', ...KNOWN], /is not a target/],
    ['a target with a path', ['connect', 'ssh://u@127.0.0.1/x', ...KNOWN], /is not a target/],
    ['a target with a password', ['connect', 'ssh://u:p@127.0.0.1', ...KNOWN], /is not a target/],
    ['a width of 39', ['connect', 'local', '--cols', '39'], /40 to 1000/],
    ['a width of 1001', ['connect', 'local', '--cols', '1001'], /40 to 1000/],
    ['a width that is no number', ['connect', 'local', '--cols', 'wide'], /40 to 1000/],
    ['a transport that there is not', ['connect', 'local', '--transport', 'telnet'], /ssh2, openssh/],
    ['an option that there is not', ['connect', 'local', '--trust-me'], /unknown option/],
    ['a command that there is not', ['disband'], /unknown command/],
    [
      'a filter that there is not',
      ['fleet', 'doctor', '--filter', 'plan=gold'],
      /one of customer, box, health/,
    ],
    ['a batch of none', ['fleet', 'doctor', '--batch', '0'], /1 to 500/],
    ['a whole fleet that nobody has named', ['fleet', 'prepare'], /--filter or --customers-from, or --all/],
    ['a list that cannot be read', ['fleet', 'doctor', '--customers-from', '/nowhere/x'], /cannot be read/],
    [
      'a recording that cannot be written',
      ['connect', 'local', '--record', '/nowhere/x.cast'],
      /cannot be written/,
    ],
  ])('%s', async (_, args, said) => {
    const ran = await keyferry(args);
    expect(ran.exitCode).toBe(2);
    expect(ran.printed).toMatch(said);
    expect(ran.printed).not.toMatch(/\n\s+at /);
    expect(ran.lines).toEqual([]);
  });
});

test('--help lists every option and exits with 0', async () => {
  const { exitCode, printed } = await keyferry(['connect', '--help']);
  expect(exitCode).toBe(0);
  for (const option of [
    'identity',
    'known-hosts',
    'transport',
    'cols',
    'model',
    'agent',
    'record',
    'no-live-proof',
    'json',
  ])
    expect(printed).toContain(`--${option}`);
});

/** A known_hosts file for the box that holds some other key, or none. */
function knownHosts(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

function otherKey(): string {
  const path = join(directory, 'other');
  rmSync(path, { force: true });
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
  return readFileSync(`${path}.pub`, 'utf8');
}

describe('a box that cannot be reached safely', () => {
  test.each(['ssh2', 'openssh'])(
    'with another host key than the pinned one: host_key_mismatch (%s)',
    async (transport) => {
      const knownHostsFile = knownHosts('wrong', `[${box.host}]:${box.port} ${otherKey()}`);
      const ran = await connect({ ...box, knownHostsFile }, () => undefined, ['--transport', transport]);
      expect(ran.lines.at(-1)).toMatchObject({
        type: 'failed',
        code: 'host_key_mismatch',
        phase: 'reaching',
      });
      expect(ran.exitCode).toBe(1);
      expect(await leftOn(box)).toEqual([]);
    },
    MINUTE,
  );

  test('without any pinned key: host_key_unknown', async () => {
    const ran = await connect({ ...box, knownHostsFile: knownHosts('empty', '') }, () => undefined);
    expect(ran.lines.at(-1)).toMatchObject({ code: 'host_key_unknown', retryable: false });
    expect(ran.exitCode).toBe(1);
  });

  test('with nothing that listens: box_unreachable', async () => {
    const knownHostsFile = knownHosts('closed', `[127.0.0.1]:1 ${otherKey()}`);
    const closed = { ...box, knownHostsFile, target: `ssh://${box.user}@127.0.0.1:1` };
    const ran = await connect(closed, () => undefined);
    expect(ran.lines.at(-1)).toMatchObject({ code: 'box_unreachable', phase: 'reaching', retryable: true });
    expect(ran.exitCode).toBe(1);
  });
});

describe('without --json', () => {
  test('a failure is told in words, with what to do next', async () => {
    const bare = await lab.box({}, { claude: 'none' });
    const identity = ['--identity', bare.identityFile, '--known-hosts', bare.knownHostsFile];
    const { exitCode, printed } = await keyferry(['connect', bare.target, ...identity]);
    expect(exitCode).toBe(1);
    expect(printed).toMatch(/Failed while preparing: No `claude` was found/);
    expect(printed).toMatch(/Next: Install it/);
    expect(printed).toMatch(/Code: claude_missing/);
  });
});
