import { join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { PROVIDERS } from '../../core/contract/providers.ts';
import { Secret } from '../../core/secrets/secret.ts';
import type { Box } from '../../lab/box.ts';
import type { KeyMode } from '../../lab/providers/key-modes.ts';
import { startProviders } from '../../lab/providers/providers.ts';
import type { Step } from '../../worker/programs/openclaw/replacement.ts';
import { duringTests } from '../support/during-tests.ts';
import { codeOf, configure, Hands, killOpenClaw, MODELS, stored } from '../support/key-hands.ts';
import { startPracticeLab } from '../support/practice-lab.ts';
import { put, wrap } from '../support/unwell-box.ts';

const MINUTE = 60_000;
const { lab, providers } = duringTests({ lab: startPracticeLab, providers: startProviders });

const defaultOf = async ({ openclaw, limits }: Hands) => (await openclaw.status(limits)).resolvedDefault;

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

/** The next command with these words fails on the box, as on one whose disk is full; the ones after it do not. */
function failing(box: Box) {
  const marker = (words: string) => join(box.home, `.fails-${words.replaceAll(' ', '-')}`);
  const each = ['order set', 'config patch', 'config set', 'models status'].map(
    (words) =>
      `case " $* " in *" ${words} "*) rm ${marker(words)} 2>/dev/null && { echo ENOSPC >&2; exit 1; };; esac`,
  );
  wrap(box, 'openclaw', ['#!/bin/sh', ...each].join('\n'));
  return (...words: string[]) => {
    for (const one of words) put(box, relative(box.home, marker(one)), '');
  };
}

describe('what goes wrong after the proof is taken back: order, default model and profiles are as before, and the old key answers', () => {
  const MODEL = 'openai/gpt-5.5';
  const rows: [string, Step, string[]][] = [
    ['the new one does not come first', 'preferring', ['order set']],
    ['the default model is not changed', 'proving', ['config patch', 'config set']],
    ['OpenClaw does not say what it would use', 'pointing', ['models status']],
  ];

  test.each(rows)(
    '%s',
    async (_, from, words) => {
      await withBox('2026.9.6', async (hands, box) => {
        const [old, fresh] = [providers.mint('openai'), providers.mint('openai')];
        const fails = failing(box);
        await hands.place(old.text);
        const before = [await hands.store.order(hands.limits), await stored(hands), await defaultOf(hands)];
        expect(before).toEqual([
          ['openai:keyferry', 'openai:work'],
          ['openai:keyferry', 'openai:work'],
          MODELS.openai,
        ]);
        const steps: Step[] = [];
        const replaces = { profile: 'openai:keyferry', hint: old.text.slice(-4) };
        const known = { replaces, keep: [], model: MODEL, becomesDefault: true };
        const placing = hands.place(fresh.text, known, (step) => {
          steps.push(step);
          if (step === from) fails(...words);
        });
        expect(await codeOf(placing)).not.toBe('connected');
        // It was proved, and the step that failed is the one that was meant to.
        expect(steps.at(-1)).toBe(from === 'proving' ? 'pointing' : from);
        expect(providers.turns('openai').at(-1)).toBe(fresh.text);
        expect([await hands.store.order(hands.limits), await stored(hands), await defaultOf(hands)]).toEqual(
          before,
        );
        expect(await hands.openclaw.prove('openai:keyferry', MODELS.openai, hands.limits)).toEqual({
          ok: true,
        });
        expect(providers.turns('openai').at(-1)).toBe(old.text);
      });
    },
    5 * MINUTE,
  );

  test(
    'where no order had been set, none is',
    async () => {
      await withBox('2026.9.6', async (hands, box) => {
        const fails = failing(box);
        const placing = hands.place(
          providers.mint('openai').text,
          { becomesDefault: true, model: MODEL },
          (step) => {
            if (step === 'pointing') fails('models status');
          },
        );
        expect(await codeOf(placing)).not.toBe('connected');
        expect(await hands.store.order(hands.limits)).toBeUndefined();
        expect([await stored(hands), await defaultOf(hands)]).toEqual([['openai:work'], MODELS.openai]);
      });
    },
    5 * MINUTE,
  );
});
