import { describe, expect, test } from '@jest/globals';
import { KeyferryError } from '../../../core/contract/errors.ts';
import type { Phase } from '../../../core/contract/phases.ts';
import { FIRST } from '../../../core/contract/providers.ts';
import { compareSnapshots, type Snapshot, snapshotSchema } from '../../../core/contract/snapshot.ts';
import type { Connected } from '../../../worker/handshake/ends.ts';
import type { Ending } from '../../../worker/queue/ending.ts';
import { SnapshotSequence } from '../../../worker/queue/snapshot-sequence.ts';
import { fullLink } from '../../support/links.ts';

const WORK = {
  handshake: 'handshake-1',
  customer: 'alice',
  ...FIRST,
  requestedBy: 'customer',
  askedAt: new Date('2026-01-01T00:00:00Z'),
  attempt: 2,
  mayRetry: true,
  mayInsist: true,
  uncounted: 1,
  isGivenUp: false,
};
const CONNECTED: Connected = {
  profile: 'anthropic:manual',
  model: 'anthropic/claude-opus-5-5',
  tokenFingerprint: '0123456789ab',
  hint: 'wXyZ',
  expiresAt: new Date('2027-01-01T00:00:00Z'),
  warnings: [],
};
const LAST: Snapshot = {
  ...FIRST,
  handshake: 'handshake-1',
  startedAt: '2026-01-01T00:00:00.000Z',
  at: '2026-01-01T00:00:30.000Z',
  attempt: 1,
  seq: 4,
  phase: 'waiting',
  link: fullLink(),
};
const at = new Date('2026-01-01T00:01:00Z');
const change = (phase: Phase) => ({
  phase,
  at,
  endsAt: new Date('2026-01-01T00:16:00Z'),
  ...(phase === 'waiting' ? { url: fullLink() } : {}),
});
const ended = (kind: 'failed' | 'retry' | 'handover' | 'lost' | 'cancelled'): Ending => ({
  kind,
  phase: 'waiting',
  error: new KeyferryError('box_unreachable', { detail: 'what the box said', screen: 'its screen' }),
});

describe('a sequence of snapshots', () => {
  test('is snapshots that a browser may have, each newer than the one before', () => {
    const sequence = new SnapshotSequence(WORK, null);
    const phases: Phase[] = ['reaching', 'opening', 'waiting', 'waiting', 'exchanging', 'proving'];
    const told = [...phases.map((phase) => sequence.change(change(phase))), sequence.end(ended('failed'))];
    const parsed = told.map((snapshot) => snapshotSchema.parse(snapshot));
    for (const [index, snapshot] of parsed.slice(1).entries())
      expect(compareSnapshots(snapshot, parsed[index] ?? snapshot)).toBeGreaterThan(0);
    expect(parsed[0]).toMatchObject({
      handshake: 'handshake-1',
      startedAt: '2026-01-01T00:00:00.000Z',
      at: '2026-01-01T00:01:00.000Z',
      phaseEndsAt: '2026-01-01T00:16:00.000Z',
      attempt: 2,
    });
  });

  test('is still told truthfully while it waits for its turn: the same link, with the time that it will have', () => {
    const before = Date.now();
    const taken = new SnapshotSequence({ ...WORK, attempt: 2 }, LAST).taken(() => 15 * 60_000);
    expect(taken).toMatchObject({ phase: 'waiting', link: LAST.link, attempt: 2, seq: 1 });
    expect(Date.parse(taken?.phaseEndsAt ?? '')).toBeGreaterThanOrEqual(before + 15 * 60_000);
    const sequence = new SnapshotSequence({ ...WORK, attempt: 2 }, LAST);
    sequence.taken(() => 1);
    expect(
      (['reaching', 'preparing', 'opening'] as const).map((phase) => sequence.change(change(phase))),
    ).toEqual([undefined, undefined, undefined]);
    expect(new SnapshotSequence(WORK, { ...LAST, phase: 'queued' }).taken(() => 1)).toBeUndefined();
  });

  test('says that it is parked, with its link and its end, and goes on from there as long as it has', () => {
    const first = new SnapshotSequence({ ...WORK, attempt: 1 }, null);
    const waits = first.change(change('waiting'));
    const error = new KeyferryError('worker_stopped');
    const parked = first.end({ kind: 'parked', phase: 'waiting', error }, true);
    const waitsUntil = waits?.phaseEndsAt;
    expect(parked).toEqual({ ...waits, waitsUntil, parked: true, seq: 2 });
    const next = new SnapshotSequence(WORK, parked ?? null);
    expect(next.parkedUntil).toBe(Date.parse('2026-01-01T00:16:00.000Z'));
    const taken = next.taken(() => 15 * 60_000);
    expect(taken).toEqual({ ...waits, waitsUntil, attempt: 2, seq: 1 });
    const endsAt = new Date('2026-01-01T00:15:59Z');
    expect(next.change({ ...change('waiting'), endsAt })).toEqual({
      ...waits,
      waitsUntil,
      phaseEndsAt: endsAt.toISOString(),
      attempt: 2,
      seq: 2,
    });
    expect(new SnapshotSequence(WORK, LAST).parkedUntil).toBeUndefined();
  });

  test('once it was parked its end stays, also where whoever woke it was stopped', () => {
    const waiting = { ...LAST, phase: 'waiting', link: change('waiting').url } as const;
    const waitsUntil = '2026-01-01T00:16:00.000Z';
    const taken = new SnapshotSequence(WORK, { ...waiting, waitsUntil, phaseEndsAt: waitsUntil }).taken(
      () => 15 * 60_000,
    );
    expect(taken?.phaseEndsAt).toBe(waitsUntil);
    const next = new SnapshotSequence({ ...WORK, attempt: 3 }, taken ?? null);
    expect(next.parkedUntil).toBe(Date.parse(waitsUntil));
    // One that has not got to its box is put aside where it was.
    const lost = new KeyferryError('box_unreachable');
    expect(next.end({ kind: 'parked', phase: 'reaching', error: lost }, true)).toMatchObject({
      phase: 'waiting',
      link: waiting.link,
      waitsUntil,
      phaseEndsAt: waitsUntil,
      parked: true,
    });
    next.change({ ...change('waiting'), endsAt: new Date('2026-01-01T00:15:59Z') });
    const error = new KeyferryError('worker_stopped');
    expect(next.end({ kind: 'parked', phase: 'waiting', error }, true)).toMatchObject({
      waitsUntil,
      parked: true,
    });
  });

  test('a fresh link has a time of its own', () => {
    const sequence = new SnapshotSequence(WORK, {
      ...LAST,
      phase: 'waiting',
      waitsUntil: '2026-01-01T00:16:00.000Z',
    });
    sequence.release();
    expect(sequence.change(change('waiting'))?.waitsUntil).toBeUndefined();
  });

  test('has nothing that a box said', () => {
    const told = JSON.stringify(new SnapshotSequence(WORK, null).end(ended('failed')));
    expect(told).not.toMatch(/what the box said|its screen/);
  });

  test('says that a link is fresh until a code of it is typed', () => {
    const sequence = new SnapshotSequence(WORK, { ...LAST, phase: 'queued', notice: 'fresh_link' });
    const notices = (['reaching', 'waiting', 'exchanging', 'waiting'] as const).map(
      (phase) => sequence.change(change(phase))?.notice,
    );
    expect(notices).toEqual(['fresh_link', 'fresh_link', undefined, undefined]);
  });

  test('says that it tries again until there is a link', () => {
    const sequence = new SnapshotSequence(WORK, { ...LAST, phase: 'reaching' });
    const notices = (['reaching', 'opening', 'waiting'] as const).map(
      (phase) => sequence.change(change(phase))?.notice,
    );
    expect(notices).toEqual(['retrying', 'retrying', undefined]);
  });

  test.each([
    ['no link was shown', ['reaching'], 'retrying'],
    ['a link was shown', ['reaching', 'waiting', 'exchanging', 'waiting'], 'fresh_link'],
    ['nothing was done', [], undefined],
  ] as const)('that goes on elsewhere is queued again: %s', (_, phases, notice) => {
    const sequence = new SnapshotSequence(WORK, null);
    for (const phase of phases) sequence.change(change(phase));
    expect(sequence.end(ended('handover'))).toMatchObject({ phase: 'queued', notice });
  });

  test('that is another’s by now has no end here', () => {
    expect(new SnapshotSequence(WORK, null).end(ended('lost'))).toBeUndefined();
  });

  test('of a cancelled handshake has no error', () => {
    expect(new SnapshotSequence(WORK, null).end(ended('cancelled'))).not.toHaveProperty('error');
  });

  test.each([
    ['anthropic/claude-opus-5-5', 'anthropic/claude-opus-5-5'],
    ['anthropic/claude-<script>', undefined],
    ['openai/gpt', undefined],
  ])('names the model %s as %s', (model, named) => {
    const end = new SnapshotSequence(WORK, null).end({
      kind: 'connected',
      connected: { ...CONNECTED, model },
    });
    expect(snapshotSchema.parse(end).connection?.model).toBe(named);
  });
});

describe('a sequence that goes on where an earlier attempt was', () => {
  const rejected = { code: 'code_rejected', message: 'Once more', retryable: true } as const;
  const steps = ['reaching', 'preparing', 'opening'] as const;

  test('shows no step back: the same link, once more, as the newer attempt', () => {
    const sequence = new SnapshotSequence(WORK, { ...LAST, rejected });
    const told = [...steps, 'waiting' as const].map((phase) => sequence.change(change(phase)));
    expect(told.map((snapshot) => snapshot?.attempt)).toEqual([2, undefined, undefined, 2]);
    for (const snapshot of [told[0], told[3]])
      expect(snapshot).toMatchObject({ phase: 'waiting', link: LAST.link, rejected });
    expect(told[3]).not.toHaveProperty('notice', 'fresh_link');
    expect(told[3]).toMatchObject({ phaseEndsAt: '2026-01-01T00:16:00.000Z' });
    expect(sequence.change(change('exchanging'))).toMatchObject({ phase: 'exchanging' });
  });

  test('says so when the link is another after all', () => {
    const sequence = new SnapshotSequence(WORK, LAST);
    for (const phase of steps) sequence.change(change(phase));
    const other = fullLink({ challenge: 'D'.repeat(43) });
    expect(sequence.change({ ...change('waiting'), url: other })).toMatchObject({
      link: other,
      notice: 'fresh_link',
    });
  });

  test('reports every step once nothing of it is left', () => {
    const sequence = new SnapshotSequence(WORK, LAST);
    sequence.change(change('reaching'));
    sequence.release();
    expect(sequence.change(change('opening'))).toMatchObject({ phase: 'opening', notice: 'fresh_link' });
  });

  test('has a code that may have been typed, and a fresh link when nothing came of it', () => {
    const sequence = new SnapshotSequence(WORK, { ...LAST, phase: 'exchanging', link: undefined });
    expect(sequence.wasTyped).toBe(true);
    expect(new SnapshotSequence(WORK, LAST).wasTyped).toBe(false);
    for (const phase of steps) sequence.change(change(phase));
    expect(sequence.change(change('exchanging'))).toMatchObject({ phase: 'exchanging', notice: undefined });
    expect(sequence.change(change('waiting'))).toMatchObject({ phase: 'waiting', notice: 'fresh_link' });
  });

  test('says nothing when yet another attempt goes on', () => {
    const sequence = new SnapshotSequence(WORK, LAST);
    sequence.change(change('reaching'));
    expect(sequence.end(ended('retry'))).toBeUndefined();
    const first = new SnapshotSequence(WORK, null);
    first.change(change('waiting'));
    expect(first.end(ended('handover'), true)).toBeUndefined();
    expect(first.end(ended('handover'), false)).toMatchObject({ phase: 'queued', notice: 'fresh_link' });
  });
});
