import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { CATALOGUE } from '../../core/contract/errors.ts';
import { english } from '../../web/messages/english.ts';
import { modelName } from '../../web/model/model-name.ts';
import type { Person, Tab } from './person.ts';
import { leftOn } from './practice-lab.ts';
import type { Held, Scene } from './scene.ts';

/** What one customer goes through. */
export type Path = (scene: Scene, customer: string) => Promise<void>;

const BACK = 'https://dashboard.example/alice';

/** By sentence, after "a customer". Every form of the system is tried on them: several processes, real programs. */
export const PATHS = {
  'connects: consents, signs in in a new tab, copies the code, pastes it': async (scene, customer) => {
    const person = await scene.person(customer);
    const tab = await person.arrive(BACK);
    await tab.sees(english('consent.heading'));
    expect(await tab.barriers()).toEqual([]);
    await tab.connectLink.waitFor();
    const signIn = await tab.connect();
    expect(new URL(signIn.page.url()).origin).toBe(scene.system.anthropic.baseUrl);
    await tab.sees(english('paste.heading'));
    expect(await tab.barriers()).toEqual([]);
    await signIn.copyCode();
    await tab.paste();
    await expectConnected(tab, person);
    await tab.page
      .getByRole('link', { name: english('actions.backTo', { host: 'dashboard.example' }) })
      .waitFor();
    expect(await tab.barriers()).toEqual([]);
  },

  'is told why a code was not taken, and goes on with a fresh sign-in': async (scene, customer) => {
    const person = await scene.person(customer);
    const tab = await person.arrive();
    const first = await tab.connect();
    const code = await first.copyCode();
    // What the stand-in gave, with other characters in front.
    await tab.paste(code.replace(/^[^#]{8}/, 'AAAAAAAA'));
    await tab.sees(english('open.again'));
    await tab.reads(CATALOGUE.code_rejected.customer);
    expect(await tab.barriers()).toEqual([]);
    const second = await tab.openSignIn();
    await second.copyCode();
    await tab.paste();
    await expectConnected(tab, person);
  },

  'has two tabs and clicks twice: one handshake, one process on the box': async (scene, customer) => {
    const person = await scene.person(customer);
    const [one, two] = await Promise.all([person.arrive(), person.arrive()]);
    await Promise.all([one.connectLink.waitFor(), two.connectLink.waitFor()]);
    const handshake = (await one.truth()).snapshot?.handshake;
    expect((await two.truth()).snapshot?.handshake).toBe(handshake);
    expect(signInsOn(person)).toHaveLength(1);
    await Promise.all([one.connectLink.dblclick(), person.context.waitForEvent('page')]);
    const signIn = await two.connect();
    expect((await two.truth()).snapshot?.handshake).toBe(handshake);
    expect(signInsOn(person)).toHaveLength(1);
    await signIn.copyCode();
    await two.paste();
    await expectConnected(two, person);
    await expectConnected(one, person);
    expect((await one.truth()).snapshot?.handshake).toBe(handshake);
  },

  'reloads in every phase and always finds the true state': async (scene, customer) => {
    const person = await scene.person(customer);
    const phases = ['reaching', 'preparing', 'opening', 'exchanging', 'installing', 'proving'] as const;
    const gates = Object.fromEntries(phases.map((phase) => [phase, scene.hold(person, phase)]));
    const tab = await person.arrive();
    await tab.consent();
    for (const phase of ['reaching', 'preparing', 'opening'] as const) {
      await tab.reads(english(`preparing.steps.${phase}`));
      await tab.page.reload();
      await tab.sees(english('preparing.heading'));
      if (phase === 'opening') expect(await tab.barriers()).toEqual([]);
      gates[phase]?.open();
    }
    const handshake = (await tab.truth()).snapshot?.handshake;
    await tab.sees(english('open.heading'));
    await tab.page.reload();
    await tab.sees(english('open.heading'));
    expect(await tab.barriers()).toEqual([]);
    const signIn = await tab.openSignIn();
    await tab.page.reload();
    await tab.sees(english('paste.heading'));
    await signIn.copyCode();
    await tab.paste();
    for (const phase of ['exchanging', 'installing', 'proving'] as const) {
      await tab.seesStep(phase);
      await tab.page.reload();
      await tab.sees(english('progress.heading'));
      if (phase === 'proving') expect(await tab.barriers()).toEqual([]);
      gates[phase]?.open();
    }
    await expectConnected(tab, person);
    await tab.page.reload();
    await expectConnected(tab, person);
    expect((await tab.truth()).snapshot?.handshake).toBe(handshake);
  },

  'cancels in every phase, and nothing stays on the box': async (scene, customer) => {
    const person = await scene.person(customer);
    const tab = await person.arrive();
    // The one that began unasked is in the way of the first gate.
    await cancelAt(tab, person, 'waiting');
    for (const phase of [
      'reaching',
      'preparing',
      'opening',
      'exchanging',
      'installing',
      'proving',
    ] as const) {
      const gate = scene.hold(person, phase);
      await tab.click(english('actions.startAgain'));
      await cancelAt(tab, person, phase, gate.open);
    }
    await tab.click(english('actions.startAgain'));
    const signIn = await tab.connect();
    await signIn.copyCode();
    await tab.paste();
    await expectConnected(tab, person);
  },

  'comes back to an api that was restarted while they signed in': async (scene, customer) => {
    const person = await scene.person(customer);
    const tab = await person.arrive();
    const signIn = await tab.connect();
    await signIn.copyCode();
    for (const api of scene.system.apis) await api.stop();
    await Promise.all(scene.system.apis.map((api) => api.start()));
    await tab.paste();
    await expectConnected(tab, person);
  },

  'loses the network on the way and finds the true state afterwards': async (scene, customer) => {
    const person = await scene.person(customer);
    const tab = await person.arrive();
    const signIn = await tab.connect();
    await signIn.copyCode();
    const gate = scene.hold(person, 'exchanging');
    const sent = tab.page.waitForResponse('**/handshake/code');
    await tab.paste();
    await sent;
    scene.system.front.cut();
    const longEnough = setTimeout(scene.cutMs);
    await tab.page.getByText(english('reconnecting')).waitFor();
    expect(await tab.barriers()).toEqual([]);
    const turn = scene.system.anthropic.messages.arrival();
    gate.open();
    await Promise.all([turn, longEnough]);
    scene.system.front.mend();
    await expectConnected(tab, person);
    await tab.page.getByText(english('reconnecting')).waitFor({ state: 'detached' });
  },

  'lets the sign-in expire and starts again': async (scene, customer) => {
    await restartWorkers(scene, { WAITING_MINUTES: '0.1' });
    const person = await scene.person(customer);
    const tab = await person.arrive();
    await tab.connect();
    await tab.sees(english('paste.heading'));
    await tab.sees(english('trouble.expired'));
    expect(await tab.barriers()).toEqual([]);
    expect(await staysOn(person)).toEqual([]);
    await restartWorkers(scene);
    await tab.click(english('actions.startAgain'));
    const signIn = await tab.connect();
    await signIn.copyCode();
    await tab.paste();
    await expectConnected(tab, person);
  },
} satisfies Record<string, Path>;

/** The page says Connected with model and date, and OpenClaw on the box has used the very token of this sign-in. */
export async function expectConnected(tab: Tab, person: Person): Promise<void> {
  await tab.sees(english('connected.heading', { name: 'Claude' }));
  const { connection } = await tab.truth();
  const { model = '', expiresAt = '', tokenFingerprint } = connection ?? {};
  await tab.reads(modelName(model));
  await tab.page.locator(`time[datetime="${expiresAt}"]`).waitFor();
  const { minted, bearers } = person.system.anthropic;
  const isIts = (token: string) =>
    createHash('sha256').update(token).digest('hex').startsWith(`${tokenFingerprint}`);
  expect(minted.filter(isIts)).toHaveLength(1);
  expect(bearers.some(isIts)).toBe(true);
  expect(await staysOn(person)).toEqual([]);
}

/** Gets the handshake that has just begun to a phase, and cancels it there. */
async function cancelAt(tab: Tab, person: Person, phase: Held | 'waiting', open = () => {}): Promise<void> {
  if (phase === 'reaching' || phase === 'preparing' || phase === 'opening') {
    await tab.consent();
    await tab.reads(english(`preparing.steps.${phase}`));
  } else {
    const signIn = await tab.connect();
    await tab.sees(english('paste.heading'));
    await signIn.copyCode();
    if (phase !== 'waiting') {
      await tab.paste();
      await tab.seesStep(phase);
    }
  }
  const cancelled = tab.page.waitForResponse((response) => response.url().endsWith('/handshake/cancel'));
  await tab.click(english('actions.cancel'));
  await cancelled;
  // What OpenClaw has been given is taken out again before the customer reads that it is cancelled.
  const isTakenOut = phase === 'installing';
  if (isTakenOut) open();
  await tab.sees(english('trouble.cancelled'));
  if (!isTakenOut) open();
  expect(await staysOn(person)).toEqual([]);
}

/** Command lines of `claude setup-token` on a person's box, without the holder's round it. */
function signInsOn({ box }: Person): string[] {
  return box
    .processes()
    .map(commandLine)
    .filter((line) => /claude.* setup-token/.test(line) && !/^(\S*\/)?(sh|tmux|env)\b/.test(line));
}

/** What still runs on a person's box after a moment's grace. */
async function staysOn({ box }: Person): Promise<string[]> {
  return (await leftOn(box)).map((pid) => `${pid} ${commandLine(pid)}`);
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return 'ended meanwhile';
  }
}

async function restartWorkers({ system }: Scene, environment: Record<string, string> = {}): Promise<void> {
  await Promise.all(
    system.workers.map(async (worker) => {
      await worker.stop();
      await worker.start(environment);
    }),
  );
}
