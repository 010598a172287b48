import { describe, expect, test } from '@jest/globals';
import { CATALOGUE, type ErrorCode, KeyferryError } from '../../../core/contract/errors.ts';
import { isEarly, PHASES, type Phase } from '../../../core/contract/phases.ts';
import { FIRST } from '../../../core/contract/providers.ts';
import type { Snapshot } from '../../../core/contract/snapshot.ts';
import { type Circumstances, endingOf, noticeAfter, postponedMs } from '../../../worker/queue/ending.ts';

const FRESH: Circumstances = {
  typed: false,
  isLeft: false,
  isKept: false,
  mayRetry: true,
  mayInsist: true,
  hasStood: false,
  parks: false,
  wasParked: false,
  hasCode: false,
};
/** Woken from where it waits on its box with no worker. */
const WOKEN: Circumstances = { ...FRESH, isLeft: true, wasParked: true, mayRetry: false };
const TYPED: Circumstances = { ...FRESH, typed: true };
const LEFT: Circumstances = { ...TYPED, isLeft: true };
const KEPT: Circumstances = { ...LEFT, isKept: true };
const LAST: Circumstances = { ...FRESH, mayRetry: false };
const ending = (code: ErrorCode, phase: Phase, how = FRESH) =>
  endingOf({ phase, error: new KeyferryError(code) }, how).kind;

describe('how an attempt ends', () => {
  test('is no attempt of the customer’s where this process stood still and the link broke by it', () => {
    const stood = (standing: Circumstances) => ({ ...standing, mayRetry: false, hasStood: true });
    const kindOf = (code: ErrorCode, phase: Phase, standing: Circumstances) =>
      endingOf({ phase, error: new KeyferryError(code) }, standing).kind;
    expect(kindOf('connection_lost', 'waiting', stood(FRESH))).toBe('handover');
    expect(kindOf('box_unreachable', 'reaching', stood(FRESH))).toBe('handover');
    expect(kindOf('connection_lost', 'waiting', LAST)).toBe('failed');
    // What the box or its programs did is not ours, and a code that was typed is not typed again.
    expect(kindOf('claude_missing', 'preparing', stood(FRESH))).toBe('failed');
    expect(kindOf('connection_lost', 'exchanging', stood(TYPED))).toBe('failed');
  });

  test.each<[ErrorCode, Phase, Circumstances, string]>([
    ['box_unreachable', 'reaching', FRESH, 'retry'],
    ['box_call_timeout', 'preparing', FRESH, 'retry'],
    ['link_not_shown', 'opening', FRESH, 'retry'],
    ['program_ended', 'waiting', FRESH, 'retry'],
    ['connection_lost', 'waiting', FRESH, 'retry'],
    ['connection_lost', 'waiting', TYPED, 'failed'],
    ['box_unreachable', 'reaching', LAST, 'failed'],
    ['connection_lost', 'exchanging', TYPED, 'failed'],
    ['openclaw_failed', 'installing', TYPED, 'failed'],
    ['claude_missing', 'preparing', FRESH, 'failed'],
    ['internal_error', 'reaching', FRESH, 'failed'],
    ['sign_in_expired', 'waiting', FRESH, 'expired'],
    ['cancelled', 'opening', FRESH, 'cancelled'],
    ['cancelled', 'proving', TYPED, 'cancelled'],
    ['worker_stopped', 'waiting', { ...LAST, typed: true }, 'handover'],
    ['worker_stopped', 'opening', FRESH, 'handover'],
    ['worker_stopped', 'exchanging', TYPED, 'failed'],
    // Its worker lets go of it; where nothing is left on the box, it is simply taken again.
    ['worker_stopped', 'waiting', { ...FRESH, isLeft: true, parks: true }, 'parked'],
    ['worker_stopped', 'waiting', { ...FRESH, parks: true }, 'handover'],
    ['cancelled', 'waiting', { ...FRESH, isLeft: true, parks: true }, 'cancelled'],
    ['worker_lost', 'waiting', { ...FRESH, isLeft: true, parks: true }, 'lost'],
    // Somebody has only looked at their page: a box that is away for a while costs no sign-in.
    ['box_unreachable', 'reaching', WOKEN, 'parked'],
    ['connection_lost', 'preparing', WOKEN, 'parked'],
    ['box_unreachable', 'reaching', { ...WOKEN, hasCode: true }, 'retry'],
    ['box_unreachable', 'reaching', { ...WOKEN, hasCode: true, mayInsist: false }, 'failed'],
    ['box_unreachable', 'reaching', { ...WOKEN, isLeft: false }, 'failed'],
    ['host_key_mismatch', 'reaching', WOKEN, 'failed'],
    ['link_not_shown', 'opening', WOKEN, 'failed'],
    ['worker_stopped', 'reaching', WOKEN, 'handover'],
    ['worker_lost', 'proving', TYPED, 'lost'],
    ['service_unavailable', 'queued', LAST, 'postponed'],
    // The box holds the program, or its token is kept.
    ['connection_lost', 'waiting', LEFT, 'retry'],
    ['connection_lost', 'exchanging', LEFT, 'retry'],
    ['connection_lost', 'proving', LEFT, 'retry'],
    ['connection_lost', 'proving', { ...LEFT, mayRetry: false }, 'failed'],
    ['worker_stopped', 'exchanging', LEFT, 'handover'],
    ['worker_stopped', 'proving', LEFT, 'handover'],
    ['openclaw_failed', 'installing', LEFT, 'failed'],
    ['anthropic_unreachable', 'exchanging', LEFT, 'failed'],
    ['cancelled', 'waiting', LEFT, 'cancelled'],
    ['box_unreachable', 'reaching', { ...KEPT, mayRetry: false }, 'retry'],
    ['connection_lost', 'proving', { ...KEPT, mayRetry: false }, 'retry'],
    ['box_unreachable', 'reaching', { ...LEFT, mayRetry: false }, 'failed'],
    ['openclaw_failed', 'installing', KEPT, 'retry'],
    ['openclaw_failed', 'installing', { ...KEPT, mayRetry: false }, 'failed'],
    ['turn_failed', 'proving', KEPT, 'failed'],
    ['model_not_offered', 'installing', KEPT, 'failed'],
  ])('%s in %s, %o: %s', (code, phase, how, kind) => {
    expect(ending(code, phase, how)).toBe(kind);
  });

  test('is never a retry of what cannot pass by itself, in any phase', () => {
    for (const code of Object.keys(CATALOGUE) as ErrorCode[])
      for (const phase of PHASES)
        if (ending(code, phase) === 'retry')
          expect([CATALOGUE[code].retryable, isEarly(phase)]).toEqual([true, true]);
  });
});

test('a handshake that is put off again and again waits longer each time, up to half a minute', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 1_000].map(postponedMs)).toEqual([
    1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000,
  ]);
});

describe('what an attempt has to tell about those before', () => {
  const last: Snapshot = {
    ...FIRST,
    handshake: 'handshake-1',
    phase: 'waiting',
    startedAt: '2026-01-01T00:00:00.000Z',
    at: '2026-01-01T00:00:00.000Z',
    attempt: 1,
    seq: 3,
  };

  test.each<[string, Snapshot | null, Snapshot['notice']]>([
    ['there was none', null, undefined],
    ['another handshake’s', { ...last, handshake: 'handshake-0' }, undefined],
    ['the api put it into the queue', { ...last, phase: 'queued', attempt: 0 }, undefined],
    ['the box was not reached', { ...last, phase: 'reaching' }, 'retrying'],
    ['it went back to the queue', { ...last, phase: 'queued', notice: 'retrying' }, 'retrying'],
    ['the link had been shown', last, 'fresh_link'],
    ['the link had been shown before', { ...last, phase: 'opening', notice: 'fresh_link' }, 'fresh_link'],
    ['a code had been typed', { ...last, phase: 'installing' }, 'fresh_link'],
  ])('%s', (_, snapshot, notice) => {
    expect(noticeAfter(snapshot, 'handshake-1')).toBe(notice);
  });
});
