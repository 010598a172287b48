import { describe, expect, test } from '@jest/globals';
import { RECEIPT } from '../../../api/platform/examples.ts';
import type { ConnectionRecord } from '../../../core/contract/connection-record.ts';
import { receiptSchema } from '../../../core/contract/receipt.ts';
import { receiptOf } from '../../../worker/disconnect/receipt.ts';
import { type Kept, keptSchema, Witness } from '../../../worker/disconnect/witness.ts';

const NOW = new Date('2026-11-29T12:00:00.000Z');
const RECORD = { ...RECEIPT.receipt.connection, handshake: 'h' } as unknown as ConnectionRecord;

function receipt(
  witness: Witness,
  notes: string[] = [],
  record: Partial<ConnectionRecord> = {},
  outcome: 'removed' | 'absent' = 'removed',
) {
  const asked = { requestedBy: 'customer', at: NOW } as const;
  return receiptOf({ ...RECORD, ...record }, asked, { outcome, notes }, witness, NOW);
}

describe('a box with more to say than a receipt has room for still gets one', () => {
  test('with more notes, and longer ones', () => {
    const { notes } = receipt(
      new Witness(),
      Array.from({ length: 30 }, () => 'n'.repeat(1_000)),
    );
    expect([notes.length, notes[0]?.length]).toEqual([10, 400]);
  });

  test('with a note that is cut within a character', () => {
    expect(receipt(new Witness(), [`${'n'.repeat(399)}😀`]).notes[0]?.isWellFormed()).toBe(true);
  });

  test('with more agents, and longer names', () => {
    const witness = new Witness();
    for (let at = 0; at < 400; at += 1)
      witness.saw('profile', 'removed', { agent: `${at}${'a'.repeat(99)}` });
    witness.saw('files', 'clean');
    const { steps } = receipt(witness);
    expect(steps).toHaveLength(250);
    expect([steps[0]?.agent?.slice(0, 2), steps.at(-1)?.step]).toEqual(['0a', 'files']);
  });
});

describe('a later try', () => {
  /** What the first one has kept by the time it is lost. */
  function lost(see: (witness: Witness) => void): Kept {
    let kept: Kept = { steps: [] };
    see(new Witness(undefined, (more) => (kept = more)));
    return keptSchema.parse(JSON.parse(JSON.stringify(kept)));
  }

  test('says what the first one has removed, deleted and heard, and is itself only one try', () => {
    const before = lost((witness) => {
      witness.saw('profile', 'removed', { agent: 'main' });
      witness.saw('listing', 'clean');
      witness.saw('files', 'removed', { files: ['openclaw.json.bak'] });
      witness.saw('provider', 'revoked');
      witness.saw('vault', 'deleted');
    });
    const witness = new Witness(before);
    witness.saw('profile', 'absent');
    witness.saw('vault', 'absent');
    const { outcome, steps, notSeen } = receipt(witness, [], {}, 'absent');
    expect(outcome).toBe('removed');
    expect(steps.map(({ step, result }) => `${step} ${result}`)).toEqual([
      'profile removed',
      'files removed',
      'provider revoked',
      'vault deleted',
      'profile absent',
      'vault absent',
    ]);
    expect(notSeen.map(({ what }) => what)).toEqual(['gateway', 'copies']);
  });

  test('after one that was lost before it could keep anything says nothing of a gateway, and speaks for itself', () => {
    const witness = new Witness(lost(() => undefined));
    witness.saw('profile', 'absent');
    const { outcome, steps, notSeen } = receipt(witness, [], {}, 'absent');
    expect([outcome, steps[0]?.says]).toEqual(['absent', expect.stringContaining('this try')]);
    expect(notSeen.map(({ what }) => what)).toContain('gateway');
  });

  test('keeps no more than a job has room for', () => {
    const { steps } = lost((witness) => {
      for (let at = 0; at < 300; at += 1) witness.saw('profile', 'removed', { agent: `${at}` });
    });
    expect(steps).toHaveLength(100);
  });

  test('is the first one where nothing was kept', () => {
    expect(receipt(new Witness()).notSeen.map(({ what }) => what)).toEqual(['provider', 'copies']);
  });
});

test('of a key that is too short for a hint there is no fingerprint by which it could be guessed', () => {
  const of = (record: Partial<ConnectionRecord>) => receipt(new Witness(), [], record).connection.fingerprint;
  expect(of({ method: 'api-key', hint: null, fingerprint: '0123456789ab' })).toBeNull();
  expect(of({ method: 'api-key', hint: 'tail', fingerprint: '0123456789ab' })).toBe('0123456789ab');
  expect(of({ method: 'claude-login', hint: null, fingerprint: '0123456789ab' })).toBe('0123456789ab');
});

test('what was seen makes no receipt: that is known before anything is written', () => {
  expect(() => receipt(new Witness(), [], { profile: '' })).toThrow();
  expect(receiptSchema.safeParse(receipt(new Witness())).success).toBe(true);
});
