import { describe, expect, test } from '@jest/globals';
import { CATALOGUE, type ErrorCode, KeyferryError } from '../../../core/contract/errors.ts';
import { FIRST } from '../../../core/contract/providers.ts';
import { compareSnapshots, type Snapshot, shown, snapshotSchema } from '../../../core/contract/snapshot.ts';
import { fullLink, SHORT_LINK } from '../../support/links.ts';

const SNAPSHOT: Snapshot = {
  ...FIRST,
  handshake: 'b2f7f6a0-0c0f-4c55-9e0f-0a5a3c1e7d11',
  phase: 'waiting',
  startedAt: '2026-01-01T00:00:00.000Z',
  at: '2026-01-01T00:00:05.000Z',
  attempt: 1,
  seq: 4,
  link: fullLink(),
};
const CONNECTION = {
  profile: 'anthropic:manual',
  model: 'anthropic/claude-opus-5-5',
  connectedAt: '2026-01-01T00:01:00.000Z',
  expiresAt: '2027-01-01T00:01:00.000Z',
  tokenFingerprint: '0123456789ab',
};

const fits = (change: object) => snapshotSchema.safeParse({ ...SNAPSHOT, ...change }).success;

describe('a snapshot', () => {
  test.each<[string, object]>([
    ['in waiting', {}],
    ['with the short link', { link: SHORT_LINK }],
    ['with a rejected code', { rejected: shown(new KeyferryError('code_rejected')) }],
    ['an error of a newer version', { error: { code: 'of_tomorrow', message: 'x', retryable: true } }],
    ['connected', { phase: 'connected', link: undefined, connection: CONNECTION }],
    ['connected with a model that is not named', { connection: { ...CONNECTION, model: undefined } }],
  ])('takes what a browser may have: %s', (_, change) => {
    expect(fits(change)).toBe(true);
  });

  test.each<[string, object]>([
    ['a link elsewhere', { link: 'https://claude.ai.evil.example/oauth/authorize' }],
    ['a link with something added', { link: `${fullLink()}&next=https://evil.example` }],
    ['a script for a link', { link: 'javascript:alert(1)' }],
    ['a field that nobody declared', { screen: 'what the box shows' }],
    [
      'a field inside an error',
      { error: { ...shown(new KeyferryError('cancelled')), detail: 'of the box' } },
    ],
    ['an error that is no code', { error: { code: 'of the box: x', message: 'x', retryable: true } }],
    ['a field inside the connection', { connection: { ...CONNECTION, token: 'sk-ant-oat01-x' } }],
    ['a model in words of the box', { connection: { ...CONNECTION, model: 'anthropic/<b>hi</b>' } }],
    ['a model of somebody else', { connection: { ...CONNECTION, model: 'openai/gpt' } }],
    ['a whole digest', { connection: { ...CONNECTION, tokenFingerprint: 'a'.repeat(64) } }],
    ['another profile', { connection: { ...CONNECTION, profile: 'anthropic:other' } }],
    ['an id that ends a key of BullMQ', { handshake: 'handshake:1' }],
    ['a phase of nobody', { phase: 'thinking' }],
    ['a notice in words', { notice: 'hello' }],
    ['a time that is none', { at: 'now' }],
    ['a count that is none', { seq: 1.5 }],
  ])('takes nothing else: %s', (_, change) => {
    expect(fits(change)).toBe(false);
  });

  test.each(Object.keys(CATALOGUE) as ErrorCode[])(
    'shows of %s what the customer may read, and only that',
    (code) => {
      const error = shown(new KeyferryError(code, { detail: 'seen on the box', screen: 'its screen' }));
      expect(fits({ phase: 'failed', link: undefined, error })).toBe(true);
      expect(error).toEqual({
        code,
        message: CATALOGUE[code].customer,
        retryable: CATALOGUE[code].retryable,
      });
    },
  );
});

describe('of two snapshots the newer', () => {
  const older = (change: Partial<Snapshot>, than: Partial<Snapshot>) =>
    Math.sign(compareSnapshots({ ...SNAPSHOT, ...change }, { ...SNAPSHOT, ...than }));

  test.each<[string, Partial<Snapshot>, Partial<Snapshot>]>([
    [
      'is of the later handshake, whichever attempt',
      { attempt: 9, seq: 9 },
      { startedAt: '2026-01-01T00:00:01.000Z' },
    ],
    ['is of the later attempt, whatever number', { seq: 9 }, { attempt: 2, seq: 0 }],
    ['has the higher number within an attempt', { seq: 4 }, { seq: 5 }],
  ])('%s', (_, one, other) => {
    expect(older(one, other)).toBe(-1);
    expect(older(other, one)).toBe(1);
  });

  test('is neither when they are the same', () => {
    expect(older({ at: '2026-01-02T00:00:00.000Z' }, {})).toBe(0);
  });
});
