import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { PROVIDERS } from '../../core/contract/providers.ts';
import { Secret } from '../../core/secrets/secret.ts';
import { startGateway } from '../../lab/gateway.ts';
import { startLab } from '../../lab/lab.ts';
import type { ProviderKey } from '../../lab/providers/key-modes.ts';
import { startProviders } from '../../lab/providers/providers.ts';
import { chat } from '../support/box-gateway.ts';
import { Chatting, isChatting } from '../support/chatting.ts';
import { duringTests } from '../support/during-tests.ts';
import {
  type Around,
  codeOf,
  configure,
  Hands,
  killOpenClaw,
  openClawsOn,
  stored,
} from '../support/key-hands.ts';

/**
 * A customer who chats all the time, through the gateway of the real OpenClaw, while their key is renewed over and over, and
 * the worker dies at another command each time, together with what it was running.
 */
const MINUTE = 60_000;
const RENEWALS = 20;
const VERSION = '2026.9.6';
const WORK = 'openai:work';
/** Milliseconds into a command that takes 3 to 20 s. */
const INTO_MS = 2_500;
/** Commands of an attempt at which its worker dies, one after another; with more, it lives. */
const MOST_COMMANDS = 10;

const { lab, providers } = duringTests({ lab: startLab, providers: startProviders });

test(
  `${RENEWALS} renewals under a steady stream of turns, the worker killed in the middle of each: no turn fails, and one key is left`,
  async () => {
    const box = await lab.freshBox({ openclaw: VERSION });
    configure(box, providers, 'openai', VERSION);
    const theirs = providers.mint('openai');
    let old = providers.mint('openai');
    let profile = 'openai:keyferry';
    const first = await Hands.on(box, PROVIDERS.openai);
    await first.store.pasteKey(WORK, new Secret(theirs.text), first.limits);
    await first.store.pasteKey(profile, new Secret(old.text), first.limits);
    await first.store.setOrder([profile, WORK], first.limits);
    await first.die();
    await startGateway(box);

    const served = openClawsOn(box);
    const chatting = new Chatting(box);
    const ends: string[] = [];
    try {
      for (let made = 0; made < RENEWALS; made += 1) {
        const fresh = providers.mint('openai');
        const wanted = { replaces: { profile, hint: old.text.slice(-4) }, keep: [] };
        ends.push(await killedAt(made % (MOST_COMMANDS + 1), fresh, wanted));
        const next = await Hands.on(box, PROVIDERS.openai);
        ({ profile } = await next.place(fresh.text, wanted));
        expect(await stored(next)).toEqual([profile, WORK].sort());
        expect(await next.store.order(next.limits)).toEqual([profile, WORK]);
        await next.die();
        expect(chatting.unexplained).toEqual([]);
        old = fresh;
      }
    } finally {
      await chatting.stop();
    }
    expect(chatting.unexplained).toEqual([]);
    const from = providers.turns('openai').length;
    expect(await chat(box, true)).toMatchObject({ provider: 'openai' });
    expect(new Set(providers.turns('openai').slice(from))).toEqual(new Set([old.text]));
    expect(Object.keys(chatting.answered)).toEqual(['openai']);
    // Nothing of the platform's fallback has answered.
    expect(providers.turns('together')).toEqual([]);
    expect(chatting.answered.openai).toBeGreaterThan(RENEWALS);
    expect(ends.filter((end) => end !== 'connected').length).toBeGreaterThan(RENEWALS / 2);
    console.info(`${chatting.answered.openai} turns answered; the first attempts ended: ${ends.join(', ')}`);

    /** One attempt, whose worker dies in the middle of its command number `at`; how it has ended. */
    async function killedAt(at: number, fresh: ProviderKey, wanted: object): Promise<string> {
      let commands = 0;
      let hands: Hands | undefined;
      const around: Around = async (_, run) => {
        // Finding OpenClaw is none of the renewal's commands.
        if (!hands) return run();
        const number = commands;
        commands += 1;
        const running = run();
        if (number === at) {
          await sleep(INTO_MS);
          const dying = hands.die();
          killOpenClaw(box, [...served, ...openClawsOn(box).filter(isChatting)]);
          await dying;
        }
        return running;
      };
      hands = await Hands.on(box, PROVIDERS.openai, around);
      try {
        return await codeOf(hands.place(fresh.text, wanted));
      } finally {
        await hands.die();
      }
    }
  },
  150 * MINUTE,
);
