import { describe, expect, test } from '@jest/globals';
import { RECEIPT } from '../../../api/platform/examples.ts';
import type { ConnectionRecord } from '../../../core/contract/connection-record.ts';
import { receiptSchema } from '../../../core/contract/receipt.ts';
import { receiptOf } from '../../../worker/disconnect/receipt.ts';
import { Witness } from '../../../worker/disconnect/witness.ts';

const NOW = new Date('2026-11-29T12:00:00.000Z');
const RECORD = { ...RECEIPT.receipt.connection, handshake: 'h' } as unknown as ConnectionRecord;

function receipt(witness: Witness, notes: string[] = [], record: Partial<ConnectionRecord> = {}) {
  const asked = { requestedBy: 'customer', at: NOW } as const;
  return receiptOf({ ...RECORD, ...record }, asked, { outcome: 'removed', notes }, witness, NOW);
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

test('what was seen makes no receipt: that is known before anything is written', () => {
  expect(() => receipt(new Witness(), [], { profile: '' })).toThrow();
  expect(receiptSchema.safeParse(receipt(new Witness())).success).toBe(true);
});
