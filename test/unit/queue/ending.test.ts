import { describe, expect, test } from '@jest/globals';
import { CATALOGUE, type ErrorCode, KeyferryError } from '../../../core/errors.ts';
import { PHASES, type Phase } from '../../../core/phases.ts';
import type { Snapshot } from '../../../core/snapshot.ts';
import { endingOf, isEarly, noticeAfter } from '../../../worker/queue/ending.ts';

const FRESH = { typed: false, mayRetry: true };
const ending = (code: ErrorCode, phase: Phase, how = FRESH) =>
  endingOf({ phase, error: new KeyferryError(code) }, how).kind;

describe('how an attempt ends', () => {
  test.each<[ErrorCode, Phase, { typed: boolean; mayRetry: boolean }, string]>([
    ['box_unreachable', 'reaching', FRESH, 'retry'],
    ['box_call_timeout', 'preparing', FRESH, 'retry'],
    ['link_not_shown', 'opening', FRESH, 'retry'],
    ['program_ended', 'waiting', FRESH, 'retry'],
    ['connection_lost', 'waiting', FRESH, 'retry'],
    ['connection_lost', 'waiting', { typed: true, mayRetry: true }, 'failed'],
    ['box_unreachable', 'reaching', { typed: false, mayRetry: false }, 'failed'],
    ['connection_lost', 'exchanging', { typed: true, mayRetry: true }, 'failed'],
    ['openclaw_failed', 'installing', { typed: true, mayRetry: true }, 'failed'],
    ['claude_missing', 'preparing', FRESH, 'failed'],
    ['internal_error', 'reaching', FRESH, 'failed'],
    ['sign_in_expired', 'waiting', FRESH, 'expired'],
    ['cancelled', 'opening', FRESH, 'cancelled'],
    ['cancelled', 'proving', { typed: true, mayRetry: true }, 'cancelled'],
    ['worker_stopped', 'waiting', { typed: true, mayRetry: false }, 'handover'],
    ['worker_stopped', 'opening', FRESH, 'handover'],
    ['worker_stopped', 'exchanging', { typed: true, mayRetry: true }, 'failed'],
    ['worker_lost', 'proving', { typed: true, mayRetry: true }, 'lost'],
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

describe('what an attempt has to tell about those before', () => {
  const last: Snapshot = {
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
