import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { keyBinding } from '../../core/contract/sealed.ts';
import { Secret } from '../../core/secrets/secret.ts';
import { Connections } from '../../core/store/connections.ts';
import { Copies } from '../../core/store/vault.ts';
import type { Box } from '../../lab/box.ts';
import { type Kms as LabKms, startKms } from '../../lab/kms/kms.ts';
import { leaks } from '../../lab/leaks.ts';
import { pointBox } from '../../lab/providers/point-box.ts';
import { type Providers, startProviders } from '../../lab/providers/providers.ts';
import { awsEnvironment } from '../support/aws-environment.ts';
import { type PracticeLab, startPracticeLab } from '../support/practice-lab.ts';
import { until } from '../support/redis-system.ts';
import { heldOn, heldStates } from '../support/usage.ts';
import { startWorkerLab, type WorkerLab } from '../support/worker-lab.ts';

const MINUTE = 60_000;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** A worker that dies is found out soon. */
// Nobody asks what is due of limits.
const TIMES = { lockMs: 3_000, stalledMs: 500, holdsEveryMs: 24 * 60 * 60_000 };

let lab: PracticeLab;
let workers: WorkerLab;
let aws: LabKms;
let providers: Providers;
let vault: Record<string, string>;
let copies: Copies;
/** Everything that commands have printed. */
let said = '';
const environment = process.env;

beforeAll(async () => {
  const starting = [startPracticeLab(), startWorkerLab(), startKms(), startProviders()] as const;
  [lab, workers, aws, providers] = await Promise.all(starting);
  const forAws = awsEnvironment(aws.credentials) as Record<string, string>;
  process.env = { ...environment, ...forAws };
  vault = { ...forAws, VAULT: 'kms', VAULT_KMS_KEY: aws.makeKey(), VAULT_KMS_ENDPOINT: aws.endpoint };
  copies = new Copies(workers.database);
});
afterEach(() => workers.stopWorkers());
afterAll(async () => {
  process.env = environment;
  await workers?.stop();
  await Promise.all([lab?.stop(), aws?.stop(), providers?.stop()]);
});

let customers = 0;

interface Connected {
  customer: string;
  box: Box;
  handshake: string;
  token: string;
}

/** A customer whose handshake has connected. */
async function connected(): Promise<Connected> {
  customers += 1;
  const customer = `customer-${customers}`;
  const box = await lab.box();
  workers.list(customer, box);
  const handshake = await workers.ask(customer);
  const { link = '' } = await workers.until(handshake, ({ phase }) => phase === 'waiting');
  await workers.leave(handshake, lab.anthropic.signIn(link));
  await workers.until(handshake, ({ phase }) => phase === 'connected');
  return { customer, box, handshake, token: lab.anthropic.minted.at(-1) ?? '' };
}

/** A handshake that brings a customer's key to their box, once it has connected. */
async function bring(customer: string, key: string): Promise<string> {
  const [handshake, submission] = [randomUUID(), randomUUID()];
  const owner = { customer, box: 'default', provider: 'openai', submission };
  await workers.inFlightSecrets.leaveKey(owner, await workers.keys.seal(new Secret(key), keyBinding(owner)));
  const data = { customer, provider: 'openai', method: 'api-key', submission, requestedBy: 'customer' };
  await workers.queue.add('handshake', data, { jobId: handshake, attempts: 3, stackTraceLimit: 0 });
  await workers.until(handshake, ({ phase }) => phase === 'connected');
  return handshake;
}

const copyOf = async ({ handshake }: Pick<Connected, 'handshake'>) => {
  const wanted = await copies.wantedBy(handshake);
  return wanted && copies.find(wanted.connection);
};
const isCopied = (one: Pick<Connected, 'handshake'>) => until(async () => (await copyOf(one)) !== undefined);

/** As a box that was set up again, or whose disk was restored from before. */
const wipe = ({ box }: Connected) => rmSync(join(box.home, '.openclaw'), { recursive: true });

async function command(...words: string[]): Promise<{ code: number; lines: Record<string, unknown>[] }> {
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, ...workers.environment, ...vault };
  const arguments_ = ['scripts/keyferry.ts', 'vault', ...words, '--json'];
  const { code, stdout } = await new Promise<{ code: number; stdout: string }>((resolve) => {
    execFile(process.execPath, arguments_, { cwd: ROOT, env }, (error, stdout, stderr) => {
      said += stdout + stderr;
      resolve({ code: error ? Number(error.code) : 0, stdout });
    });
  });
  return {
    code,
    lines: stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  };
}

const audited = async ({ customer }: Connected) =>
  (
    await workers.database
      .selectFrom('audit')
      .select(['action', 'outcome'])
      .where('customer', '=', customer)
      .where('action', 'like', 'vault-%')
      .orderBy('seq')
      .execute()
  ).map(({ action, outcome }) => `${action} ${outcome}`);

test(
  'a box that has lost its store gets the credential back without its customer, and OpenClaw uses it',
  async () => {
    const worker = await workers.worker(TIMES, vault);
    const one = await connected();
    await isCopied(one);
    wipe(one);
    const turn = ['openclaw', 'infer', 'model', 'run', '--json', '--local', '--prompt', 'hi'];
    expect((await one.box.run(turn)).code).not.toBe(0);
    const asked = lab.anthropic.bearers.length;
    await heldOn(workers.database, one.customer);

    const { code, lines } = await command('restore', one.customer);
    expect([code, lines]).toEqual([
      0,
      [
        {
          type: 'restored',
          connection: (await copyOf(one))?.connection,
          provider: 'anthropic',
          profile: 'anthropic:keyferry',
          model: 'anthropic/claude-opus-5-5',
          warnings: [],
        },
      ],
    ]);
    // The proof was a turn with this very token, and so is the next one.
    expect(lab.anthropic.bearers.slice(asked)).toContain(one.token);
    expect((await one.box.run(turn)).code).toBe(0);
    expect(lab.anthropic.bearers.at(-1)).toBe(one.token);
    expect(await audited(one)).toEqual(['vault-open done', 'vault-restore done']);
    expect(await copyOf(one)).toBeDefined();
    // It may have put back what a limit keeps out of use.
    expect(await heldStates(workers.database, one.customer)).toEqual(['failed']);
    const { healthPort } = worker;
    const metrics = await (await fetch(`http://127.0.0.1:${healthPort}/metrics`)).text();
    expect(metrics).toContain('keyferry_vault_copies_total{outcome="done"} 1\n');
    expect(metrics).toContain('keyferry_vault_openings{outcome="done"} 1\n');
    expect(metrics).toContain('keyferry_vault_owed 0\n');
    const [line] = (await command('status')).lines;
    expect(line).toMatchObject({
      mode: 'kms',
      missing: 0,
      keys: [{ by: vault.VAULT_KMS_KEY, isConfigured: true }],
    });
  },
  3 * MINUTE,
);

test(
  'a handshake connects while AWS KMS is silent; its copy is written later, by another worker if the first is killed',
  async () => {
    const release = aws.hold();
    const first = await workers.process(TIMES, vault);
    const one = await connected();
    await expect(workers.ended(one.handshake)).resolves.toMatchObject({ state: 'completed' });
    const { code, lines } = await command('restore', one.customer);
    expect([code, lines[0]?.code]).toEqual([1, 'vault_no_copy']);
    expect(await audited(one)).toEqual([]);
    await first.end('SIGKILL');
    await workers.worker(TIMES, vault);
    release();
    await isCopied(one);
    wipe(one);
    expect((await command('restore', one.customer)).code).toBe(0);
    expect(lab.anthropic.bearers.at(-1)).toBe(one.token);
  },
  4 * MINUTE,
);

test('two keys of a provider are back in their order, each proved by a turn of its own, and on record as they are there', async () => {
  await workers.worker(TIMES, vault);
  const box = await lab.box();
  pointBox(box, providers, ['openai']);
  const customer = 'two-keys';
  workers.list(customer, box);
  const [older, newer] = [providers.mint('openai'), providers.mint('openai')];
  for (const key of [older, newer]) await isCopied({ handshake: await bring(customer, key.text) });
  const store = join(box.home, '.openclaw/agents');
  rmSync(store, { recursive: true });
  const asked = providers.turns('openai').length;

  const { code, lines } = await command('restore', customer, '--provider', 'openai');
  expect([code, lines.map(({ type, profile }) => [type, profile])]).toEqual([
    0,
    [
      ['restored', 'openai:keyferry'],
      ['restored', 'openai:keyferry-2'],
    ],
  ]);
  const turns = providers.turns('openai').slice(asked);
  expect(turns).toEqual(expect.arrayContaining([older.text, newer.text]));
  expect(turns.at(-1)).toBe(newer.text);
  const { stdout } = await box.run([
    'openclaw',
    'models',
    'auth',
    'order',
    'get',
    '--provider',
    'openai',
    '--json',
  ]);
  expect(JSON.parse(stdout.slice(stdout.indexOf('{'))).order).toEqual([
    'openai:keyferry-2',
    'openai:keyferry',
  ]);
  const current = await new Connections(workers.database).current(customer);
  expect(current.map(({ profile, hint }) => [profile, hint])).toEqual([
    ['openai:keyferry-2', newer.text.slice(-4)],
    ['openai:keyferry', older.text.slice(-4)],
  ]);
  // Those that are there already are left where they are.
  expect((await command('restore', customer)).lines.map(({ profile }) => profile)).toEqual([
    'openai:keyferry',
    'openai:keyferry-2',
  ]);
}, 90_000);

test(
  'nothing is opened for a box that cannot be reached, or on which a handshake is under way',
  async () => {
    await workers.worker(TIMES, vault);
    const one = await connected();
    await isCopied(one);
    const again = await workers.ask(one.customer);
    await workers.until(again, ({ phase }) => phase === 'waiting');
    const during = await command('restore', one.customer);
    expect([during.code, during.lines[0]?.code]).toEqual([1, 'handshake_under_way']);
    await workers.mailbox.cancel(again);
    await workers.until(again, ({ phase }) => phase === 'cancelled');
    await workers.ended(again);
    workers.list(one.customer, { ssh: 'ssh://nobody@127.0.0.1:1', knownHosts: './none' });
    const { code, lines } = await command('restore', one.customer);
    expect([code, lines[0]]).toEqual([1, expect.objectContaining({ provider: 'anthropic', type: 'failed' })]);
    expect(lines[0]?.code).not.toMatch(/^vault/);
    expect(await audited(one)).toEqual([]);
    // Nor is anybody kept out afterwards.
    workers.list(one.customer, one.box);
    expect((await command('restore', one.customer)).code).toBe(0);
    const { code: nobody, lines: none } = await command('restore', 'nobody');
    expect([nobody, none[0]?.code]).toEqual([1, 'not_here']);
  },
  4 * MINUTE,
);

test('no token and no key was seen in Redis, database, its files, logs or what the commands said', async () => {
  const places = { ...(await workers.everythingInRedis()), ...(await workers.everythingInDatabase()) };
  const all = { ...places, logs: workers.logs(), said, kms: JSON.stringify(aws.requests) };
  expect(lab.anthropic.minted.length).toBeGreaterThanOrEqual(3);
  expect(leaks([...lab.anthropic.minted, ...providers.secrets], all)).toEqual([]);
});
