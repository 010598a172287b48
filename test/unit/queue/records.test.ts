import { describe, expect, test } from '@jest/globals';
import { KeyferryError } from '../../../core/contract/errors.ts';
import { recordedAttemptSchema } from '../../../core/contract/handshake-record.ts';
import { FIRST } from '../../../core/contract/providers.ts';
import { AttemptRecord } from '../../../worker/queue/attempt-record.ts';

const WORK = {
  handshake: 'handshake-1',
  customer: 'alice',
  ...FIRST,
  requestedBy: 'operator:bob',
  askedAt: new Date('2026-01-01T00:00:00Z'),
  attempt: 2,
  mayRetry: true,
  mayInsist: true,
  uncounted: 1,
  isGivenUp: false,
};
const at = new Date('2026-01-01T00:01:00Z');
const endsAt = new Date('2026-01-01T00:16:00Z');

describe('the record of an attempt', () => {
  test.each(['retry', 'handover', 'lost'] as const)('that ends with %s ends in the queue', (kind) => {
    const record = new AttemptRecord(WORK);
    record.change({ phase: 'reaching', at, endsAt });
    record.end({
      kind,
      phase: 'reaching',
      error: new KeyferryError('box_unreachable', { detail: 'no route' }),
    });
    expect(recordedAttemptSchema.parse(record.now)).toMatchObject({
      timeline: [{ phase: 'reaching' }, { phase: 'queued' }],
      error: { code: 'box_unreachable', phase: 'reaching', detail: 'no route' },
    });
    expect(record.now).not.toHaveProperty('phaseEndsAt');
  });

  test('has one step for a phase that is told twice, and counts what was not taken', () => {
    const record = new AttemptRecord(WORK);
    const rejected = { code: 'code_malformed' as const, message: 'x' };
    record.change({ phase: 'waiting', at, endsAt });
    record.change({ phase: 'waiting', at, endsAt, rejected });
    record.change({ phase: 'waiting', at, endsAt, rejected });
    expect(record.now.timeline).toHaveLength(1);
    expect(record.now.rejected).toBe(2);
  });

  test('is valid to be written no matter what a box says', () => {
    const record = new AttemptRecord(WORK);
    record.found({ claude: '2.1.330', openclaw: `"; DROP ${'x'.repeat(100)}` });
    record.end({
      kind: 'failed',
      phase: 'opening',
      error: new KeyferryError('screen_unknown', {
        detail: 'd'.repeat(9_000),
        screen: `${'s'.repeat(90_000)}end`,
      }),
    });
    const read = recordedAttemptSchema.parse(record.now);
    expect(read.versions).toEqual({ claude: '2.1.330' });
    expect(read.error?.screen?.endsWith('end')).toBe(true);
    const long = new AttemptRecord(WORK);
    const connected = {
      profile: 'anthropic:manual',
      model: 'anthropic/claude-opus-5-5',
      tokenFingerprint: '0123456789ab',
      hint: 'wXyZ',
      expiresAt: endsAt,
      warnings: Array.from({ length: 50 }, () => 'w'.repeat(2_000)),
    };
    long.end({ kind: 'connected', connected });
    expect(recordedAttemptSchema.parse(long.now).warnings).toHaveLength(20);
  });
});
