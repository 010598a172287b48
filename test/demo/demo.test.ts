import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type IPty, spawn as spawnInTerminal } from 'node-pty';
import { HeadlessCustomer } from '../../lab/headless-customer.ts';
import { LAB_MARK } from '../../lab/leftovers.ts';
import { ask } from '../../lab/loopback.ts';
import { type System, startSystem } from '../../lab/system.ts';
import { playCustomer } from '../../scripts/demonstration/auto.ts';
import { CUSTOMER } from '../../scripts/demonstration/customers.ts';
import { leadThere, OFFERED, startOthers } from '../../scripts/demonstration/other-providers.ts';
import { startReceiver } from '../../scripts/demonstration/webhooks.ts';

const MINUTE = 60_000;
const DEMO = fileURLToPath(new URL('../../scripts/demo', import.meta.url));
const { NODE_OPTIONS: _, ...environment } = process.env;

/** Files, users and processes that a demo with this process id has left. */
function leftBy(pid: number): string[] {
  const files = readdirSync(tmpdir()).filter(
    (name) => name.startsWith('keyferry-') && name.includes(`-${pid}-`),
  );
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith(`kf-${pid}-`));
  const processes = readdirSync('/proc').filter((name) => {
    try {
      return readFileSync(`/proc/${name}/environ`, 'latin1').split('\0').includes(`${LAB_MARK}=${pid}`);
    } catch {
      return false;
    }
  });
  return [...files, ...users, ...processes];
}

describe('./scripts/demo', () => {
  test(
    '--auto plays the customer, proves it, and leaves nothing',
    async () => {
      const demo = spawn(DEMO, ['--auto'], { env: environment });
      let shown = '';
      for (const stream of [demo.stdout, demo.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => {
          shown += text;
        });
      const code = await new Promise((resolve) => demo.once('close', resolve));
      expect(shown).toMatch(
        /SIMULATED {3}Anthropic[^\n]*\n {14}OpenAI, [^\n]*stand-ins[^\n]*\n {14}claude and openclaw on the boxes/,
      );
      expect(shown).toMatch(/only the stand-in takes it:\n\n {2}sk-proj-\S{20,}\n/);
      expect(shown).toMatch(/^\[doctor\] +Nothing on the box blocks a handshake\.$/m);
      expect(shown).toMatch(/Claude Connected: anthropic\/claude-/);
      expect(shown).toMatch(/OpenAI Connected: the key answered/);
      expect(shown.match(/^Proven:/gm)).toHaveLength(2);
      expectFive(shown);
      expect(code).toBe(0);
      expect(leftBy(demo.pid ?? 0)).toEqual([]);
    },
    4 * MINUTE,
  );

  test('in a terminal prints an address, another one at Enter, the console with who may sign in there, and takes everything down at Ctrl-C', async () => {
    const demo = spawnInTerminal(DEMO, [], {
      env: environment,
      cols: 200,
      rows: 40,
    });
    let shown = '';
    demo.onData((text) => {
      shown += text;
    });
    let isOver = false;
    const ended = new Promise<number>((resolve) => {
      demo.onExit(({ exitCode }) => {
        isOver = true;
        resolve(exitCode);
      });
    });
    try {
      const addresses = addressesIn(demo);
      const first = await addresses.next();
      await expectConsole(shown);
      await expectApi(shown);
      expect(first).toMatch(/^http:\/\/alice\.localhost:\d+\/connect\/[\w-]+$/);
      const { session } = await HeadlessCustomer.open(first);
      expect(session).toMatchObject({ customer: 'alice', standIn: expect.stringMatching(/^http:\/\/127/) });
      // The others are played meanwhile.
      await lineOf(demo, () => shown, /^ {2}eve .*attention\r?$/m);
      expectFive(shown);
      demo.write('\r');
      const second = await addresses.next();
      expect(second).not.toBe(first);
      await HeadlessCustomer.open(second);
      demo.write('\x03');
      expect(await ended).toBe(130);
    } finally {
      // Where something was not as it should be, it would run on.
      if (!isOver) demo.kill('SIGTERM');
      await ended;
    }
    expect(leftBy(demo.pid)).toEqual([]);
  });
});

/** Four customers are played: one fails as the doctor has said, and the platform has been told of all. */
function expectFive(shown: string): void {
  const lines = [...shown.matchAll(/^ {2}(?:bob|carol|dora|eve) .*$/gm)].map(([line]) => line.trim());
  expect(lines).toEqual([
    expect.stringMatching(/^bob +the doctor: nothing blocks +connected \(Claude\)$/),
    expect.stringMatching(/^carol +the doctor: nothing blocks +connected \(a key of Together AI\)$/),
    expect.stringMatching(/^dora +the doctor: openclaw_missing +failed: openclaw_missing$/),
    expect.stringMatching(/^eve +the doctor: nothing blocks +connected \(a key of xAI\); .*: attention$/),
  ]);
  const told = [...shown.matchAll(/^\[webhook\] +(\S+) +(\w+) .* signature verified\r?$/gm)].map(
    ([, type, customer]) => `${type} ${customer}`,
  );
  expect(told).toEqual(
    expect.arrayContaining([
      'handshake.connected bob',
      'handshake.connected carol',
      'handshake.failed dora',
      'case.opened dora',
      'handshake.connected eve',
      'connection.attention eve',
      'case.opened eve',
    ]),
  );
  expect(shown).not.toMatch(/NOT verified/);
}

/** Resolves once a line has been shown. */
function lineOf(demo: IPty, shown: () => string, line: RegExp): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (line.test(shown())) resolve();
    };
    demo.onData(look);
    look();
  });
}

/** The request that was printed for the platform's API makes a link. */
async function expectApi(shown: string): Promise<void> {
  const [, url = '', key = '', body = ''] =
    /curl -sS (\S+) \\\r?\n {4}-H 'Authorization: (Bearer \S+)' \\\r?\n {4}-H 'Content-Type: application\/json' -d '([^']+)'/.exec(
      shown,
    ) ?? [];
  const answer = await ask(url, {
    method: 'POST',
    headers: { authorization: key, 'content-type': 'application/json' },
    body,
  });
  expect([answer.status, answer.text]).toEqual([
    201,
    expect.stringMatching(/alice\.localhost:\d+\/connect\//),
  ]);
}

/** The console answers at the address that was printed, and each of the three goes in with their password. */
async function expectConsole(shown: string): Promise<void> {
  const url = /Support console: (http:\/\/admin\.localhost:\d+\/)\r?\n/.exec(shown)?.[1];
  const signIns = [...shown.matchAll(/^ {2}((?:observer|support|admin)-1) +(\S{20,})\r?$/gm)];
  expect(signIns).toHaveLength(3);
  for (const [, name, password] of signIns) {
    const answer = await ask(`${url}api/v1/sign-in`, {
      method: 'POST',
      headers: { origin: new URL(url ?? '').origin, 'content-type': 'application/json' },
      body: JSON.stringify({ name, password }),
    });
    expect(answer.status).toBe(204);
  }
}

/** The addresses that a demo prints, one after the other. */
function addressesIn(demo: IPty): { next(): Promise<string> } {
  let shown = '';
  let taken = 0;
  let look = () => {};
  demo.onData((text) => {
    shown += text;
    look();
  });
  return {
    next: () =>
      new Promise((resolve) => {
        look = () => {
          const found = [...shown.matchAll(/Open (http\S+)\r?\n/g)][taken]?.[1];
          if (found === undefined) return;
          taken += 1;
          look = () => {};
          resolve(found);
        };
        look();
      }),
  };
}

describe('the system', () => {
  let system: System | undefined;

  afterEach(() => system?.stop(), MINUTE);

  test(
    'works on a machine without sshd: the boxes are folders',
    async () => {
      const webhooks = await startReceiver();
      const env = { ...OFFERED, ...webhooks.env };
      system = await startSystem({ folder: 'each', delayMs: 5, env });
      const others = await startOthers();
      try {
        leadThere(system, CUSTOMER, others);
        const told: string[] = [];
        const tell = (line: string) => void told.push(line);
        webhooks.tellTo(tell);
        const stage = { system, others, webhooks, real: false };
        const code = await playCustomer(stage, tell, AbortSignal.timeout(2 * MINUTE));
        expect(told.join('\n').match(/^Proven:/gm)).toHaveLength(2);
        expectFive(told.join('\n'));
        expect(code).toBe(0);
      } finally {
        await others.stop();
        await webhooks.stop();
      }
    },
    4 * MINUTE,
  );

  test('whose processes do not start says why, with their own last words, and leaves nothing', async () => {
    const before = leftBy(process.pid);
    await expect(startSystem({ env: { LOG_LEVEL: 'loud' } })).rejects.toThrow(
      /ended at its start with 1:.*LOG_LEVEL/s,
    );
    expect(leftBy(process.pid)).toEqual(before);
  });
});
