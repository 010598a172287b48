import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Endpoint } from '../../core/contract/endpoint.ts';
import type { HandshakeJob } from '../../core/contract/jobs.ts';
import { keyBinding } from '../../core/contract/sealed.ts';
import { Secret } from '../../core/secrets/secret.ts';
import { BoxTurns } from '../../core/store/box-turns.ts';
import { Connections } from '../../core/store/connections.ts';
import { Disconnecting } from '../../core/store/disconnecting.ts';
import { Copies } from '../../core/store/vault.ts';
import type { Box } from '../../lab/box.ts';
import { leaks } from '../../lab/leaks.ts';
import { type OwnEndpoint, startOwnEndpoint } from '../../lab/providers/own-endpoint.ts';
import { KEYS, SPOKEN } from '../support/endpoint-plays.ts';
import { type PracticeLab, startPracticeLab } from '../support/practice-lab.ts';
import { until } from '../support/redis-system.ts';
import { put, wrap } from '../support/unwell-box.ts';
import { startWorkerLab, type WorkerLab } from '../support/worker-lab.ts';

const MINUTE = 60_000;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const VAULT = { VAULT: 'file', VAULT_KEYS: `v1:${randomBytes(32).toString('base64')}` };

let lab: PracticeLab;
let workers: WorkerLab;
let endpoint: OwnEndpoint;
/** Everything that commands have printed. */
let said = '';

beforeAll(async () => {
  [lab, workers, endpoint] = await Promise.all([startPracticeLab(), startWorkerLab(), startOwnEndpoint()]);
  for (const key of [KEYS.good, KEYS.second]) endpoint.keys.add(key);
});
afterEach(() => workers.stopWorkers());
afterAll(async () => {
  await workers?.stop();
  await Promise.all([lab?.stop(), endpoint?.stop()]);
});

/** An address of the customer's own, connected, and its key, if it has one, copied into the vault. */
async function bring(customer: string, said: Endpoint, provider: string, key?: string): Promise<void> {
  const [handshake, submission] = [randomUUID(), randomUUID()];
  if (key !== undefined) {
    const owner = { customer, box: 'default', provider, submission, baseUrl: said.baseUrl };
    await workers.inFlightSecrets.leaveKey(
      owner,
      await workers.keys.seal(new Secret(key), keyBinding(owner)),
    );
  }
  const data: HandshakeJob = {
    customer,
    provider,
    method: 'api-key',
    endpoint: said,
    requestedBy: 'customer',
    ...(key !== undefined && { submission }),
  };
  await workers.queue.add('handshake', data, { jobId: handshake, attempts: 3, stackTraceLimit: 0 });
  await workers.until(handshake, ({ phase }) => phase === 'connected');
  if (key === undefined) return void (await workers.ended(handshake));
  const copies = new Copies(workers.database);
  await until(async () => {
    const wanted = await copies.wantedBy(handshake);
    return wanted !== undefined && (await copies.find(wanted.connection)) !== undefined;
  });
}

function restore(customer: string): Promise<{ code: number; lines: Record<string, unknown>[] }> {
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, ...workers.environment, ...VAULT };
  const words = ['scripts/keyferry.ts', 'vault', 'restore', customer, '--json'];
  return new Promise((resolve) => {
    execFile(process.execPath, words, { cwd: ROOT, env }, (error, stdout, stderr) => {
      said += stdout + stderr;
      const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
      resolve({ code: error ? Number(error.code) : 0, lines: lines.map((line) => JSON.parse(line)) });
    });
  });
}

/** What OpenClaw is told of addresses of the customer's own. */
function entriesOf(box: Box): Record<string, unknown> {
  const file = join(box.home, '.openclaw/openclaw.json');
  const all = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')).models?.providers ?? {}) : {};
  return Object.fromEntries(Object.entries(all).filter(([id]) => id.startsWith('keyferry-')));
}

async function connected(customer: string): Promise<Box> {
  const box = await lab.box();
  workers.list(customer, box);
  await workers.worker({}, VAULT);
  for (const { provider, api } of [SPOKEN[0], SPOKEN[2]] as (typeof SPOKEN)[number][]) {
    const said: Endpoint = { baseUrl: endpoint.baseUrl(api), api, models: ['large-1', 'small-1'] };
    await bring(customer, said, provider, provider === 'ollama' ? undefined : KEYS.good);
  }
  return box;
}

test(
  'a box that has lost its OpenClaw gets each address back with its models and its key, proved by a turn there',
  async () => {
    const box = await connected('alice');
    const before = entriesOf(box);
    expect(Object.keys(before).sort()).toEqual(['keyferry-custom', 'keyferry-ollama']);
    await workers.stopWorkers();
    rmSync(join(box.home, '.openclaw'), { recursive: true });
    const asked = endpoint.turns.length;

    const { code, lines } = await restore('alice');
    expect([code, lines.map(({ type, provider, profile }) => [type, provider, profile]).sort()]).toEqual([
      0,
      [
        ['restored', 'custom', 'keyferry-custom:keyferry'],
        ['restored', 'ollama', 'keyferry-ollama:keyferry'],
      ],
    ]);
    expect(entriesOf(box)).toEqual(before);
    const turns = endpoint.turns.slice(asked).map(({ path, key, model }) => ({ path, key, model }));
    expect(turns).toEqual(
      expect.arrayContaining([
        { path: '/v1/chat/completions', key: KEYS.good, model: 'large-1' },
        { path: '/api/chat', key: '', model: 'large-1' },
      ]),
    );
    // What the customer's chats get is one of them.
    const turn = ['openclaw', 'infer', 'model', 'run', '--json', '--local', '--prompt', 'hi'];
    expect((await box.run(turn)).code).toBe(0);
    const current = await new Connections(workers.database).current('alice');
    expect(current.map(({ profile, endpoint: at }) => [profile, at?.models]).sort()).toEqual([
      ['keyferry-custom:keyferry', ['large-1', 'small-1']],
      ['keyferry-ollama:keyferry', ['large-1', 'small-1']],
    ]);
    // Where nothing is lost, nothing comes twice.
    expect((await restore('alice')).code).toBe(0);
    expect(Object.keys(entriesOf(box)).sort()).toEqual(['keyferry-custom', 'keyferry-ollama']);
  },
  4 * MINUTE,
);

test(
  'a restore waits until nothing else that is queued works on the box',
  async () => {
    const box = await connected('bob');
    await workers.stopWorkers();
    const turns = new BoxTurns(workers.client, workers.prefix);
    const disconnecting = new Disconnecting(workers.client, workers.prefix);
    wrap(box, 'openclaw', '[ ! -e "$HOME/turn" ] || touch "$HOME/ran"');
    put(box, 'turn', '');
    await turns.take('bob', 'another', MINUTE);
    const restored = restore('bob');
    await until(() => disconnecting.isUnderWay('bob'));
    // As long as it took without waiting, and more.
    await sleep(3_000);
    expect(existsSync(join(box.home, 'ran'))).toBe(false);
    rmSync(join(box.home, 'turn'));
    await turns.end('bob', 'another');
    expect((await restored).code).toBe(0);
    expect(await workers.client.exists(`${workers.prefix}:box-turn:bob`)).toBe(0);
  },
  4 * MINUTE,
);

test('no key was seen in Redis, database, its files, logs or what the commands said', async () => {
  const places = { ...(await workers.everythingInRedis()), ...(await workers.everythingInDatabase()) };
  expect(leaks(Object.values(KEYS), { ...places, logs: workers.logs(), said })).toEqual([]);
});
