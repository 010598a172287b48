import { expect, test } from '@jest/globals';
import { pino } from 'pino';
import type { ConnectionRecord } from '../../../core/contract/connection-record.ts';
import type { Seen } from '../../../core/contract/health.ts';
import type { Look } from '../../../worker/fleet/look.ts';
import { Looking } from '../../../worker/fleet/looking.ts';
import type { Transport } from '../../../worker/transports/transport.ts';

const FROM = { finalTo: '2026-11-28', timeZone: 'Asia/Kolkata' };
const LIMIT = { per: 'day', measure: 'requests', most: 10, action: 'tell' } as const;
const MINE = {
  id: 'mine',
  customer: 'alice',
  box: 'default',
  provider: 'anthropic',
  profile: 'anthropic:keyferry',
  model: 'anthropic/claude-opus-4-1',
  health: 'working',
} as ConnectionRecord;
const OTHER = { ...MINE, id: 'other', profile: 'anthropic:keyferry-2' };
const works: Seen = { outcome: 'working' };
const silent: Seen = { outcome: 'inconclusive', code: 'provider_rate_limited' };
const late = { outcome: 'inconclusive', code: 'box_call_timeout' };

type Ways = ConstructorParameters<typeof Looking>[2];

/** What a look with a turn for `MINE` does, in order. */
async function looking(ways: Ways, { isFree = true, isInHandshake = false } = {}): Promise<unknown[]> {
  const done: unknown[] = [];
  const turns = {
    take: async () => {
      done.push('turn taken');
      return isFree;
    },
    keep: async () => true,
    end: async () => {
      done.push('turn over');
    },
  };
  const services = {
    recorder: {
      record: async (
        _: string,
        { connection, seen, hasTurn }: { connection: string; seen: Seen; hasTurn?: boolean },
      ) => {
        done.push([connection, seen, ...(hasTurn ? ['turn'] : [])]);
      },
    },
    turns,
    metrics: { looks: { inc: () => {} }, lookSeconds: { observe: () => {} } },
    considering: { of: async () => {} },
    handshakes: { getDeduplicationJobId: async () => (isInHandshake ? 'one' : null) },
    usage: {
      readTo: async () => ({ finalTo: undefined, timeZone: 'UTC' }),
      platform: undefined,
      prices: { for: () => [] },
      limits: [],
    },
    log: pino({ level: 'silent' }),
  } as unknown as ConstructorParameters<typeof Looking>[0];
  const box = { transport: {} as Transport, agent: undefined };
  await new Looking(services, 24, ways).at(
    box,
    [MINE, OTHER],
    { turn: 'mine' },
    new AbortController().signal,
  );
  return done;
}

const seeing = (mine: Seen, other: Seen) => async (): Promise<Look> => ({
  at: new Date(),
  seen: new Map([
    ['mine', mine],
    ['other', other],
  ]),
  versions: {},
  states: new Map(),
});
const ANSWERED = { verdict: undefined, isByTurn: true };
const never = () => new Promise<never>(() => {});

test('what the look saw is on record before the turn is made, and the customer’s turn is taken for that alone', async () => {
  expect(
    await looking({
      look: seeing(works, works),
      test: async () => ({ verdict: 'key_rejected', isByTurn: true }),
    }),
  ).toEqual([
    ['mine', works],
    ['other', works],
    'turn taken',
    ['mine', { outcome: 'attention', code: 'key_rejected', isCertain: true }, 'turn'],
    'turn over',
  ]);
});

test('what a turn was to show, and was only read in the configuration, says nothing', async () => {
  const test = async () => ({ verdict: 'credential_overridden', isByTurn: false }) as const;
  expect((await looking({ look: seeing(works, works), test }))[3]).toEqual([
    'mine',
    { outcome: 'inconclusive', code: 'credential_overridden' },
    'turn',
  ]);
});

test('a look that takes too long is on record as one that said nothing', async () => {
  expect(await looking({ look: never, lookMs: 10 })).toEqual([
    ['mine', late],
    ['other', late],
  ]);
});

test('a turn that takes too long is on record as one that was tried', async () => {
  expect((await looking({ look: seeing(works, works), test: never, turnMs: 10 })).slice(2)).toEqual([
    'turn taken',
    ['mine', late, 'turn'],
    'turn over',
  ]);
});

test.each([
  [
    'the box’s default one where it is the provider’s',
    'anthropic/claude-opus-4-6',
    'anthropic/claude-opus-4-6',
  ],
  ['otherwise that of the handshake', 'openai/gpt-5.4', 'anthropic/claude-opus-4-1'],
])(
  'the turn asks a model that is in use, and what it says of that a second one has to: %s',
  async (_, now, asked) => {
    const models: unknown[] = [];
    const look = async () => ({
      ...(await seeing(works, works)()),
      states: new Map([['mine', { model: now, openclaw: null, order: null }]]),
    });
    const asking: NonNullable<Ways>['test'] = async (_transport, _row, { model }) => {
      models.push(model);
      return { verdict: 'key_no_access', isByTurn: true };
    };
    expect((await looking({ look, test: asking })).at(-2)).toEqual([
      'mine',
      { outcome: 'attention', code: 'key_no_access' },
      'turn',
    ]);
    expect(models).toEqual([asked]);
  },
);

test('no turn is made in a handshake’s way', async () => {
  const ways = { look: seeing(works, works), test: async () => ANSWERED };
  expect((await looking(ways, { isInHandshake: true })).slice(2)).toEqual(['turn taken', 'turn over']);
});

test('one of which a look says nothing counts as tried, so that its neighbours get their turn', async () => {
  const ways = { test: async () => ANSWERED };
  expect(await looking({ ...ways, look: seeing(silent, works) })).toEqual([
    ['mine', silent, 'turn'],
    ['other', works],
  ]);
  expect(await looking({ ...ways, look: seeing(silent, silent) })).toEqual([
    ['mine', silent],
    ['other', silent],
  ]);
});

test.each([
  ['is on record beside what it saw', async () => 'ok'],
  ['and cannot be written is no reason for the look to fail', () => Promise.reject(new Error('away'))],
])('what a look has read of usage %s', async (_, written) => {
  const entries: [string, unknown][] = [];
  const days = [{ day: '2026-11-30', rows: [] }];
  const services = {
    recorder: {
      record: (kind: string, entry: unknown) => {
        entries.push([kind, entry]);
        return kind === 'usage' ? written() : Promise.resolve();
      },
    },
    metrics: {
      looks: { inc: () => {} },
      lookSeconds: { observe: () => {} },
      usageReadings: { inc: () => {} },
    },
    considering: { of: async () => {} },
    usage: {
      readTo: async () => FROM,
      platform: 'our-models',
      prices: { for: () => [] },
      limits: [LIMIT],
      fallbackTurns: 7,
    },
    log: pino({ level: 'silent' }),
  } as unknown as ConstructorParameters<typeof Looking>[0];
  const asked: unknown[] = [];
  const look: NonNullable<Ways>['look'] = async (_transport, _records, { usage }) => {
    asked.push(usage);
    return {
      ...(await seeing(works, works)()),
      usage: { state: 'read', days, finalTo: '2026-11-29', timeZone: 'Asia/Kolkata' },
    };
  };
  const box = { transport: {} as Transport, agent: undefined };
  await new Looking(services, 24, { look }).at(box, [MINE], {}, new AbortController().signal);
  expect(asked).toEqual([FROM]);
  expect(entries.map(([kind]) => kind)).toEqual(['looked', 'usage']);
  expect(entries[1]?.[1]).toMatchObject({
    ...{
      customer: 'alice',
      box: 'default',
      state: 'read',
      days,
      finalTo: '2026-11-29',
      timeZone: 'Asia/Kolkata',
      platform: 'our-models',
      limits: [LIMIT],
      fallbackTurns: 7,
    },
  });
});
