import { describe, expect, test } from '@jest/globals';
import { KeyferryError } from '../../../core/errors.ts';
import type { Phase } from '../../../core/phases.ts';
import { compareSnapshots, snapshotSchema } from '../../../core/snapshot.ts';
import type { Connected } from '../../../worker/handshake.ts';
import type { Ending } from '../../../worker/queue/ending.ts';
import { Story } from '../../../worker/queue/story.ts';
import { fullLink } from '../../support/links.ts';

const WORK = {
  handshake: 'handshake-1',
  customer: 'alice',
  askedAt: new Date('2026-01-01T00:00:00Z'),
  attempt: 2,
  mayRetry: true,
  isGivenUp: false,
};
const CONNECTED: Connected = {
  profile: 'anthropic:manual',
  model: 'anthropic/claude-opus-5-5',
  tokenFingerprint: '0123456789ab',
  expiresAt: new Date('2027-01-01T00:00:00Z'),
  warnings: [],
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

describe('a story', () => {
  test('is snapshots that a browser may have, each newer than the one before', () => {
    const story = new Story(WORK, undefined);
    const phases: Phase[] = ['reaching', 'opening', 'waiting', 'waiting', 'exchanging', 'proving'];
    const told = [...phases.map((phase) => story.change(change(phase))), story.end(ended('failed'))];
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

  test('has nothing that a box said', () => {
    const told = JSON.stringify(new Story(WORK, undefined).end(ended('failed')));
    expect(told).not.toMatch(/what the box said|its screen/);
  });

  test('says that a link is fresh until a code of it is typed', () => {
    const story = new Story(WORK, 'fresh_link');
    const notices = (['reaching', 'waiting', 'exchanging', 'waiting'] as const).map(
      (phase) => story.change(change(phase)).notice,
    );
    expect(notices).toEqual(['fresh_link', 'fresh_link', undefined, undefined]);
  });

  test('says that it tries again until there is a link', () => {
    const story = new Story(WORK, 'retrying');
    const notices = (['reaching', 'opening', 'waiting'] as const).map(
      (phase) => story.change(change(phase)).notice,
    );
    expect(notices).toEqual(['retrying', 'retrying', undefined]);
  });

  test.each([
    ['no link was shown', ['reaching'], 'retrying'],
    ['a link was shown', ['reaching', 'waiting', 'exchanging', 'waiting'], 'fresh_link'],
    ['nothing was done', [], undefined],
  ] as const)('that goes on elsewhere is queued again: %s', (_, phases, notice) => {
    const story = new Story(WORK, undefined);
    for (const phase of phases) story.change(change(phase));
    expect(story.end(ended('handover'))).toMatchObject({ phase: 'queued', notice });
  });

  test('that is another’s by now has no end here', () => {
    expect(new Story(WORK, undefined).end(ended('lost'))).toBeUndefined();
  });

  test('of a cancelled handshake has no error', () => {
    expect(new Story(WORK, undefined).end(ended('cancelled'))).not.toHaveProperty('error');
  });

  test.each([
    ['anthropic/claude-opus-5-5', 'anthropic/claude-opus-5-5'],
    ['anthropic/claude-<script>', undefined],
    ['openai/gpt', undefined],
  ])('names the model %s as %s', (model, named) => {
    const end = new Story(WORK, undefined).end({ kind: 'connected', connected: { ...CONNECTED, model } });
    expect(snapshotSchema.parse(end).connection?.model).toBe(named);
  });
});
