import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../../lab/browser.ts';
import { withGates } from '../../lab/gates.ts';
import { type PracticePrograms, practicePrograms } from '../../lab/practice/programs.ts';
import { type System, startSystem } from '../../lab/system.ts';
import type { LogLine, SystemProcess } from '../../lab/system-process.ts';
import { english } from '../../web/messages/english.ts';
import { expectConnected, PATHS, type Path } from '../support/e2e-paths.ts';
import { Scene } from '../support/scene.ts';

let programs: PracticePrograms;
let system: System;
let browser: Browser;
let scene: Scene;

beforeAll(async () => {
  programs = practicePrograms({ delayMs: 5 });
  const customers = ['alice', 'bob', 'carol', 'dora', 'eve'];
  [system, browser] = await Promise.all([
    startSystem({ customers, programs: withGates(programs), apis: 2, workers: 2 }),
    openBrowser(),
  ]);
});

afterAll(async () => {
  await browser?.close();
  await system?.stop();
  programs?.remove();
});

beforeEach(() => {
  scene = new Scene({ system, browser, real: false });
});

afterEach(async () => {
  await scene.end();
});

/** The process that was the last to log such a line of a customer. */
function lastToSay(
  customer: string,
  fields: Partial<LogLine>,
  processes: readonly SystemProcess[],
): SystemProcess {
  const isIt = (line: LogLine) =>
    Object.entries({ customer, ...fields }).every(([name, value]) => line[name] === value);
  const found = processes.flatMap((process) =>
    process.lines.filter(isIt).map(({ time }) => ({ process, time })),
  );
  const last = found.toSorted((a, b) => b.time - a.time)[0];
  if (!last) throw new Error(`No process has said ${JSON.stringify(fields)} of ${customer}.`);
  return last.process;
}

describe('with two api and two worker processes a customer', () => {
  const plays = (sentence: string, customer: string, path: Path) =>
    test(sentence, () => scene.play(() => path(scene, customer)));

  const connects = 'connects: consents, signs in in a new tab, copies the code, pastes it';
  plays(connects, 'alice', PATHS[connects]);
  const twoTabs = 'has two tabs and clicks twice: one handshake, one process on the box';
  plays(twoTabs, 'bob', PATHS[twoTabs]);
  const reloads = 'reloads in every phase and always finds the true state';
  plays(reloads, 'carol', PATHS[reloads]);

  plays('does not notice that the api that pushes to them is killed', 'dora', async () => {
    const person = await scene.person('dora');
    const tab = await person.arrive();
    const signIn = await tab.connect();
    await signIn.copyCode();
    const api = lastToSay('dora', { route: '/api/v1/live', status: 101 }, system.apis);
    await api.stop('SIGKILL');
    await tab.paste();
    await expectConnected(tab, person);
    await api.start();
  });

  plays(
    'does not notice that their worker is stopped: the link that they opened stays good',
    'eve',
    async () => {
      const person = await scene.person('eve');
      const tab = await person.arrive();
      const signIn = await tab.connect();
      await tab.sees(english('paste.heading'));
      const worker = lastToSay('eve', { msg: 'phase' }, system.workers);
      await worker.stop();
      await tab.sees(english('paste.heading'));
      await signIn.copyCode();
      await tab.paste();
      await expectConnected(tab, person);
      expect(lastToSay('eve', { phase: 'connected' }, system.workers)).not.toBe(worker);
    },
  );
});
