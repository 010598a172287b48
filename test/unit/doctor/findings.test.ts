import { describe, expect, test } from '@jest/globals';
import type { Method } from '../../../core/contract/provider-names.ts';
import { diagnose } from '../../../worker/doctor/doctor.ts';
import { readFacts } from '../../../worker/doctor/facts.ts';
import { readStatus } from '../../../worker/doctor/status.ts';
import { CONNECTED } from '../../support/openclaw-status.ts';

/** What the script printed on a Lightsail box of 2 GB, with names and paths made up. */
const SAID: Record<string, string[]> = {
  'clock.start': ['1795000000'],
  node: ['v24.16.0 /home/ubuntu/.npm-global/bin/node'],
  system: ['Linux x86_64'],
  'memory.MemTotal': ['1990000'],
  'memory.MemAvailable': ['1200000'],
  'memory.SwapTotal': ['2097148'],
  'memory.SwapFree': ['2097148'],
  avx: ['yes'],
  disk: ['30000000'],
  tmux: ['tmux 3.4'],
  'sshd.sessions': [''],
  claude: ['/home/ubuntu/.npm-global/bin/claude'],
  'claude.version': ['2.1.330'],
  'claude.engines': ['>=22.0.0'],
  'claude.runs': ['native'],
  'claude.node': ['v24.16.0 /home/ubuntu/.npm-global/bin/node'],
  openclaw: ['/home/ubuntu/.npm-global/bin/openclaw'],
  'openclaw.version': ['2026.9.6'],
  'openclaw.engines': ['>=24.16.0 <25 || >=26.1.0'],
  'openclaw.runs': ['node'],
  'openclaw.node': ['v24.16.0 /home/ubuntu/.npm-global/bin/node'],
  egress: ['platform.claude.com ok', 'console.anthropic.com ok', 'api.anthropic.com ok', 'claude.ai ok'],
  'gateway.port': ['18789 ok'],
  unit: ['user openclaw-gateway.service ActiveState=active SubState=running NRestarts=0'],
  path: ['/usr/bin:/bin'],
  'clock.end': ['1795000004'],
  end: ['ok'],
};

/** The box with changes; a name with no values was not said. */
function printed(changes: Record<string, string[]> = {}): string {
  return Object.entries({ ...SAID, ...changes })
    .flatMap(([name, values]) => values.map((value) => `\n@${name} ${value}\n`))
    .join('');
}

/** OpenClaw's own words on a box that is connected, with a warning before them. */
const USED = readStatus({ stdout: `(warning)\n${JSON.stringify(CONNECTED, null, 2)}\n`, stderr: '' });
const SPAN = { began: 1_795_000_000_300, ended: 1_795_000_004_900 };
const unwell = (changes: Record<string, string[]>) =>
  diagnose(readFacts(printed(changes)), USED, SPAN).filter(({ status }) => status !== 'ok');
const summary = (changes: Record<string, string[]>) =>
  unwell(changes).map(({ id, status, error = '-' }) => `${id} ${status} ${error}`);

test('a box on which all is well has no finding but good ones', () => {
  expect(unwell({})).toEqual([]);
});

test.each<[string, Record<string, string[]>, string[]]>([
  ['no claude', { claude: [] }, ['claude blocks claude_missing']],
  ['no openclaw', { openclaw: [] }, ['openclaw blocks openclaw_missing']],
  ['claude with a known defect', { 'claude.version': ['1.0.128'] }, ['claude blocks claude_unfit']],
  ['a claude without its program', { 'claude.runs': ['unbuilt'] }, ['claude blocks claude_incomplete']],
  [
    'an openclaw without its built files',
    { 'openclaw.runs': ['unbuilt'] },
    ['openclaw blocks openclaw_incomplete'],
  ],
  [
    'a claude that is slow to say its version',
    { 'claude.version': [], 'claude.late': ['yes'] },
    ['claude warning -'],
  ],
  ['a newer claude', { 'claude.version': ['2.2.0'] }, ['claude warning -']],
  ['an older openclaw', { 'openclaw.version': ['2025.12.1'] }, ['openclaw warning -']],
  ['an older openclaw that was tried', { 'openclaw.version': ['2026.5.22'] }, []],
  [
    'a Node too old for OpenClaw',
    { 'openclaw.node': ['v22.16.0 /usr/bin/node'] },
    ['node blocks node_unfit'],
  ],
  [
    'a Node that OpenClaw leaves out',
    { 'openclaw.node': ['v25.1.0 /usr/bin/node'] },
    ['node blocks node_unfit'],
  ],
  [
    'a Node too old for OpenClaw, and another that it may find',
    {
      'openclaw.node': ['v22.16.0 /usr/bin/node'],
      'openclaw.others': ['v20.1.0 /a/node', 'v24.16.0 /b/node'],
    },
    ['node warning node_unfit'],
  ],
  [
    'a Node too old for OpenClaw, and another that is too old too',
    { 'openclaw.node': ['v22.16.0 /usr/bin/node'], 'openclaw.others': ['v20.1.0 /a/node'] },
    ['node blocks node_unfit'],
  ],
  ['no Node for OpenClaw', { 'openclaw.node': [], node: [] }, ['node blocks node_unfit']],
  ['a native claude on an old Node, which it does not use', { 'claude.node': ['v12.1.0 /usr/bin/node'] }, []],
  [
    'an older claude, which runs on Node, on an old one',
    { 'claude.runs': ['node'], 'claude.node': ['v16.1.0 /usr/bin/node'] },
    ['node blocks node_unfit'],
  ],
  ['engines in a form of its own', { 'openclaw.engines': ['^24'] }, []],
  [
    'memory for neither program',
    { 'memory.MemAvailable': ['200000'], 'memory.SwapFree': ['100000'] },
    ['memory blocks memory_short'],
  ],
  [
    'memory for only one program at a time',
    { 'memory.MemAvailable': ['500000'], 'memory.SwapFree': ['100000'] },
    ['memory warning -'],
  ],
  [
    'a small machine without swap',
    { 'memory.MemTotal': ['1000000'], 'memory.SwapTotal': ['0'], 'memory.SwapFree': ['0'] },
    ['memory warning -'],
  ],
  ['a full disk', { disk: ['5000'] }, ['disk blocks disk_full']],
  ['little room on the disk', { disk: ['500000'] }, ['disk warning -']],
  ['a home that is not its own', { unwritable: ['~/.openclaw'] }, ['home blocks home_unwritable']],
  ['a file that can be replaced', { unwritable: ['~/.claude.json'] }, ['home warning home_unwritable']],
  ['a native claude without AVX', { avx: ['no'] }, ['avx blocks claude_unfit']],
  ['a processor that is not told', { avx: [] }, []],
  ['another processor', { avx: ['no'], system: ['Linux aarch64'] }, []],
  ['no tmux', { tmux: [] }, ['tmux warning -']],
  ['an sshd that allows one session', { 'sshd.sessions': ['1'] }, ['sshd warning channel_refused']],
  [
    'a clock three minutes off',
    { 'clock.start': ['1795000180'], 'clock.end': ['1795000184'] },
    ['clock warning -'],
  ],
  [
    'a clock ten days off',
    { 'clock.start': ['1794136000'], 'clock.end': ['1794136004'] },
    ['clock warning -'],
  ],
  [
    'a clock of last year',
    { 'clock.start': ['1763464000'], 'clock.end': ['1763464004'] },
    ['clock blocks clock_wrong'],
  ],
  [
    'one host that does not answer',
    { egress: ['platform.claude.com timeout', ...(SAID.egress as string[]).slice(1)] },
    ['egress.platform.claude.com blocks anthropic_unreachable'],
  ],
  [
    'a host that only old versions need',
    {
      egress: [
        'console.anthropic.com dns EAI_AGAIN',
        ...(SAID.egress as string[]).filter((line) => !line.startsWith('console')),
      ],
    },
    ['egress.console.anthropic.com warning anthropic_unreachable'],
  ],
  [
    'the same with an old version',
    {
      'claude.version': ['1.0.64'],
      egress: [
        'console.anthropic.com tls CERT_HAS_EXPIRED',
        ...(SAID.egress as string[]).filter((line) => !line.startsWith('console')),
      ],
    },
    ['egress.console.anthropic.com blocks anthropic_unreachable'],
  ],
  ['a variable', { variable: ['ANTHROPIC_API_KEY in ~/.openclaw/.env'] }, ['variables warning -']],
  [
    'a gateway that is down',
    {
      'gateway.port': ['18789 connect ECONNREFUSED'],
      unit: ['user openclaw-gateway.service ActiveState=inactive SubState=dead NRestarts=0'],
    },
    ['gateway warning -'],
  ],
  [
    'a gateway that restarts over and over',
    { unit: ['user openclaw-gateway.service ActiveState=active SubState=running NRestarts=41'] },
    ['gateway warning -'],
  ],
  [
    'a port for every command, where nothing answers',
    {
      'gateway.named': ['18999 ~/.openclaw/.env'],
      'gateway.port': ['18999 connect ECONNREFUSED'],
      'gateway.login': ['yes'],
      unit: [],
    },
    ['models warning openclaw_failed'],
  ],
  [
    'a port for every command, and nothing to sign in with',
    { 'gateway.named': ["18789 the session's environment"] },
    ['models warning openclaw_failed'],
  ],
  [
    'a port for every command, and all that it takes',
    { 'gateway.named': ["18789 the session's environment"], 'gateway.login': ['yes'] },
    [],
  ],
  [
    'a port for every command of an OpenClaw that does not ask the gateway',
    { 'gateway.named': ["18789 the session's environment"], 'openclaw.version': ['2026.4.15'] },
    [],
  ],
  ['no gateway at all', { unit: [], 'gateway.port': ['18789 connect ECONNREFUSED'] }, []],
])('%s', (_, changes, expected) => {
  expect(summary(changes)).toEqual(expected);
});

test('models have to be listed where the default one is not Anthropic’s', () => {
  const facts = readFacts(printed({ 'gateway.named': ["18789 the session's environment"] }));
  const other = { ...CONNECTED, resolvedDefault: 'openai/gpt-6-astra' };
  const fact = readStatus({ stdout: JSON.stringify(other), stderr: '' });
  const [models] = diagnose(facts, fact, SPAN).filter(({ id }) => id === 'models');
  expect(models).toMatchObject({ status: 'blocks', error: 'openclaw_failed' });
});

describe('which methods a box can do', () => {
  const judged = (methods: readonly Method[] | undefined, changes: Record<string, string[]> = {}) => {
    const all = diagnose(readFacts(printed(changes)), USED, SPAN, undefined, methods);
    return all.find(({ id }) => id === 'methods');
  };
  const LOGIN: readonly Method[] = ['claude-login'];

  test('all that are offered, with programs that are new enough', () => {
    const all = ['setup-token', 'claude-login', 'api-key'] as const;
    expect(judged(all)).toMatchObject({
      status: 'ok',
      seen: 'It can do setup-token, claude-login, api-key.',
    });
    expect(judged(undefined)).toMatchObject({ status: 'ok', seen: 'It can do setup-token.' });
  });

  test.each<[string, Record<string, string[]>, string, string]>([
    [
      'OpenClaw is too old',
      { 'openclaw.version': ['2026.7.35'] },
      'OpenClaw is 2026.7.35; it has to be 2026.8.1 or newer.',
      'keyferry prepare --openclaw 2026.9.6, or omit claude-login from METHODS.',
    ],
    [
      'Claude Code is too old',
      { 'claude.version': ['2.1.89'] },
      'Claude Code is 2.1.89; it has to be 2.1.140 or newer.',
      'keyferry prepare --claude 2.1.332, or omit claude-login from METHODS.',
    ],
  ])('one of two cannot be done: %s', (_, changes, why, fix) => {
    expect(judged(['setup-token', 'claude-login'], changes)).toMatchObject({
      status: 'warning',
      seen: `It can do setup-token. It cannot do claude-login: ${why}`,
      fix,
      error: 'method_not_available',
    });
    expect(judged(LOGIN, changes)).toMatchObject({ status: 'blocks', error: 'method_not_available' });
  });

  test('without Claude Code those that need none; that it is missing is told elsewhere', () => {
    const missing = { claude: [] };
    expect(judged(['setup-token', 'api-key'], missing)).toMatchObject({
      status: 'ok',
      seen: 'It can do api-key.',
    });
    expect(judged(['setup-token'], missing)).toBeUndefined();
    expect(judged(['api-key'], { openclaw: [] })).toBeUndefined();
  });

  test('a version that is not known blocks nothing: the handshake asks again', () => {
    const finding = judged(LOGIN, { 'claude.version': [], 'claude.late': ['yes'] });
    expect(finding).toMatchObject({
      status: 'warning',
      seen: expect.stringContaining('Claude Code does not say its version'),
    });
    expect(finding).not.toHaveProperty('error');
  });
});

describe('where customers bring keys alone, nothing of Claude Code’s keeps them from it', () => {
  const KEYS: readonly Method[] = ['api-key'];
  const worst = (changes: Record<string, string[]>, methods: readonly Method[]) =>
    diagnose(readFacts(printed(changes)), USED, SPAN, undefined, methods)
      .filter(({ status }) => status !== 'ok')
      .map(({ id, status, error = '-' }) => `${id} ${status} ${error}`);

  test.each<[string, Record<string, string[]>, string[]]>([
    ['there is none', { claude: [] }, ['claude blocks claude_missing']],
    ['it is not complete', { 'claude.runs': ['unbuilt'] }, ['claude blocks claude_incomplete']],
    ['its version has a defect', { 'claude.version': ['1.0.128'] }, ['claude blocks claude_unfit']],
    ['it does not say its version', { 'claude.version': [] }, ['claude warning -']],
    ['it has not been tried', { 'claude.version': ['2.2.0'] }, ['claude warning -']],
    [
      'its Node is too old for it',
      { 'claude.runs': ['node'], 'claude.node': ['v16.1.0 /usr/bin/node'] },
      ['node blocks node_unfit'],
    ],
    ['the processor is too old for it', { avx: ['no'] }, ['avx blocks claude_unfit']],
    [
      'its file is damaged',
      { 'claude.broken': ['/home/ubuntu/.claude.json'] },
      ['settings blocks claude_settings_broken'],
    ],
    [
      'its hosts are not reached',
      {
        egress: [
          'platform.claude.com timeout',
          'console.anthropic.com ok',
          'api.anthropic.com ok',
          'claude.ai ok',
        ],
      },
      ['egress.platform.claude.com blocks anthropic_unreachable'],
    ],
  ])('%s', (_, changes, signingIn) => {
    expect(worst(changes, KEYS)).toEqual([]);
    expect(worst(changes, ['api-key', 'setup-token'])).toEqual(signingIn);
  });

  test('it is said that none is there, and that none is needed; OpenClaw is needed as before', () => {
    const found = diagnose(readFacts(printed({ claude: [] })), USED, SPAN, undefined, KEYS);
    expect(found.find(({ id }) => id === 'claude')).toMatchObject({
      status: 'ok',
      seen: 'There is no `claude`. None is needed: customers bring keys alone (METHODS).',
    });
    expect(worst({ openclaw: [] }, KEYS)).toEqual(['openclaw blocks openclaw_missing']);
    const away = { egress: ['api.anthropic.com timeout'] };
    expect(worst(away, KEYS)).toEqual(['egress.api.anthropic.com warning turn_failed']);
  });
});

describe('what OpenClaw says', () => {
  const said = (stdout: string, stderr = '') =>
    diagnose(readFacts(printed()), readStatus({ stdout, stderr }), SPAN)
      .filter(({ id }) => ['credential', 'cooldown', 'model'].includes(id))
      .map(({ id, status, seen }) => `${id} ${status}: ${seen}`);

  test('is told by names alone', () => {
    const words = said(JSON.stringify(CONNECTED, null, 2)).join('\n');
    expect(words).toMatch(/credential ok: .*profiles: anthropic:manual/);
    expect(words).toMatch(/cooldown ok[\s\S]*model ok: The default model is anthropic\/claude-opus-4-6/);
    expect(words).not.toMatch(/sk-ant|_x-9/);
  });

  test.each([
    ['nothing, there is none', '\n@status none\n', []],
    [
      'nothing for lack of memory',
      '\n@status memory\n',
      [expect.stringMatching(/^credential ok: .*not asked/)],
    ],
    ['something else', 'Config invalid', [expect.stringMatching(/^credential warning: .*failed/)]],
    ['nothing', '', [expect.stringMatching(/^credential warning: .*failed/)]],
  ])('%s', (_, stdout, expected) => {
    expect(said(stdout)).toEqual(expected);
  });

  test('may come on the other stream', () => {
    expect(said('', JSON.stringify(CONNECTED, null, 2))).toHaveLength(3);
  });
});

test('the clock is corrected for the way there and back', () => {
  // The answer was 20 s under way, all of it after the script had run.
  const facts = readFacts(printed({ 'clock.start': ['1795000010'], 'clock.end': ['1795000014'] }));
  const late = { began: 1_795_000_000_000, ended: 1_795_000_100_000 };
  const clock = diagnose(facts, USED, late).find(({ id }) => id === 'clock');
  expect(clock?.status).toBe('ok');
});

test('what is read from a box is bounded, of the known form, and plain', () => {
  const evil = '\u001b]0;owned\u0007 sk-ant-api03-secret';
  const facts = readFacts(
    printed({
      claude: [`/bin/${evil}`],
      'claude.version': [evil],
      tmux: [evil],
      variable: [`ANTHROPIC_API_KEY=${evil}`, ...Array.from({ length: 500 }, (_, n) => `A in ${n}`)],
      egress: [`platform.claude.com ${evil}`],
      unit: [`user x.service ${evil}`],
      unwritable: ['~/../../etc; rm'],
      'memory.MemTotal': ['9'.repeat(400)],
    }),
  );
  const words = JSON.stringify([...diagnose(facts, USED, SPAN), [...facts.egress]]);
  expect(words).not.toMatch(/owned|secret|\\u001b|; rm/);
  expect(facts.variables.length).toBeLessThanOrEqual(40);
  expect(facts.memory).toBeUndefined();
});

test('a script that did not run to its end makes the box unusable, and its words are redacted', () => {
  expect(() => readFacts(printed({ end: [] }))).toThrow(expect.objectContaining({ code: 'box_unusable' }));
  const token = `sk-ant-oat01-${'x'.repeat(95)}`;
  try {
    readFacts(`This account is not available. ${token}`, '');
  } catch (thrown) {
    expect((thrown as { screen?: string }).screen).toMatch(/not available/);
    expect((thrown as { screen?: string }).screen).not.toContain('xxxx');
  }
});

describe('every finding that is not good', () => {
  test('says why it matters and what fixes it', () => {
    for (const finding of unwell({ claude: [], tmux: [], disk: ['1'] })) {
      expect(finding.why.length).toBeGreaterThan(20);
      expect(finding.fix).toBeTruthy();
    }
  });
});
