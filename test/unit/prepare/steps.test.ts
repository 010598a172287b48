import { describe, expect, test } from '@jest/globals';
import { newestTried } from '../../../worker/doctor/versions.ts';
import { type BoxState, readState } from '../../../worker/prepare/state.ts';
import { stepsFor, type Wishes } from '../../../worker/prepare/steps.ts';

const GB = 1024 ** 3;
const NODE = { version: '24.21.0', path: '/home/x/.npm-global/bin/node' };
const program = (name: string, version: string) => ({
  path: `/home/x/.npm-global/bin/${name}`,
  version,
  late: false,
  engines: name === 'openclaw' ? '>=24.16.0 <25 || >=26.1.0' : '>=22.0.0',
  runs: 'node' as const,
  node: NODE,
  otherNodes: [],
});

const READY: BoxState = {
  claude: program('claude', '2.1.330'),
  openclaw: program('openclaw', '2026.9.6'),
  node: NODE,
  prefixNode: NODE,
  machine: 'x86_64',
  memory: { total: 4 * GB, available: 3 * GB, swapTotal: 0, swapFree: 0 },
  diskFree: 20 * GB,
  tmux: 'tmux 3.4',
  root: 'sudo',
  apt: true,
  downloads: true,
  musl: false,
  npm: true,
  loginPath: true,
  sessionPath: true,
};

/** Names of the steps that have work to do, with their arguments. */
const todo = (changes: Partial<BoxState>, wishes: Wishes = {}) =>
  stepsFor(wishes).flatMap(({ name, look }) => {
    const seen = look({ ...READY, ...changes });
    return 'work' in seen ? [[name, ...seen.work.args].join(' ')] : [];
  });

test('a box that is ready has nothing to be done', () => {
  expect(todo({})).toEqual([]);
});

const bare = { claude: undefined, openclaw: undefined, node: undefined, prefixNode: undefined, npm: false };
const SUMS = [
  'x64=6e1db87ef58b8819e5d5402eff1536491b18edd8eb7bee5ef7897876e88dc5ff',
  'arm64=724282c3b43aec998aa9527380465b45d229e021b58035f5f4f63095eabfe5d5',
  'ppc64le=51c5d53066ee92920b61783b03b06ecb99f3661160f7b15ca77e8474115a67bc',
  's390x=5f2fa37422e0c75de35c1686fe51d78324f2c2a8fe2cc239a41d9c000a29d938',
].join(' ');
const NODE_STEP = `node 24.21.0 https://nodejs.org/dist ${SUMS}`;

describe('what there is to do', () => {
  test.each<[string, Partial<BoxState>, Wishes, string[]]>([
    [
      'on a bare box',
      { ...bare, tmux: undefined, downloads: false, loginPath: false },
      {},
      [
        'packages tmux curl ca-certificates',
        NODE_STEP,
        'path',
        `claude @anthropic-ai/claude-code ${newestTried('claude')} claude`,
        'openclaw openclaw 2026.9.6 openclaw',
      ],
    ],
    [
      'on a small machine without swap',
      { memory: { total: GB, available: GB, swapTotal: 0, swapFree: 0 } },
      {},
      ['swap 2048'],
    ],
    [
      'on a small machine, where no swap is wished',
      { memory: { total: GB, available: GB, swapTotal: 0, swapFree: 0 } },
      { swap: false },
      [],
    ],
    [
      'on a small machine with swap',
      { memory: { total: GB, available: GB, swapTotal: GB, swapFree: 0 } },
      {},
      [],
    ],
    [
      'with a Node that is too old',
      { node: { ...NODE, version: '22.1.0' }, prefixNode: undefined },
      {},
      [NODE_STEP],
    ],
    ['with a Node without npm', { npm: false }, {}, [NODE_STEP]],
    [
      'with an old Node and an old OpenClaw that is content with it',
      {
        prefixNode: { ...NODE, version: '22.14.0' },
        openclaw: { ...program('openclaw', '2026.4.15'), engines: '>=22.14.0' },
      },
      {},
      [],
    ],
    ['with an untried claude: it stays', { claude: program('claude', '2.1.999') }, {}, []],
    [
      'with an untried claude, and another wished',
      { claude: program('claude', '2.1.999') },
      { claude: '2.1.197' },
      ['claude @anthropic-ai/claude-code 2.1.197 claude'],
    ],
    [
      'with a claude that cannot work',
      { claude: program('claude', '1.0.128') },
      {},
      [`claude @anthropic-ai/claude-code ${newestTried('claude')} claude`],
    ],
    [
      'with a claude that npm left without its program: the same version again',
      { claude: { ...program('claude', '2.1.197'), runs: 'unbuilt' } },
      {},
      ['claude @anthropic-ai/claude-code 2.1.197 claude'],
    ],
    ['where PATH lacks it for commands over SSH', { sessionPath: false }, {}, ['path']],
    [
      'with another place for Node',
      bare,
      { nodeFrom: 'https://mirror.example/node/' },
      [
        `node 24.21.0 https://mirror.example/node ${SUMS}`,
        `claude @anthropic-ai/claude-code ${newestTried('claude')} claude`,
        'openclaw openclaw 2026.9.6 openclaw',
      ],
    ],
  ])('%s', (_, changes, wishes, expected) => {
    expect(todo(changes, wishes)).toEqual(expected);
  });
});

test('a state is read from what the box printed, and what it does not say is taken as missing', () => {
  const state = readState(
    '\n@root sudo\n\n@prefix.node v24.1.0 /x/bin/node\n\n@npm yes\n\n@apt maybe\n\n@end ok\n',
  );
  expect(state).toMatchObject({
    root: 'sudo',
    npm: true,
    apt: false,
    prefixNode: { version: '24.1.0', path: '/x/bin/node' },
    claude: undefined,
  });
  expect(() => readState('Welcome\n')).toThrow(expect.objectContaining({ code: 'box_unusable' }));
});
