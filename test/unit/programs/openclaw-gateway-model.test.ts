import { describe, expect, test } from '@jest/globals';
import { KeyferryError } from '../../../core/contract/errors.ts';
import { PROVIDERS } from '../../../core/contract/providers.ts';
import type { Commands } from '../../../worker/programs/openclaw/commands.ts';
import { offeredByGateway } from '../../../worker/programs/openclaw/gateway-list.ts';
import { looksRight, readGatewayLook } from '../../../worker/programs/openclaw/gateway-model.ts';
import type { RunResult } from '../../../worker/transports/transport.ts';

const provider = PROVIDERS.anthropic;
const CLAIM = { provider, profile: 'anthropic:manual', model: 'anthropic/claude-opus-5-5' };
const OURS = { profileId: 'anthropic:manual', type: 'token', status: 'static' };
const RIGHT = {
  isApplied: true,
  model: 'anthropic/claude-opus-5-5',
  profiles: [OURS],
  hasKey: false,
  named: ['anthropic'],
};

test('a gateway’s word counts where it leaves nothing open', () => {
  expect(readGatewayLook(RIGHT, CLAIM)).toBe(true);
  expect(readGatewayLook({ ...RIGHT, named: [], profiles: [{ ...OURS, status: 'ok' }] }, CLAIM)).toBe(true);
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['an error', { error: 'x' }],
  ['that it does not go by the file yet', { ...RIGHT, isApplied: false }],
  ['another model', { ...RIGHT, model: 'openai/gpt-5.4' }],
  ['no profile', { ...RIGHT, profiles: [] }],
  ['another profile', { ...RIGHT, profiles: [{ ...OURS, profileId: 'anthropic:other' }] }],
  ['another one beside it', { ...RIGHT, profiles: [OURS, { ...OURS, profileId: 'anthropic:other' }] }],
  ['a key', { ...RIGHT, profiles: [{ ...OURS, type: 'api_key' }] }],
  ['one that is over', { ...RIGHT, profiles: [{ ...OURS, status: 'expired' }] }],
  ['one that is over soon', { ...RIGHT, profiles: [{ ...OURS, status: 'expiring' }] }],
  ['a key beside what is stored', { ...RIGHT, hasKey: true }],
  ['models of others, for which something may be missing', { ...RIGHT, named: ['anthropic', 'openai'] }],
])('it does not count where it names %s', (_, said) => {
  expect(readGatewayLook(said, CLAIM)).toBe(false);
});

const { signal } = new AbortController();
const LIMITS = { signal, timeoutMs: 60_000 };
const ended = (code: number, stdout = ''): RunResult => ({
  exit: { kind: 'exited', code },
  stdout,
  stderr: '',
});

/** A box whose gateway answers one after another. */
function box(answers: readonly (RunResult | Error)[], hasGateway = true) {
  const left = [...answers];
  const run = async () => {
    const answer = left.shift() ?? new Error('Nothing more was expected.');
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const failed = () => new KeyferryError('connection_lost');
  return { hasGateway, through: run, gatewayCall: run, failed } as unknown as Commands;
}
const LOST: RunResult = { exit: { kind: 'lost', reason: 'gone' }, stdout: '', stderr: '' };

describe('what the gateway goes by', () => {
  test('is no answer where none runs, it says nothing, or is late; a link that is lost is told', async () => {
    const right = ended(0, JSON.stringify(RIGHT));
    expect(await looksRight(box([right]), CLAIM, LIMITS)).toBe(true);
    for (const answer of [ended(97), ended(127), ended(1, JSON.stringify(RIGHT)), ended(0, 'x')])
      expect(await looksRight(box([answer]), CLAIM, LIMITS)).toBe(false);
    expect(await looksRight(box([new KeyferryError('box_call_timeout')]), CLAIM, LIMITS)).toBe(false);
    expect(await looksRight(box([right], false), CLAIM, LIMITS)).toBe(false);
    await expect(looksRight(box([LOST]), CLAIM, LIMITS)).rejects.toMatchObject({ code: 'connection_lost' });
  });
});

describe('what the gateway offers', () => {
  const listed = (...models: [string, string][]) =>
    ended(0, JSON.stringify({ models: models.map(([of, id]) => ({ provider: of, id, available: false })) }));

  test('is the provider’s, under OpenClaw’s names for it; asked again where it is still reading them', async () => {
    const opus = 'claude-opus-5-5';
    const answer = listed(['claude-cli', opus], ['anthropic', opus], ['openai', 'gpt-5.4']);
    expect(await offeredByGateway(box([listed(), answer]), provider, LIMITS)).toEqual([`anthropic/${opus}`]);
  });

  test('is asked for again where it says so, three times at most', async () => {
    const again = {
      ...ended(1),
      stderr: 'Gateway call failed: Model catalog changed while preparing this result. Retry the request.',
    };
    const answer = listed(['claude-cli', 'claude-opus-5']);
    expect(await offeredByGateway(box([again, again, answer]), provider, LIMITS)).toEqual([
      'anthropic/claude-opus-5',
    ]);
    expect(await offeredByGateway(box([again, listed(), again]), provider, LIMITS)).toEqual([]);
  });

  test.each<[string, RunResult | Error]>([
    ['has no such question (2026.7.1)', ended(1)],
    ['cannot be asked over its socket', ended(97)],
    ['answers something else', ended(0, '{"models":7}')],
    ['is late', new KeyferryError('box_call_timeout')],
  ])('is nothing where it %s', async (_, answer) => {
    expect(await offeredByGateway(box([answer]), provider, LIMITS)).toEqual([]);
  });

  test('is not asked for where none runs, or at an address of the customer’s own', async () => {
    expect(await offeredByGateway(box([], false), provider, LIMITS)).toEqual([]);
    expect(
      await offeredByGateway(box([]), { ...provider, endpoint: ['openai-completions'] }, LIMITS),
    ).toEqual([]);
  });
});
