import { describe, expect, test } from '@jest/globals';
import { KeyferryError } from '../../../core/contract/errors.ts';
import { PROVIDERS } from '../../../core/contract/providers.ts';
import { preflight, readPreflight } from '../../../worker/doctor/preflight.ts';
import type { BoxConnection } from '../../../worker/transports/transport.ts';

/** What the script printed on a Lightsail box of 2 GB, with names and paths made up. */
const SAID: Record<string, string[]> = {
  'clock.start': ['1795000000'],
  'clock.end': ['1795000000'],
  system: ['Linux x86_64'],
  'memory.MemTotal': ['1990000'],
  'memory.MemAvailable': ['1200000'],
  'memory.SwapTotal': ['2097148'],
  'memory.SwapFree': ['2097148'],
  avx: ['yes'],
  disk: ['30000000'],
  claude: ['/home/ubuntu/.npm-global/bin/claude'],
  'claude.version': ['2.1.330'],
  'claude.engines': ['>=22.0.0'],
  'claude.runs': ['native'],
  openclaw: ['/home/ubuntu/.npm-global/bin/openclaw'],
  'openclaw.version': ['2026.9.6'],
  'openclaw.engines': ['>=24.16.0 <25 || >=26.1.0'],
  'openclaw.runs': ['node'],
  'openclaw.node': ['v24.16.0 /home/ubuntu/.npm-global/bin/node'],
  tmux: ['/usr/bin/tmux'],
  path: ['/usr/bin:/bin'],
  end: ['ok'],
};

const printed = (changes: Record<string, string[]> = {}) =>
  Object.entries({ ...SAID, ...changes })
    .flatMap(([name, values]) => values.map((value) => `\n@${name} ${value}\n`))
    .join('');
const SPAN = { began: 1_795_000_000_000, ended: 1_795_000_000_200 };
const read = (changes: Record<string, string[]> = {}) =>
  readPreflight(printed(changes), '', SPAN, PROVIDERS.anthropic);

/** A connection to a box that prints this. */
const box = (stdout: string) =>
  ({
    run: async () => ({ exit: { kind: 'exited', code: 0 }, stdout: `\n@whole yes\n${stdout}`, stderr: '' }),
  }) as unknown as BoxConnection;
const limits = { signal: new AbortController().signal, timeoutMs: 1_000 };
/** By this machine's clock, which is what the box's is compared with. */
const now = {
  'clock.start': [`${Math.round(Date.now() / 1000)}`],
  'clock.end': [`${Math.round(Date.now() / 1000)}`],
};

test('of a box on which all is well it hands on the survey, and no warnings', () => {
  const { survey, warnings, obstacle } = read();
  expect(obstacle).toBeUndefined();
  expect(warnings).toEqual([]);
  expect(survey).toMatchObject({
    claude: { path: '/home/ubuntu/.npm-global/bin/claude', version: '2.1.330' },
    tmux: '/usr/bin/tmux',
    holders: [],
    memoryAvailable: 1_200_000 * 1024,
  });
});

describe('what would make the handshake fail is an error of its own', () => {
  test.each<[string, Record<string, string[]>, string]>([
    ['a claude with a known defect', { 'claude.version': ['1.0.128'] }, 'claude_unfit'],
    ['a claude without its program', { 'claude.runs': ['unbuilt'] }, 'claude_incomplete'],
    ['an openclaw without its built files', { 'openclaw.runs': ['unbuilt'] }, 'openclaw_incomplete'],
    ['a native claude without AVX', { avx: ['no'] }, 'claude_unfit'],
    ['no Node for OpenClaw', { 'openclaw.node': [] }, 'node_unfit'],
    ['a Node too old', { 'openclaw.node': ['v22.1.0 /usr/bin/node'] }, 'node_unfit'],
    ['no memory', { 'memory.MemAvailable': ['100000'], 'memory.SwapFree': ['100000'] }, 'memory_short'],
    ['a full disk', { disk: ['1000'] }, 'disk_full'],
    ['a home of somebody else', { unwritable: ['~'] }, 'home_unwritable'],
    ['a clock of last year', { 'clock.start': ['1763464000'], 'clock.end': ['1763464000'] }, 'clock_wrong'],
  ])('%s', (_, changes, code) => {
    const { obstacle } = read(changes);
    expect(obstacle).toBeInstanceOf(KeyferryError);
    expect(obstacle?.code).toBe(code);
    expect(obstacle?.row.phase).toBe('preparing');
    expect(obstacle?.detail).toBeTruthy();
  });

  test.each(['claude', 'openclaw'])('no %s', (name) => {
    expect(() => read({ [name]: [] })).toThrow(expect.objectContaining({ code: `${name}_missing` }));
  });
});

test('what it can succeed in spite of is a warning, a sentence each', () => {
  const { obstacle, warnings } = read({
    'claude.version': ['2.2.0'],
    'openclaw.node': ['v22.1.0 /usr/bin/node'],
    'openclaw.others': ['/opt/node/bin/node'],
    'memory.MemAvailable': ['500000'],
    'memory.SwapFree': ['0'],
    tmux: [],
    variable: ['ANTHROPIC_API_KEY in ~/.openclaw/.env', 'ANTHROPIC_BASE_URL in ~/.openclaw/.env'],
  });
  expect(obstacle).toBeUndefined();
  expect(warnings).toEqual([
    expect.stringMatching(/2\.2\.0.*not been tried/),
    expect.stringMatching(/would run on 22\.1\.0.*unless it finds another \(\/opt\/node\/bin\/node\)\.$/),
    expect.stringMatching(/^488 MB of/),
    'There is no tmux.',
    'There is ANTHROPIC_API_KEY in ~/.openclaw/.env.',
    'There is ANTHROPIC_BASE_URL in ~/.openclaw/.env.',
  ]);
});

test('that a program without a package says no version is no warning: it was not started', () => {
  expect(read({ 'claude.version': [], 'openclaw.version': [] }).warnings).toEqual([]);
});

describe('a box on which something is wrong', () => {
  const full = printed({ ...now, disk: ['1000'] });

  test('is turned away', async () => {
    await expect(preflight(box(full), limits)).rejects.toMatchObject({ code: 'disk_full' });
  });

  test('is not, where an earlier attempt has left a token', async () => {
    expect((await preflight(box(full), limits, { isLeft: true })).claude.version).toBe('2.1.330');
  });

  test('is not, where it holds an earlier attempt’s program; another handshake’s does not count', async () => {
    const holder = '0b8fbb2e-9d6b-4c39-9b2f-0a8f5d5b8f10';
    const held = printed({ ...now, disk: ['1000'], holder: [holder] });
    expect((await preflight(box(held), limits, { holder })).holders).toHaveLength(1);
    const another = preflight(box(held), limits, { holder: 'another-handshake' });
    await expect(another).rejects.toMatchObject({ code: 'disk_full' });
  });
});
