import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { keyBinding } from '../../core/contract/sealed.ts';
import { Secret } from '../../core/secrets/secret.ts';
import { Copies } from '../../core/store/vault.ts';
import type { Box } from '../../lab/box.ts';
import { startLab } from '../../lab/lab.ts';
import { leaks } from '../../lab/leaks.ts';
import { pointBox } from '../../lab/providers/point-box.ts';
import { startProviders } from '../../lab/providers/providers.ts';
import { duringTests } from '../support/during-tests.ts';
import { startWorkerLab } from '../support/worker-lab.ts';

const MINUTE = 60_000;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const VAULT = { VAULT: 'file', VAULT_KEYS: `v1:${randomBytes(32).toString('base64')}` };
const CUSTOMER = 'alice';
const { lab, providers, workers } = duringTests({
  lab: startLab,
  providers: startProviders,
  workers: startWorkerLab,
});

/** The customer signs in, for a setup-token. */
async function signIn(): Promise<string> {
  const handshake = await workers.ask(CUSTOMER);
  const { link = '' } = await workers.until(handshake, ({ phase }) => phase === 'waiting');
  await workers.leave(handshake, lab.anthropic.signIn(link));
  await workers.until(handshake, ({ phase }) => phase === 'connected');
  return handshake;
}

/** The customer brings a key. */
async function bring(key: string): Promise<string> {
  const [handshake, submission] = [randomUUID(), randomUUID()];
  const owner = { customer: CUSTOMER, box: 'default', provider: 'openai', submission };
  await workers.inFlightSecrets.leaveKey(owner, await workers.keys.seal(new Secret(key), keyBinding(owner)));
  const { customer, provider } = owner;
  const data = { customer, provider, method: 'api-key', submission, requestedBy: 'customer' };
  await workers.queue.add('handshake', data, { jobId: handshake, attempts: 3, stackTraceLimit: 0 });
  await workers.until(handshake, ({ phase }) => phase === 'connected');
  return handshake;
}

async function isCopied(handshake: string): Promise<void> {
  const copies = new Copies(workers.database);
  for (let looks = 0; looks < 600; looks += 1) {
    const wanted = await copies.wantedBy(handshake);
    if (wanted && (await copies.find(wanted.connection))) return;
    await sleep(100);
  }
  throw new Error('There is no copy.');
}

function restore(): Promise<{ code: number; printed: string }> {
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, ...workers.environment, ...VAULT };
  const words = ['scripts/keyferry.ts', 'vault', 'restore', CUSTOMER, '--json'];
  return new Promise((resolve) => {
    execFile(process.execPath, words, { cwd: ROOT, env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, printed: stdout + stderr }),
    );
  });
}

/** One turn with each provider's credential; what was printed where it was not answered. */
async function turn(box: Box, model: string): Promise<string | undefined> {
  const words = [
    'openclaw',
    'infer',
    'model',
    'run',
    '--local',
    '--json',
    '--model',
    model,
    '--prompt',
    'hi',
  ];
  const { code, stdout, stderr } = await box.run(words, { timeoutMs: 5 * MINUTE });
  return code === 0 ? undefined : stdout + stderr;
}

test(
  'a box whose OpenClaw 2026.9.6 has lost its store gets token and key back, each proved and used; nobody reads either',
  async () => {
    await workers.worker({}, VAULT);
    const box = await lab.freshBox({ claude: '2.1.332', openclaw: '2026.9.6' });
    try {
      pointBox(box, providers, ['openai']);
      workers.list(CUSTOMER, box);
      const key = providers.mint('openai');
      for (const handshake of [await signIn(), await bring(key.text)]) await isCopied(handshake);
      const token = lab.anthropic.minted.at(-1) ?? '';
      await workers.stopWorkers();

      // The configuration stays: as where a volume was lost, or an update has left the store behind.
      for (const part of ['agents', 'state'])
        rmSync(join(box.home, '.openclaw', part), { recursive: true, force: true });
      const left = readdirSync(join(box.home, '.openclaw'), { recursive: true, encoding: 'utf8' });
      expect(left.filter((name) => /auth-profiles|\.sqlite/.test(name))).toEqual([]);
      expect(await turn(box, 'openai/gpt-5.4')).toMatch(/No API key found|Auth lookup failed/);
      const [asked, before] = [lab.anthropic.bearers.length, providers.turns('openai').length];

      const { code, printed } = await restore();
      const lines = printed
        .split('\n')
        .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []))
        .sort((one, other) => (one.provider < other.provider ? -1 : 1));
      expect([code, lines]).toMatchObject([
        0,
        [
          { type: 'restored', provider: 'anthropic' },
          { type: 'restored', provider: 'openai', profile: 'openai:keyferry' },
        ],
      ]);
      // Each was proved by a turn with this very credential, and so is the next one.
      expect(lab.anthropic.bearers.slice(asked)).toContain(token);
      expect(providers.turns('openai').slice(before)).toEqual([key.text]);
      expect(await turn(box, lines[0].model)).toBeUndefined();
      expect(lab.anthropic.bearers.at(-1)).toBe(token);
      expect(await turn(box, 'openai/gpt-5.4')).toBeUndefined();
      expect(providers.turns('openai').at(-1)).toBe(key.text);

      const places = { ...(await workers.everythingInRedis()), ...(await workers.everythingInDatabase()) };
      const all = { ...places, logs: workers.logs(), printed };
      expect(leaks([...lab.anthropic.minted, ...providers.secrets], all)).toEqual([]);
    } finally {
      await box.stop();
    }
  },
  30 * MINUTE,
);
