import { describe, expect, test } from '@jest/globals';
import {
  countedAs,
  HELD_FALLBACK,
  type HeldConnection,
  type Hold,
  holdsDue,
  isBeyondOrders,
  type Reached,
  wantedHolds,
} from '../../../core/contract/usage-holds.ts';

const MINUTE = 60_000;
const NOON = Date.parse('2026-11-30T12:00:00.000Z');
const MIDNIGHT = Date.parse('2026-12-01T00:00:00.000Z');
const MONTH_END = Date.parse('2027-01-01T00:00:00.000Z');

const cap = (provider: string, more: Partial<Reached> = {}): Reached => ({
  provider,
  action: 'out-of-use',
  endsAt: MIDNIGHT,
  ...more,
});
const connection = (provider: string, connectedAt = 0): HeldConnection => ({
  provider,
  profile: `${provider}:keyferry`,
  connectedAt,
});
const hold = (more: Partial<Hold> = {}): Hold => ({
  what: 'openai',
  state: 'held',
  until: MIDNIGHT,
  triedAt: NOON,
  tries: 0,
  heldAt: NOON,
  ...more,
});
const both = [connection('anthropic'), connection('openai')];

describe('what has to be out of use', () => {
  test.each<[string, Reached, string[]]>([
    ['a limit that only tells', cap('openai', { action: 'tell' }), []],
    ['one of a provider', cap('openai'), ['openai']],
    ['one of a provider of which nothing is connected', cap('google'), []],
    ['one of the platform’s provider', cap('our-models'), [HELD_FALLBACK]],
    ['one that stops the fallback', cap('openai', { action: 'stop-fallback' }), [HELD_FALLBACK]],
    ['one of all together', cap(''), [HELD_FALLBACK, 'anthropic', 'openai']],
  ])('%s', (_, reached, what) => {
    expect([...wantedHolds([reached], both, 'our-models').keys()].sort()).toEqual(what);
  });

  test('without a platform’s provider there is no fallback to stop', () => {
    expect(wantedHolds([cap('', { action: 'stop-fallback' })], both, undefined).size).toBe(0);
  });

  test('of two limits the later end counts', () => {
    const reached = [cap('openai', { endsAt: MONTH_END }), cap('openai')];
    expect(wantedHolds(reached, both, undefined).get('openai')).toBe(MONTH_END);
  });
});

test.each([
  ['claude-login', 'anthropic', true],
  ['setup-token', 'anthropic', false],
  ['api-key', 'openai', false],
  ['api-key', 'custom', true],
])('%s of %s: goes on whatever the order is: %s', (method, provider, isBeyond) => {
  expect(isBeyondOrders({ provider, method })).toBe(isBeyond);
});

test('what Claude Code answers is Anthropic’s, too', () => {
  expect(countedAs('anthropic')).toEqual(['anthropic', 'claude-cli']);
  expect(countedAs('openai')).toEqual(['openai']);
});

describe('what is to be done', () => {
  const wanted = new Map([['openai', MIDNIGHT]]);
  const taken = { take: [{ what: 'openai', until: MIDNIGHT }], back: [], moved: [] };
  const nothing = { take: [], back: [], moved: [] };

  test.each<[string, Hold[], number, typeof taken | typeof nothing]>([
    ['what is not held is taken', [], NOON, taken],
    ['what was held and is over is taken', [hold({ state: 'over' })], NOON, taken],
    ['what is held stays', [hold()], NOON, nothing],
    [
      'what another worker has begun is left to it',
      [hold({ state: 'holding', heldAt: null })],
      NOON + MINUTE / 2,
      nothing,
    ],
    [
      'and taken a minute later, where that one was stopped or killed',
      [hold({ state: 'holding', heldAt: null })],
      NOON + MINUTE,
      taken,
    ],
    [
      'what has failed is tried again',
      [hold({ state: 'failed', tries: 1, heldAt: null })],
      NOON + 5 * MINUTE,
      taken,
    ],
    ['but not at once', [hold({ state: 'failed', tries: 1, heldAt: null })], NOON + 4 * MINUTE, nothing],
    ['and later each time', [hold({ state: 'failed', tries: 3, heldAt: null })], NOON + 19 * MINUTE, nothing],
  ])('%s', (_, holds, at, due) => {
    expect(holdsDue(wanted, holds, [connection('openai', NOON - MINUTE)], at)).toEqual(due);
  });

  test('a key that was connected since does not end a cap', () => {
    expect(holdsDue(wanted, [hold()], [connection('openai', NOON + 1)], NOON + MINUTE)).toEqual(taken);
    const other = [connection('openai', NOON - 1), connection('anthropic', NOON + 1)];
    expect(holdsDue(wanted, [hold()], other, NOON + MINUTE)).toEqual(nothing);
  });

  test('a handshake that has come to nothing since may have put an order there', () => {
    const since = (provider: string, endedAt: number) =>
      holdsDue(wanted, [hold()], [connection('openai')], NOON + MINUTE, [{ provider, endedAt }]);
    expect(since('openai', NOON + 1)).toEqual(taken);
    expect(since('openai', NOON - 1)).toEqual(nothing);
    expect(since('anthropic', NOON + 1)).toEqual(nothing);
  });

  test('an end that has moved is put on record', () => {
    const longer = new Map([['openai', MONTH_END]]);
    const due = holdsDue(longer, [hold()], [connection('openai')], NOON);
    expect(due).toEqual({ ...nothing, moved: [{ what: 'openai', until: MONTH_END }] });
  });

  test('the customer’s own is put back before the platform’s models', () => {
    const both = [hold({ what: HELD_FALLBACK }), hold()];
    expect(holdsDue(new Map(), both, [], NOON).back).toEqual(['openai', HELD_FALLBACK]);
  });

  test('any handshake may have put the fallback back', () => {
    const fallback = new Map([[HELD_FALLBACK, MIDNIGHT]]);
    const due = holdsDue(fallback, [hold({ what: HELD_FALLBACK })], [connection('openai', NOON + 1)], NOON);
    expect(due.take).toEqual([{ what: HELD_FALLBACK, until: MIDNIGHT }]);
  });

  test.each<[string, Hold, string[]]>([
    ['what is held is put back', hold(), ['openai']],
    ['what is over is not', hold({ state: 'over' }), []],
    ['what has failed may stand there', hold({ state: 'failed', triedAt: 0, tries: 2 }), ['openai']],
    ['what could not be put back just now waits', hold({ tries: 1, triedAt: NOON }), []],
  ])('once nothing is reached: %s', (_, one, back) => {
    expect(holdsDue(new Map(), [one], both, NOON + MINUTE)).toEqual({ ...nothing, back });
  });
});
