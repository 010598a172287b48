import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from '@jest/globals';
import { PROVIDERS } from '../../core/contract/providers.ts';
import { Secret } from '../../core/secrets/secret.ts';
import type { Box } from '../../lab/box.ts';
import { startGateway } from '../../lab/gateway.ts';
import { startLab } from '../../lab/lab.ts';
import type { ProviderKey } from '../../lab/providers/key-modes.ts';
import { startProviders } from '../../lab/providers/providers.ts';
import type { Step } from '../../worker/programs/openclaw/replacement.ts';
import { chat } from '../support/box-gateway.ts';
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
import { rowsOf } from '../support/real-rows.ts';

const MINUTE = 60_000;
/** Milliseconds into a command that takes 3 to 20 s: it runs, and has written nothing yet. */
const INTO_MS = 2_500;
const SMALL = 'openai/gpt-5.4-mini';
const MODEL = 'openai/gpt-5.4';
const WORK = 'openai:work';

/** Where a worker dies. */
interface Cut {
  step: Step;
  /** OpenClaw's command, by some of its words. */
  command: RegExp;
  /** `during`: it is killed, too; `asked`: the same, while the provider has not answered; `after`: it has been done. */
  when: 'during' | 'asked' | 'after';
  /** Whose keys may answer the customer in between. */
  answers: readonly (keyof typeof HOLDERS)[];
  /** An earlier attempt has left a key that nobody knows. */
  hasLeftover?: boolean;
  /** No order is set: OpenClaw takes any. */
  hasNoOrder?: boolean;
  /** The new key's model becomes the default. */
  isPointed?: boolean;
}

const HOLDERS = {
  old: ({ old }: Scene) => old,
  theirs: ({ theirs }: Scene) => theirs,
  fresh: (_: Scene, fresh: ProviderKey) => fresh,
};

const ORDER = /auth order (?:set|clear)/;
const LOGOUT = /auth logout/;
const PASTE = /paste-api-key/;
const TURN = /infer model run/;
const [OLD, FRESH] = [['old'], ['fresh']] as const;
const CUTS: readonly Cut[] = [
  { step: 'looking', command: /auth order get/, when: 'during', answers: OLD },
  { step: 'clearing', command: LOGOUT, when: 'during', answers: OLD, hasLeftover: true },
  { step: 'clearing', command: LOGOUT, when: 'after', answers: OLD, hasLeftover: true },
  { step: 'storing', command: ORDER, when: 'after', answers: ['old', 'theirs'], hasNoOrder: true },
  { step: 'storing', command: PASTE, when: 'during', answers: OLD },
  { step: 'storing', command: PASTE, when: 'after', answers: OLD },
  { step: 'proving', command: TURN, when: 'during', answers: OLD },
  { step: 'proving', command: TURN, when: 'asked', answers: OLD },
  { step: 'proving', command: TURN, when: 'after', answers: OLD },
  { step: 'preferring', command: ORDER, when: 'during', answers: ['old', 'fresh'] },
  { step: 'preferring', command: ORDER, when: 'after', answers: FRESH },
  { step: 'pointing', command: /config (?:set|patch)/, when: 'after', answers: FRESH, isPointed: true },
  { step: 'pointing', command: /models status/, when: 'during', answers: FRESH },
  { step: 'removing', command: LOGOUT, when: 'after', answers: FRESH },
  { step: 'removing', command: LOGOUT, when: 'during', answers: FRESH },
];
/** With a gateway each takes minutes: where what it has read and what is stored may differ. */
const SERVED = CUTS.filter(
  ({ step, when }) => ['storing', 'preferring', 'removing'].includes(step) || when === 'asked',
);

const { lab, providers } = duringTests({ lab: startLab, providers: startProviders });

/** A box on which the customer has a key of their own, and one of Keyferry's in front of it. */
interface Scene {
  box: Box;
  hasGateway: boolean;
  theirs: ProviderKey;
  /** Keyferry's, which the next attempt replaces. */
  old: ProviderKey;
  profile: string;
}

async function newScene(version: string, hasGateway: boolean): Promise<Scene> {
  const box = await lab.freshBox({ openclaw: version });
  configure(box, providers, 'openai', version);
  const [theirs, old] = [providers.mint('openai'), providers.mint('openai')];
  const profile = 'openai:keyferry';
  await asWorker(box, async ({ store, limits }) => {
    await store.pasteKey(WORK, new Secret(theirs.text), limits);
    await store.pasteKey(profile, new Secret(old.text), limits);
    await store.setOrder([profile, WORK], limits);
  });
  if (hasGateway) await startGateway(box);
  return { box, hasGateway, theirs, old, profile };
}

async function asWorker<T>(box: Box, work: (hands: Hands) => Promise<T>): Promise<T> {
  const hands = await Hands.on(box, PROVIDERS.openai);
  try {
    return await work(hands);
  } finally {
    await hands.die();
  }
}

const defaults = ({ box }: Scene) =>
  JSON.parse(readFileSync(join(box.home, '.openclaw/openclaw.json'), 'utf8')).agents.defaults.model;

/** What the row needs beside the scene. */
async function prepare({ box, profile }: Scene, { hasLeftover, hasNoOrder, isPointed }: Cut): Promise<void> {
  await asWorker(box, async ({ store, openclaw, limits }) => {
    if (hasNoOrder) await store.setOrder([], limits);
    if (isPointed) await openclaw.setDefaultModel(SMALL, [], limits);
    if (!hasLeftover) return;
    const left = profile === 'openai:keyferry-9' ? 'openai:keyferry-8' : 'openai:keyferry-9';
    await store.pasteKey(left, new Secret(providers.mint('openai').text), limits);
  });
}

/** A worker that dies where the row says; resolves with how the attempt ended. */
async function attempt(scene: Scene, fresh: ProviderKey, cut: Cut): Promise<string> {
  const { box } = scene;
  const before = openClawsOn(box);
  let step: Step | undefined;
  let isDead = false;
  const isThere = (command: string) => !isDead && step === cut.step && cut.command.test(command);
  const dies = async () => {
    isDead = true;
    const dying = hands.die();
    killOpenClaw(box, before);
    await dying;
  };
  const release = cut.when === 'asked' ? fresh.hold() : () => {};
  const around: Around = async (command, run) => {
    const running = run();
    if (isThere(command) && cut.when !== 'after') {
      if (cut.when === 'asked') while (!providers.turns('openai').includes(fresh.text)) await sleep(50);
      else await sleep(INTO_MS);
      await dies();
    }
    const result = await running;
    if (isThere(command) && cut.when === 'after') await dies();
    return result;
  };
  const hands = await Hands.on(box, PROVIDERS.openai, around);
  try {
    const placing = hands.place(fresh.text, wanted(scene, cut), (begun) => {
      step = begun;
    });
    const ended = await codeOf(placing);
    expect([cut.step, isDead]).toEqual([cut.step, true]);
    return ended;
  } finally {
    release();
    await hands.die();
    killOpenClaw(box, before);
  }
}

const wanted = ({ profile, old }: Scene, { isPointed }: Cut) => ({
  replaces: { profile, hint: old.text.slice(-4) },
  keep: [],
  ...(isPointed && { becomesDefault: true }),
});

/** The keys with which a customer's turn comes, which must be answered by no fallback. */
async function turnOf({ box, hasGateway }: Scene): Promise<Set<string>> {
  const from = providers.turns('openai').length;
  if (hasGateway) expect(await chat(box, true)).toMatchObject({ provider: 'openai' });
  else {
    const words = ['infer', 'model', 'run', '--local', '--json', '--model', MODEL, '--prompt', 'hi'];
    const { code, stdout, stderr } = await box.run(['openclaw', ...words], { timeoutMs: 5 * MINUTE });
    if (code !== 0) throw new Error(stdout + stderr);
  }
  return new Set(providers.turns('openai').slice(from));
}

describe.each(
  rowsOf(
    [
      { version: '2026.7.1', hasGateway: false, cuts: CUTS },
      { version: '2026.9.6', hasGateway: true, cuts: SERVED },
      { version: '2026.9.6', hasGateway: false, cuts: CUTS },
    ],
    1,
  ),
)(
  'a worker that dies in a replacement, on the real OpenClaw $version, gateway: $hasGateway',
  ({ version, hasGateway, cuts }) => {
    /** Of the row before, where that left things as they should be. */
    let scene: Scene | undefined;
    afterAll(() => scene?.box.stop(), MINUTE);

    test.each(rowsOf(cuts, 1))(
      '$step, $when $command: a key that works answers, the next attempt finishes, nothing of the customer’s is removed',
      async (cut) => {
        const on = scene ?? (await newScene(version, hasGateway));
        scene = undefined;
        await prepare(on, cut);
        const fresh = providers.mint('openai');

        expect(['worker_lost', 'connection_lost', cut.step === 'removing' && 'connected']).toContain(
          await attempt(on, fresh, cut),
        );
        const allowed = cut.answers.map((name) => HOLDERS[name](on, fresh).text);
        const seen = await turnOf(on);
        expect(seen.size).toBe(1);
        expect(allowed).toEqual(expect.arrayContaining([...seen]));
        expect(defaults(on).fallbacks).toEqual(['platform/plat-1']);

        const from = providers.turns('openai').length;
        await asWorker(on.box, async (next) => {
          const { profile } = await next.place(fresh.text, wanted(on, cut));
          const asked = new Set(providers.turns('openai').slice(from));
          expect(asked).toContain(fresh.text);
          // A gateway goes on with what chats have begun, with the key that answered them until now.
          const going = hasGateway ? [...seen] : [];
          expect([fresh.text, ...going]).toEqual(expect.arrayContaining([...asked]));
          expect(await stored(next)).toEqual([profile, WORK].sort());
          expect(await next.store.order(next.limits)).toEqual([profile, WORK]);
          expect(defaults(on)).toEqual({ primary: MODEL, fallbacks: ['platform/plat-1'] });
          if (hasGateway) expect(await turnOf(on)).toEqual(new Set([fresh.text]));
          expect(providers.turns('together')).toEqual([]);
          scene = { ...on, old: fresh, profile };
        });
      },
      40 * MINUTE,
    );
  },
);
