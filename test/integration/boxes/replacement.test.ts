import { describe, expect, test } from '@jest/globals';
import { PROVIDERS } from '../../../core/contract/providers.ts';
import { Secret } from '../../../core/secrets/secret.ts';
import type { Box } from '../../../lab/box.ts';
import type { KeyMode } from '../../../lab/providers/key-modes.ts';
import { startProviders } from '../../../lab/providers/providers.ts';
import type { Step } from '../../../worker/programs/openclaw/replacement.ts';
import { duringTests } from '../../support/during-tests.ts';
import { codeOf, configure, Hands, killOpenClaw, MODELS, stored } from '../../support/key-hands.ts';
import { startPracticeLab } from '../../support/practice-lab.ts';

const MINUTE = 60_000;
const { lab, providers } = duringTests({ lab: startPracticeLab, providers: startProviders });

/** A box on which the customer has a key of their own. */
async function withBox(version: string, work: (hands: Hands, box: Box) => Promise<void>): Promise<void> {
  const box = await lab.box({ openclaw: version });
  try {
    configure(box, providers, 'openai', version);
    const hands = await Hands.on(box, PROVIDERS.openai);
    await hands.store.pasteKey('openai:work', new Secret(providers.mint('openai').text), hands.limits);
    await work(hands, box);
    await hands.die();
  } finally {
    await box.stop();
  }
}

test.each(['2026.7.1', '2026.9.6'])(
  'OpenClaw %s: what the provider says to this very key is told apart, with another good one and a fallback there',
  async (version) => {
    await withBox(version, async (hands) => {
      const verdicts: [KeyMode, string][] = [
        ['wrong', 'key_rejected'],
        ['revoked', 'key_revoked'],
        ['no-credit', 'key_no_credit'],
        ['budget', 'key_no_credit'],
        ['region', 'region_refused'],
        ['no-permission', 'key_no_access'],
        ['model-forbidden', 'key_no_access'],
        ['rate-limited', 'provider_rate_limited'],
        ['overloaded', 'provider_down'],
        ['unavailable', 'provider_down'],
        ['broken', 'provider_down'],
        ['reset', 'provider_down'],
        ['good', 'ok'],
      ];
      const key = providers.mint('openai');
      await hands.store.pasteKey('openai:keyferry', new Secret(key.text), hands.limits);
      const from = providers.turns('openai').length;
      for (const [mode, code] of verdicts) {
        key.mode = mode;
        const verdict = await hands.openclaw.prove('openai:keyferry', MODELS.openai, hands.limits);
        expect([mode, verdict.ok ? 'ok' : verdict.code]).toEqual([mode, code]);
      }
      expect(new Set(providers.turns('openai').slice(from))).toEqual(new Set([key.text]));
      expect(providers.turns('together')).toEqual([]);
    });
  },
  5 * MINUTE,
);

test(
  'a refused key leaves everything as it was; a good one takes its place in front, and the replaced one goes',
  async () => {
    await withBox('2026.9.6', async (hands) => {
      const [old, bad, fresh] = [
        providers.mint('openai'),
        providers.mint('openai', 'wrong'),
        providers.mint('openai'),
      ];
      await hands.place(old.text);
      const order = ['openai:keyferry', 'openai:work'];
      expect(await hands.store.order(hands.limits)).toEqual(order);
      const replaces = { profile: 'openai:keyferry', hint: old.text.slice(-4) };
      expect(await codeOf(hands.place(bad.text, { replaces, keep: [] }))).toBe('key_rejected');
      expect(await hands.store.order(hands.limits)).toEqual(order);
      expect(await stored(hands)).toEqual(order);
      const placed = await hands.place(fresh.text, { replaces, keep: [] });
      expect(placed.profile).toBe('openai:keyferry-2');
      expect(await hands.store.order(hands.limits)).toEqual(['openai:keyferry-2', 'openai:work']);
      expect(await stored(hands)).toEqual(['openai:keyferry-2', 'openai:work']);
    });
  },
  5 * MINUTE,
);

describe('a worker that dies in a replacement over SSH', () => {
  const steps: Step[] = ['looking', 'storing', 'proving', 'preferring', 'removing'];
  test.each(steps)(
    '%s: the next attempt finishes it, and nothing of the customer’s is removed',
    async (last) => {
      await withBox('2026.9.6', async (hands, box) => {
        const [old, fresh] = [providers.mint('openai'), providers.mint('openai')];
        await hands.place(old.text);
        const replaces = { profile: 'openai:keyferry', hint: old.text.slice(-4) };
        const killed = hands.place(fresh.text, { replaces, keep: [] }, (step) => {
          if (step === last) void hands.die();
        });
        expect(['worker_lost', 'connection_lost']).toContain(await codeOf(killed));
        killOpenClaw(box);
        const next = await Hands.on(box, PROVIDERS.openai);
        const { profile } = await next.place(fresh.text, { replaces, keep: [] });
        expect(await stored(next)).toEqual([profile, 'openai:work'].sort());
        expect(await next.store.order(next.limits)).toEqual([profile, 'openai:work']);
        await next.die();
      });
    },
    5 * MINUTE,
  );
});
