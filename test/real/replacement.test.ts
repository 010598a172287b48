import { chownSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { PROVIDERS } from '../../core/contract/providers.ts';
import { Secret } from '../../core/secrets/secret.ts';
import type { Box } from '../../lab/box.ts';
import { startLab } from '../../lab/lab.ts';
import { startProviders } from '../../lab/providers/providers.ts';
import { duringTests } from '../support/during-tests.ts';
import { codeOf, configure, Hands, MODELS, type Name, stored } from '../support/key-hands.ts';
import { firstOf, rowsOf } from '../support/real-rows.ts';

const MINUTE = 60_000;

const { lab, providers } = duringTests({ lab: startLab, providers: startProviders });

/** A box on which the customer has a key of their own, and maybe one of Keyferry's in front of it. */
async function withBox(name: Name, version: string, work: (box: Box, hands: Hands) => Promise<void>) {
  const box = await lab.freshBox({ claude: '2.1.330', openclaw: version });
  try {
    configure(box, providers, name, version);
    const hands = await Hands.on(box, PROVIDERS[name]);
    await work(box, hands);
    await hands.die();
  } finally {
    await box.stop();
  }
}

async function storeTheirs(hands: Hands, key: string): Promise<void> {
  const { id } = hands.openclaw.provider.openclaw;
  await hands.store.pasteKey(`${id}:work`, new Secret(key), hands.limits);
}

describe('with another good profile and a fallback model there, on the real OpenClaw', () => {
  test.each(
    rowsOf<[Name, string]>(
      [
        ['openai', '2026.7.1'],
        ['anthropic', '2026.7.1'],
        ['openai', '2026.9.6'],
        ['anthropic', '2026.9.6'],
      ],
      1,
    ),
  )(
    '%s, %s: the key in the proof is this one; a refused one leaves everything as it was',
    async (name, version) => {
      await withBox(name, version, async (_, hands) => {
        const theirs = providers.mint(name);
        await storeTheirs(hands, theirs.text);
        const [bad, good] = [providers.mint(name, 'wrong'), providers.mint(name)];
        const from = providers.turns(name).length;
        const turns = () => providers.turns(name).slice(from);

        expect(await codeOf(hands.place(bad.text))).toBe('key_rejected');
        expect(turns()).toEqual([bad.text]);
        expect(await stored(hands)).toEqual([`${name}:work`]);
        expect(await hands.store.order(hands.limits)).toBeUndefined();

        const placed = await hands.place(good.text);
        expect(placed).toMatchObject({ profile: `${name}:keyferry`, defaultModel: MODELS[name] });
        expect(turns()).toEqual([bad.text, good.text]);
        expect(await hands.store.order(hands.limits)).toEqual([`${name}:keyferry`, `${name}:work`]);
        expect(providers.turns('together')).toEqual([]);
      });
    },
    30 * MINUTE,
  );

  // Minutes each: no room for them in the short list.
  for (const name of firstOf<Name>(['openai', 'anthropic'], 0))
    test(
      `${name}, 2026.4.15: a turn that one profile alone can answer leaves nothing behind`,
      async () => {
        await withBox(name, '2026.4.15', async (box, hands) => {
          const [theirs, bad] = [providers.mint(name), providers.mint(name, 'wrong')];
          const { id } = hands.openclaw.provider.openclaw;
          const profiles = Object.fromEntries(
            [theirs, bad].map(({ text }, at) => [
              at === 0 ? `${id}:work` : `${id}:keyferry`,
              { type: 'token', provider: id, token: text },
            ]),
          );
          const store = join(box.home, '.openclaw/agents/main/agent');
          mkdirSync(store, { recursive: true });
          writeFileSync(join(store, 'auth-profiles.json'), JSON.stringify({ version: 1, profiles }));
          for (const path of [
            '',
            'agents',
            'agents/main',
            'agents/main/agent',
            'agents/main/agent/auth-profiles.json',
          ])
            chownSync(join(box.home, '.openclaw', path), box.uid, box.gid);
          const from = providers.turns(name).length;
          const refused = await hands.openclaw.prove(`${id}:keyferry`, MODELS[name], hands.limits);
          expect(refused).toMatchObject({ ok: false, code: 'key_rejected' });
          expect(new Set(providers.turns(name).slice(from))).toEqual(new Set([bad.text]));
          const answered = await hands.openclaw.prove(`${id}:work`, MODELS[name], hands.limits);
          expect(answered).toEqual({ ok: true });
          expect(providers.turns(name).at(-1)).toBe(theirs.text);
          expect(providers.turns('together')).toEqual([]);
          const left = readdirSync(join(box.home, '.openclaw'), { recursive: true, encoding: 'utf8' });
          expect(left.filter((path) => /keyferry-proof|sessions\/.*\.jsonl/.test(path))).toEqual([]);
        });
      },
      30 * MINUTE,
    );
});
