import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { KeyferryError } from '../../core/contract/errors.ts';
import { PROVIDERS } from '../../core/contract/providers.ts';
import type { Box } from '../../lab/box.ts';
import { leaks } from '../../lab/leaks.ts';
import { type Disconnected, disconnect } from '../../worker/disconnect/disconnect.ts';
import { Ssh2Transport } from '../../worker/transports/ssh2.ts';
import { duringTests } from '../support/during-tests.ts';
import { connect, keyferry } from '../support/keyferry.ts';
import { leftOn, startPracticeLab } from '../support/practice-lab.ts';
import { put, wrap } from '../support/unwell-box.ts';

const MINUTE = 60_000;
const PROFILE = 'anthropic:manual';
const VERSIONS = ['2026.4.15', '2026.5.22', '2026.9.6'];
const { lab } = duringTests({ lab: startPracticeLab });

const tokenOf = (letter: string) => `sk-ant-oat01-${letter.repeat(91)}tail`;
const OURS = tokenOf('o');

/** What the customer, or an earlier handshake, has stored. */
async function paste(box: Box, id = PROFILE, token = OURS, agent = 'main'): Promise<void> {
  const words = ['--provider', 'anthropic', '--profile-id', id, '--agent', agent];
  const { code } = await box.run(['openclaw', 'models', 'auth', 'paste-token', ...words], { input: token });
  expect(code).toBe(0);
}

async function remove(
  box: Box,
  { hint = 'tail', agent }: { hint?: string | undefined; agent?: string } = {},
): Promise<Disconnected> {
  const { host, port, user, identityFile, knownHostsFile } = box;
  const transport = new Ssh2Transport({ host, port, user, identityFile, knownHostsFile });
  const target = { provider: PROVIDERS.anthropic, profile: PROFILE, hint };
  return disconnect(transport, target, { signal: AbortSignal.timeout(MINUTE), agent });
}

async function refusal(removing: Promise<Disconnected>): Promise<KeyferryError> {
  const thrown = await removing.catch((error: unknown) => error);
  if (thrown instanceof KeyferryError) return thrown;
  throw new Error(`It was not refused: ${JSON.stringify(thrown)}`);
}

const read = (box: Box, path: string) => JSON.parse(readFileSync(join(box.home, '.openclaw', path), 'utf8'));
const profilesOf = (box: Box, agent = 'main') =>
  Object.keys(read(box, `agents/${agent}/agent/auth-profiles.json`).profiles);
const TWO_AGENTS = {
  agents: { entries: { main: {}, ops: {} }, defaults: { systemAgent: { agentId: 'main' } } },
};

describe.each(VERSIONS)('on %s', (openclaw) => {
  test(
    'the profile is removed and proved to be gone, and again there is nothing to remove',
    async () => {
      const box = await lab.box({ openclaw });
      await paste(box);
      const { outcome, notes } = await remove(box);
      expect(outcome).toBe('removed');
      expect(notes).toEqual([expect.stringContaining('gateway restart')]);
      expect(profilesOf(box)).toEqual([]);
      expect(read(box, 'openclaw.json').auth.profiles).toEqual({});
      expect(await remove(box)).toEqual({ outcome: 'absent', notes: [] });
      expect(await leftOn(box)).toEqual([]);
    },
    2 * MINUTE,
  );

  test(
    'a credential that the customer has stored under that name since is left alone',
    async () => {
      const box = await lab.box({ openclaw });
      await paste(box, PROFILE, tokenOf('c').replace(/tail$/, 'mine'));
      expect(await remove(box)).toMatchObject({ outcome: 'replaced' });
      expect(profilesOf(box)).toEqual([PROFILE]);
    },
    MINUTE,
  );
});

describe('another profile of the provider', () => {
  test(
    'stays where OpenClaw can remove one alone, and still answers for the default model',
    async () => {
      const box = await lab.box();
      await paste(box, 'anthropic:default', tokenOf('d'));
      await paste(box);
      await box.run(['openclaw', 'models', 'set', 'anthropic/claude-opus-5']);
      const order = [
        'models',
        'auth',
        'order',
        'set',
        '--provider',
        'anthropic',
        PROFILE,
        'anthropic:default',
      ];
      await box.run(['openclaw', ...order]);
      const { outcome, notes } = await remove(box);
      expect(outcome).toBe('removed');
      expect(notes.at(-1)).toMatch(/still anthropic\/claude-opus-5; it has another profile/);
      expect(profilesOf(box)).toEqual(['anthropic:default']);
      expect(read(box, 'agents/main/agent/auth-profiles.json').order).toEqual({
        anthropic: ['anthropic:default'],
      });
    },
    MINUTE,
  );

  test.each(['2026.4.15', '2026.5.22'])(
    'is never removed with it: %s, which can only remove all at once, is not asked to',
    async (openclaw) => {
      const box = await lab.box({ openclaw });
      await paste(box, 'anthropic:default', tokenOf('d'));
      await paste(box);
      const { code, detail } = await refusal(remove(box));
      expect([code, detail]).toEqual(['profile_not_separable', 'It also has: anthropic:default.']);
      expect(profilesOf(box).toSorted()).toEqual(['anthropic:default', PROFILE]);
    },
    MINUTE,
  );
});

test(
  'with several agents it is removed from each that has it, and from no other name or credential',
  async () => {
    const box = await lab.box();
    put(box, '.openclaw/openclaw.json', JSON.stringify(TWO_AGENTS));
    await paste(box);
    await paste(box, PROFILE, OURS, 'ops');
    await paste(box, 'anthropic:default', tokenOf('d'), 'ops');
    expect((await remove(box)).outcome).toBe('removed');
    expect([profilesOf(box), profilesOf(box, 'ops')]).toEqual([[], ['anthropic:default']]);
  },
  MINUTE,
);

test(
  'where one agent is named, only that one loses it',
  async () => {
    const box = await lab.box();
    put(box, '.openclaw/openclaw.json', JSON.stringify(TWO_AGENTS));
    await paste(box);
    await paste(box, PROFILE, OURS, 'ops');
    expect((await remove(box, { agent: 'ops' })).outcome).toBe('removed');
    expect([profilesOf(box), profilesOf(box, 'ops')]).toEqual([[PROFILE], []]);
  },
  MINUTE,
);

describe('it is not said to be gone', () => {
  test(
    'when OpenClaw says that it has removed it, and lists it all the same',
    async () => {
      const box = await lab.box();
      await paste(box);
      wrap(box, 'openclaw', `[ "$3" = logout ] && { echo "Removed auth profile: ${PROFILE}"; exit 0; }`);
      const { code, detail } = await refusal(remove(box));
      expect([code, detail]).toEqual([
        'profile_not_removed',
        `${PROFILE} is still in its credentials and its list of profiles and the profiles that it would use.`,
      ]);
    },
    MINUTE,
  );

  test(
    'when what lists the profiles lists nothing at all',
    async () => {
      const box = await lab.box();
      await paste(box);
      wrap(box, 'openclaw', '[ "$2" = status ] && { echo "{\\"auth\\": {}}"; exit 0; }');
      expect((await refusal(remove(box))).code).toBe('openclaw_failed');
      expect(profilesOf(box)).toEqual([PROFILE]);
    },
    MINUTE,
  );

  test(
    'when OpenClaw refuses, and then why is said, without the token that it prints',
    async () => {
      const box = await lab.box();
      await paste(box);
      wrap(box, 'openclaw', `[ "$3" = logout ] && { echo "no: ${OURS}" >&2; exit 1; }`);
      const { code, screen } = await refusal(remove(box));
      expect(code).toBe('openclaw_failed');
      expect(screen).toMatch(/^no: █+$/m);
    },
    MINUTE,
  );

  test(
    'when its configuration is not valid',
    async () => {
      const box = await lab.box();
      await paste(box);
      put(box, '.openclaw/openclaw.json', JSON.stringify({ auth: { nonsense: true } }));
      expect((await refusal(remove(box))).code).toBe('openclaw_config_invalid');
    },
    MINUTE,
  );

  test(
    'when there is no OpenClaw; a box without claude is no obstacle',
    async () => {
      const without = await lab.box({}, { openclaw: 'none' });
      expect((await refusal(remove(without))).code).toBe('openclaw_missing');
      const box = await lab.box({}, { claude: 'none' });
      expect(await remove(box)).toEqual({ outcome: 'absent', notes: [] });
    },
    MINUTE,
  );
});

test(
  'a place in the order that an earlier removal left is cleared, and the others keep theirs',
  async () => {
    const box = await lab.box();
    await paste(box, 'anthropic:default', tokenOf('d'));
    const path = 'agents/main/agent/auth-profiles.json';
    const left = { ...read(box, path), order: { anthropic: [PROFILE, 'anthropic:default'] } };
    put(box, `.openclaw/${path}`, JSON.stringify(left));
    expect((await remove(box)).outcome).toBe('absent');
    expect(read(box, path).order).toEqual({ anthropic: ['anthropic:default'] });
  },
  MINUTE,
);

describe('keyferry disconnect', () => {
  const reached = ({ target, identityFile, knownHostsFile }: Box) => [
    target,
    '--identity',
    identityFile,
    '--known-hosts',
    knownHostsFile,
  ];

  test(
    'removes what keyferry connect has stored, says so as JSON, and says where to revoke it',
    async () => {
      const box = await lab.box();
      const connected = await connect(box, (link) => lab.anthropic.signIn(link));
      const profile = connected.lines.at(-1)?.profile ?? '';
      const { exitCode, lines, printed, commandLines } = await keyferry([
        'disconnect',
        ...reached(box),
        '--profile',
        profile,
        '--json',
      ]);
      expect([exitCode, lines]).toEqual([
        0,
        [
          {
            type: 'disconnected',
            profile,
            outcome: 'removed',
            notes: [expect.any(String), expect.stringContaining('names no credential')],
            revoke: 'https://claude.ai/settings/claude-code',
          },
        ],
      ]);
      expect(leaks(lab.anthropic.secrets, { printed, commandLines })).toEqual([]);
      const again = await keyferry(['disconnect', ...reached(box), '--profile', profile]);
      expect(again.exitCode).toBe(0);
      expect(again.printed).toMatch(/there was nothing to remove[\s\S]*revoked there: https:/);
    },
    3 * MINUTE,
  );

  test(
    'takes no profile that Keyferry does not make, and fails with a code of the catalogue',
    async () => {
      const box = await lab.box({}, { openclaw: 'none' });
      const other = await keyferry(['disconnect', ...reached(box), '--profile', 'anthropic:default']);
      expect([other.exitCode, other.printed]).toEqual([
        2,
        expect.stringContaining('not a profile that Keyferry'),
      ]);
      const { exitCode, lines } = await keyferry([
        'disconnect',
        ...reached(box),
        '--profile',
        PROFILE,
        '--json',
      ]);
      expect([exitCode, lines]).toEqual([
        1,
        [expect.objectContaining({ type: 'failed', code: 'openclaw_missing', retryable: false })],
      ]);
    },
    MINUTE,
  );
});
