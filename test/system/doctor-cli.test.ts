import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Box } from '../../lab/box.ts';
import { boxEntry, writeBoxesFile } from '../../lab/boxes-file.ts';
import type { Report } from '../../worker/doctor/report.ts';
import { keyferry } from '../support/keyferry.ts';
import { type PracticeLab, startPracticeLab } from '../support/practice-lab.ts';
import { GOOD_NODE } from '../support/unwell-box.ts';

const MINUTE = 60_000;
let lab: PracticeLab;
let box: Box;
let bare: Box;
let old: Box;
let directory: string;
let boxes: string;

beforeAll(async () => {
  lab = await startPracticeLab();
  [box, bare, old] = await Promise.all([
    lab.box({}, { node: GOOD_NODE }),
    lab.box({}, { node: GOOD_NODE, claude: 'none' }),
    lab.box({ openclaw: '2026.5.22' }, { node: GOOD_NODE }),
  ]);
  directory = mkdtempSync(join(tmpdir(), 'keyferry-doctor-'));
  boxes = join(directory, 'boxes.yaml');
  writeBoxesFile(boxes, new Map([['alice', boxEntry(box)]]));
}, MINUTE);

afterAll(async () => {
  await lab?.stop();
  rmSync(directory, { recursive: true, force: true });
}, MINUTE);

const reached = ({ target, identityFile, knownHostsFile }: Box) => [
  target,
  '--identity',
  identityFile,
  '--known-hosts',
  knownHostsFile,
];

test(
  'a box that is well, by its target: exit code 0 and a table',
  async () => {
    const { exitCode, printed } = await keyferry(['doctor', ...reached(box)]);
    expect(exitCode).toBe(0);
    expect(printed).toMatch(/^ {2}ok {7}ssh/m);
    expect(printed).toMatch(/A handshake can begin\. 0 blocking/);
  },
  MINUTE,
);

test(
  'the same box as a customer’s in an inventory, as JSON',
  async () => {
    const { exitCode, printed } = await keyferry([
      'doctor',
      'alice',
      '--boxes',
      boxes,
      '--json',
      '--no-openclaw',
    ]);
    expect(exitCode).toBe(0);
    const report = JSON.parse(printed) as { verdict: string; findings: { id: string; why: string }[] };
    expect(report.verdict).toBe('ok');
    const ids = report.findings.map(({ id }) => id);
    expect(ids).toContain('claude');
    expect(ids).not.toContain('credential');
  },
  MINUTE,
);

test(
  'a box that is too old for one of the methods that are offered: which, why, and what to install',
  async () => {
    const { exitCode, printed } = await keyferry(['doctor', ...reached(old), '--json', '--no-openclaw']);
    expect(exitCode).toBe(0);
    const report = JSON.parse(printed) as Report;
    expect(report.versions).toEqual({ claude: '2.1.330', openclaw: '2026.5.22' });
    expect(report.findings.find(({ id }) => id === 'methods')).toMatchObject({
      status: 'warning',
      seen: 'It can do setup-token, api-key. It cannot do claude-login: OpenClaw is 2026.5.22; it has to be 2026.8.1 or newer.',
      fix: expect.stringContaining('keyferry prepare --openclaw'),
    });
    try {
      process.env.METHODS = 'claude-login';
      const only = await keyferry(['doctor', ...reached(old), '--no-openclaw']);
      expect(only.exitCode).toBe(1);
      expect(only.printed).toMatch(/BLOCKS {3}methods/);
    } finally {
      delete process.env.METHODS;
    }
  },
  2 * MINUTE,
);

test(
  'a box on which something blocks: exit code 1, why, and what fix it',
  async () => {
    const { exitCode, printed } = await keyferry(['doctor', ...reached(bare)]);
    expect(exitCode).toBe(1);
    expect(printed).toMatch(/BLOCKS {3}claude[\s\S]*Why: [\s\S]*Fix: /);
    expect(printed).toMatch(/A handshake would fail/);
  },
  MINUTE,
);

test(
  'a customer whom the inventory does not have, and a box whose key is not pinned, are findings: exit code 1',
  async () => {
    const ran = await Promise.all([
      keyferry(['doctor', 'bob', '--boxes', boxes, '--json']),
      keyferry([
        'doctor',
        box.target,
        '--identity',
        box.identityFile,
        '--known-hosts',
        '/dev/null',
        '--json',
      ]),
    ]);
    expect(ran.map(({ exitCode }) => exitCode)).toEqual([1, 1]);
    const errors = ran.map(
      ({ printed }) => (JSON.parse(printed) as { findings: { error: string }[] }).findings,
    );
    expect(errors.map(([finding]) => finding?.error)).toEqual(['box_not_listed', 'host_key_unknown']);
  },
  MINUTE,
);

describe('a mistake on the command line ends with exit code 2', () => {
  test.each([
    ['no target', ['doctor'], /target/],
    ['a customer without an inventory', ['doctor', 'alice'], /--boxes/],
    ['an inventory that there is not', ['doctor', 'alice', '--boxes', '/nowhere'], /cannot be read/],
    [
      'a name that no customer has',
      ['doctor', 'A_B', '--boxes', '/nowhere'],
      /neither a target nor a customer/,
    ],
    ['ssh without known_hosts', ['doctor', 'ssh://u@127.0.0.1:1'], /--known-hosts/],
  ])('%s', async (_, args, said) => {
    const ran = await keyferry(args);
    expect(ran.exitCode).toBe(2);
    expect(ran.printed).toMatch(said);
    expect(ran.printed).not.toMatch(/\n\s+at /);
  });
});
