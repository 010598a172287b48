import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { PROVIDERS } from '../../core/contract/providers.ts';
import { Secret } from '../../core/secrets/secret.ts';
import type { Box } from '../../lab/box.ts';
import { startGateway } from '../../lab/gateway.ts';
import { startLab } from '../../lab/lab.ts';
import type { ProviderKey } from '../../lab/providers/key-modes.ts';
import { startProviders } from '../../lab/providers/providers.ts';
import { findJson } from '../../worker/programs/openclaw/models-status.ts';
import { whoAnswered } from '../../worker/programs/openclaw/who-answered.ts';
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
const MOST_COMMANDS = 9;

/** By which the customer's own commands are told from those of a worker that dies. */
const MARK = 'CHATS=1';

/** One turn of theirs through the gateway: who answered it. */
async function chat(box: Box) {
  const words = ['agent', '--agent', 'main', '--message', 'hi', '--json'];
  const { stdout } = await box.run(['env', MARK, 'openclaw', ...words], { timeoutMs: 5 * MINUTE });
  return whoAnswered(findJson(stdout));
}

function isChatting(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(MARK);
  } catch {
    return false;
  }
}

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
    const turns = { answered: 0, wrong: [] as unknown[] };
    let isOver = false;
    const stream = (async () => {
      while (!isOver) {
        const said = await chat(box).catch((thrown: Error) => thrown);
        if (said && 'provider' in said && said.provider === 'openai') turns.answered += 1;
        else turns.wrong.push(said);
      }
    })();

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
        old = fresh;
      }
    } finally {
      isOver = true;
      await stream;
    }
    const from = providers.turns('openai').length;
    expect(await chat(box)).toMatchObject({ provider: 'openai' });
    expect(new Set(providers.turns('openai').slice(from))).toEqual(new Set([old.text]));
    expect(turns.wrong).toEqual([]);
    // Nothing of the platform's fallback has answered.
    expect(providers.turns('together')).toEqual([]);
    expect(turns.answered).toBeGreaterThan(RENEWALS);
    expect(ends.filter((end) => end !== 'connected').length).toBeGreaterThan(RENEWALS / 2);
    console.info(`${turns.answered} turns answered; the first attempts ended: ${ends.join(', ')}`);

    /** One attempt, whose worker dies in the middle of its command number `at`; how it has ended. */
    async function killedAt(at: number, fresh: ProviderKey, wanted: object): Promise<string> {
      let commands = 0;
      const around: Around = async (_, run) => {
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
      const hands = await Hands.on(box, PROVIDERS.openai, around);
      try {
        return await codeOf(hands.place(fresh.text, wanted));
      } finally {
        await hands.die();
      }
    }
  },
  150 * MINUTE,
);
