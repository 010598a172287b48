import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { boxesPageSchema, boxSchema, type ShownBox } from '../../../core/contract/boxes.ts';
import { customerStateSchema } from '../../../core/contract/http-api.ts';
import { readConfig } from '../../../core/process/config.ts';
import { openDatabase } from '../../../core/store/database.ts';
import type { Box } from '../../../lab/box.ts';
import { leaks } from '../../../lab/leaks.ts';
import { redisValues } from '../../../lab/redis-values.ts';
import { type RunningWorker, startWorker } from '../../../worker/process.ts';
import { type ApiLab, startApiLab } from '../../support/api-lab.ts';
import { DoctorLab } from '../../support/doctor-lab.ts';
import { PlatformServer } from '../../support/platform.ts';

const PASSPHRASE = 'correct horse battery staple';
const LOCAL = '127.0.0.0/8';

const doctorLab = new DoctorLab();
let lab: ApiLab;
let platform: PlatformServer;
let worker: RunningWorker;
let box: Box;
let directory: string;
let logged = '';

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'keyferry-platform-boxes-'));
  [lab] = await Promise.all([
    startApiLab({
      environment: { BOX_NETWORKS: LOCAL, BOX_KINDS: 'ssh,kubernetes,docker,command', LOG_LEVEL: 'debug' },
    }),
    doctorLab.start(),
  ]);
  platform = new PlatformServer(lab);
  box = await doctorLab.freshBox();
  worker = await start();
});
afterAll(async () => {
  await worker?.stop();
  await Promise.all([lab?.stop(), doctorLab.stop()]);
  rmSync(directory, { recursive: true });
});

function start(): Promise<RunningWorker> {
  const { REDIS_URL, DATABASE_URL, SEALING_KEYS, WORKER_KEYS, BOX_NETWORKS, BOX_KINDS } = lab.environment;
  const environment = {
    REDIS_URL,
    DATABASE_URL,
    SEALING_KEYS,
    WORKER_KEYS,
    BOX_NETWORKS,
    BOX_KINDS,
    HEALTH_PORT: '0',
  };
  const write = (line: string) => {
    logged += line;
  };
  return startWorker(readConfig('worker', environment), pino({ level: 'debug' }, { write }));
}

const at = (customer: string, rest = '') => `/api/v1/customers/${customer}/boxes${rest}`;
const hostKeyLines = (of: Box = box) =>
  readFileSync(of.knownHostsFile, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' ').slice(1).join(' '));
const toBox = (more: object = {}) => ({
  kind: 'ssh',
  host: box.host,
  port: box.port,
  user: box.user,
  privateKey: readFileSync(box.identityFile, 'utf8'),
  hostKey: { pin: hostKeyLines() },
  ...more,
});
const create = async (customer: string, more: object = {}): Promise<ShownBox> => {
  const { status, json, text } = await platform.ask('POST', at(customer), toBox(more));
  if (status !== 201) throw new Error(`${status} ${text}`);
  return boxSchema.parse(json);
};
const read = async (customer: string, name = 'default') =>
  boxSchema.parse(await platform.get(at(customer, `/${name}`)));
/** The box once that is true of it; asked so rarely that an API key may, for two minutes at most. */
const until = async (customer: string, fits: (shown: ShownBox) => boolean, name = 'default') => {
  for (let tries = 0; ; tries += 1) {
    const shown = await read(customer, name);
    if (fits(shown)) return shown;
    if (tries === 400) throw new Error(`it is ${JSON.stringify(shown)}`);
    await sleep(300);
  }
};
const tested = async (customer: string, name = 'default') => {
  const asked = await platform.ask('POST', at(customer, `/${name}/test`), {});
  expect(asked.status).toBe(202);
  expect(asked.headers.location).toBe(at(customer, `/${name}`));
  const { run } = boxSchema.parse(asked.json).test.pending ?? {};
  return until(customer, ({ test: { pending, last } }) => !pending && last?.run === run, name);
};
const ssh = ({ test: { last } }: ShownBox) =>
  last?.report?.findings.filter(({ id }) => id === 'ssh').map(({ status, error }) => error ?? status);

describe('a box that the platform adds', () => {
  test('is tested by the doctor, and the result is stored with it', async () => {
    const customer = lab.fresh();
    const made = await create(customer);
    expect(made).toMatchObject({
      customer,
      name: 'default',
      default: true,
      reach: { kind: 'ssh', host: box.host, port: box.port, user: box.user },
      credentials: { privateKey: { type: 'ssh-ed25519', fingerprint: expect.stringMatching(/^SHA256:/) } },
      hostKey: { state: 'pinned' },
      test: {},
    });
    const shown = await tested(customer);
    const { verdict, findings = [] } = shown.test.last?.report ?? {};
    expect(findings.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(verdict).toBe('ok');
    expect(findings.length).toBeGreaterThan(10);
    expect(await read(customer)).toEqual(shown);
  });

  test('is where the customer’s handshake goes: its sign-in link comes from there', async () => {
    const customer = lab.fresh();
    await create(customer, { name: 'main' });
    const browser = await lab.signIn(customer);
    const { json } = await browser.post('/api/v1/handshake');
    const { handshake } = json as { handshake: string };
    const snapshot = async () =>
      customerStateSchema.parse((await browser.get('/api/v1/handshake')).json).snapshot;
    let shown = await snapshot();
    for (let tries = 0; tries < 600 && shown?.phase !== 'waiting' && shown?.phase !== 'failed'; tries += 1) {
      await sleep(100);
      shown = await snapshot();
    }
    expect([shown?.phase, shown?.error]).toEqual(['waiting', undefined]);
    expect(shown?.link).toMatch(/^https:\/\//);
    expect(box.processes().length).toBeGreaterThan(0);
    expect((await browser.post('/api/v1/handshake/cancel', { handshake })).status).toBe(202);
  });

  test('has a private key with a passphrase', async () => {
    const customer = lab.fresh();
    const file = join(directory, 'protected');
    writeProtected(file);
    const made = await create(customer, { privateKey: readFileSync(file, 'utf8'), passphrase: PASSPHRASE });
    expect(made.credentials.privateKey?.type).toBe('ssh-ed25519');
    expect(ssh(await tested(customer))).toEqual(['ok']);
  });

  test('whose host key is fetched is connected to once somebody has confirmed it, and not before', async () => {
    const customer = lab.fresh();
    expect((await create(customer, { hostKey: 'fetch' })).hostKey).toEqual({ state: 'fetching', pinned: [] });
    const fetched = await until(customer, ({ hostKey }) => hostKey?.state === 'to_confirm');
    const known = execFileSync('ssh-keygen', ['-lf', box.knownHostsFile]).toString();
    const keys = fetched.hostKey?.fetched ?? [];
    expect(keys.length).toBeGreaterThan(0);
    for (const { fingerprint } of keys) expect(known).toContain(fingerprint);
    expect(ssh(await tested(customer))).toEqual(['host_key_unknown']);

    const confirm = (fingerprint: string) =>
      platform.ask('PUT', at(customer, '/default'), { hostKey: { confirm: fingerprint } });
    const wrong = await confirm(`SHA256:${'A'.repeat(43)}`);
    expect([wrong.status, wrong.json]).toMatchObject([409, { code: 'host_key_not_fetched' }]);
    const { fingerprint = '' } = keys[0] ?? {};
    expect((await confirm(fingerprint)).status).toBe(200);
    expect((await read(customer)).hostKey).toEqual({ state: 'pinned', pinned: [keys[0]] });
    expect(ssh(await tested(customer))).toEqual(['ok']);
  });

  test('that shows another host key is refused, and the new one is never taken by itself, not even when it is fetched', async () => {
    const customer = lab.fresh();
    const other = await doctorLab.freshBox();
    const pinned = hostKeyLines(other);
    await create(customer, { hostKey: { pin: pinned } });
    expect(ssh(await tested(customer))).toEqual(['host_key_mismatch']);
    await platform.ask('PUT', at(customer, '/default'), { hostKey: 'fetch' });
    const shown = await until(customer, ({ hostKey }) => hostKey?.state === 'to_confirm');
    expect(shown.hostKey?.pinned).toHaveLength(pinned.length);
    expect(ssh(await tested(customer))).toEqual(['host_key_mismatch']);
    await other.stop();
  });

  test('with another address needs the host key of that address', async () => {
    const customer = lab.fresh();
    await create(customer);
    await tested(customer);
    const moved = { host: '127.0.0.2' };
    const answer = await platform.ask('PUT', at(customer, '/default'), moved);
    expect([answer.status, answer.json]).toMatchObject([400, { errors: [{ field: 'hostKey' }] }]);
    const confirmed = await platform.ask('PUT', at(customer, '/default'), {
      ...moved,
      hostKey: { confirm: `SHA256:${'A'.repeat(43)}` },
    });
    expect(confirmed.status).toBe(400);
    expect((await platform.ask('PUT', at(customer, '/default'), { ...moved, hostKey: 'fetch' })).status).toBe(
      200,
    );
    const shown = await read(customer);
    expect([shown.hostKey?.pinned, shown.test.last]).toEqual([[], undefined]);
  });

  test('that cannot be reached: that is said of its host key, and is the result of the test', async () => {
    const customer = lab.fresh();
    await create(customer, { port: 1, hostKey: 'fetch' });
    const shown = await until(customer, ({ hostKey }) => hostKey?.state === 'failed');
    expect(shown.hostKey?.error).toBe('box_unreachable');
    await create(customer, { name: 'other', port: 1 });
    expect(ssh(await tested(customer, 'other'))).toEqual(['box_unreachable']);
  });

  test('is one of several: named, listed, made the default, deleted', async () => {
    const customer = lab.fresh();
    await create(customer);
    await create(customer, { name: 'spare', port: 1 });
    const listed = async () =>
      (await platform.get<{ items: ShownBox[] }>(at(customer))).items.map((each) => [
        each.name,
        each.default,
      ]);
    expect(await listed()).toEqual([
      ['default', true],
      ['spare', false],
    ]);
    expect((await platform.ask('POST', at(customer), toBox())).json).toMatchObject({ code: 'box_exists' });
    expect((await platform.ask('DELETE', at(customer, '/default'))).json).toMatchObject({
      code: 'box_is_default',
    });
    expect((await platform.ask('PUT', at(customer, '/spare'), { default: true, columns: 100 })).status).toBe(
      200,
    );
    expect(await listed()).toEqual([
      ['spare', true],
      ['default', false],
    ]);
    expect((await read(customer, 'spare')).reach).toMatchObject({ port: 1, columns: 100 });
    await platform.ask('PUT', at(customer, '/spare'), { columns: null });
    expect((await read(customer, 'spare')).reach).not.toHaveProperty('columns');
    for (const name of ['default', 'spare'])
      expect((await platform.ask('DELETE', at(customer, `/${name}`))).status).toBe(204);
    expect(await listed()).toEqual([]);
    expect((await platform.ask('GET', at(customer, '/spare'))).status).toBe(404);
  });

  test('is in the list of all, which is read by pages', async () => {
    const customer = lab.fresh('zoe');
    await create(customer, { name: 'a' });
    await create(customer, { name: 'b' });
    const seen: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const cursor: string = next === '' ? '' : `&cursor=${next}`;
      const page = boxesPageSchema.parse(await platform.get(`/api/v1/boxes?limit=2${cursor}`));
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map((each) => `${each.customer}/${each.name}`));
      next = page.nextCursor;
    }
    expect(seen).toEqual(expect.arrayContaining([`${customer}/a`, `${customer}/b`]));
    expect(new Set(seen).size).toBe(seen.length);
    const wrong = await platform.ask('GET', '/api/v1/boxes?cursor=x');
    expect([wrong.status, wrong.json]).toMatchObject([400, { errors: [{ in: 'query', field: 'cursor' }] }]);
  });
});

function writeProtected(file: string): void {
  writeKeyCopy(file);
  execFileSync('ssh-keygen', ['-p', '-q', '-P', '', '-N', PASSPHRASE, '-a', '1', '-f', file]);
}

function writeKeyCopy(file: string): void {
  writeFileSync(file, readFileSync(box.identityFile), { mode: 0o600 });
}

const KUBECONFIG = (user: object = { token: 'kube-secret-token-1234' }, cluster: object = {}) =>
  JSON.stringify({
    clusters: [{ name: 'c', cluster: { server: 'https://203.0.113.9:6443', ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  });
const toPod = (more: object = {}) => ({
  kind: 'kubernetes',
  namespace: 'boxes',
  pod: 'alice-0',
  kubeconfig: KUBECONFIG(),
  ...more,
});

describe('what is not right is refused by the field and the rule', () => {
  const K = 'kubeconfig';
  test.each<[string, () => object, string, RegExp]>([
    [
      'another kind',
      () => toBox({ kind: 'telnet' }),
      'kind',
      /one of ssh, docker, kubernetes, command, local/,
    ],
    ['no kind', () => toBox({ kind: undefined }), 'kind', /is required/],
    ['a name that is none', () => toBox({ name: 'My Box' }), 'name', /lowercase letters/],
    ['no host', () => toBox({ host: undefined }), 'host', /is required/],
    ['a host that is none', () => toBox({ host: 'ssh://x' }), 'host', /must be a host name/],
    ['a host with an option in it', () => toBox({ host: '-oProxyCommand=x' }), 'host', /must be a host name/],
    ['the metadata service', () => toBox({ host: '169.254.169.254' }), 'host', /must not be an address of/],
    [
      'the metadata service in IPv6',
      () => toBox({ host: 'fd00:ec2::254' }),
      'host',
      /must not be an address of/,
    ],
    [
      'the same, written as IPv4 in IPv6',
      () => toBox({ host: '::ffff:169.254.169.254' }),
      'host',
      /must not/,
    ],
    ['a port that is none', () => toBox({ port: 0 }), 'port', /at least 1/],
    ['no user', () => toBox({ user: undefined }), 'user', /is required/],
    ['a user that is none', () => toBox({ user: 'a b' }), 'user', /must be the name of a user/],
    ['no private key', () => toBox({ privateKey: undefined }), 'privateKey', /is required/],
    ['what is no private key', () => toBox({ privateKey: 'secret words' }), 'privateKey', /OpenSSH's format/],
    ['no host key', () => toBox({ hostKey: undefined }), 'hostKey', /is required/],
    [
      'a host key that is not what it says',
      () => toBox({ hostKey: { pin: [`ssh-rsa ${'A'.repeat(40)}`] } }),
      'hostKey',
      /what they say/,
    ],
    [
      'a host key to confirm that nobody has seen',
      () => toBox({ hostKey: 'confirm' }),
      'hostKey',
      /must be "fetch"/,
    ],
    ['a model of another provider', () => toBox({ model: 'openai/gpt' }), 'model', /must be anthropic/],
    ['an agent that is none', () => toBox({ agent: '-x; rm' }), 'agent', /letters, digits/],
    ['too few columns', () => toBox({ columns: 8 }), 'columns', /at least 40/],
    ['a field that there is not', () => toBox({ sudo: true }), 'sudo', /is not known here/],
    ['a field of another kind', () => toBox({ container: 'x' }), 'container', /is not known here/],
    [
      'a container that is none',
      () => ({ kind: 'docker', container: '--privileged' }),
      'container',
      /name of a container/,
    ],
    [
      'docker in clear',
      () => ({ kind: 'docker', container: 'x', dockerHost: 'tcp://x:2375' }),
      'dockerHost',
      /name a context/,
    ],
    [
      'docker by two ways',
      () => ({ kind: 'docker', container: 'x', context: 'y', dockerHost: 'unix:///s' }),
      'dockerHost',
      /along with a context/,
    ],
    [
      'a command without a program',
      () => ({ kind: 'command', command: ['-x'] }),
      'command.0',
      /begin with a program/,
    ],
    ['no pod', () => toPod({ pod: undefined }), 'pod', /is required/],
    ['no kubeconfig', () => toPod({ kubeconfig: undefined }), K, /is required/],
    ['what is no YAML', () => toPod({ kubeconfig: '{' }), K, /must be YAML/],
    [
      'a kubeconfig that has a program run',
      () => toPod({ kubeconfig: KUBECONFIG({ exec: { command: 'sh' } }) }),
      K,
      /must not have users\.0\.user\.exec/,
    ],
    [
      'a kubeconfig that names a file',
      () => toPod({ kubeconfig: KUBECONFIG({ tokenFile: '/etc/shadow' }) }),
      K,
      /must not have users\.0\.user\.tokenFile/,
    ],
    [
      'a kubeconfig that trusts anybody',
      () => toPod({ kubeconfig: KUBECONFIG({}, { 'insecure-skip-tls-verify': true }) }),
      K,
      /must not have clusters\.0\.cluster\.insecure-skip-tls-verify/,
    ],
    [
      'a kubeconfig in clear',
      () => toPod({ kubeconfig: KUBECONFIG({}, { server: 'http://x' }) }),
      K,
      /must begin with https/,
    ],
    [
      'a kubeconfig that leads to the metadata service',
      () => toPod({ kubeconfig: KUBECONFIG({}, { server: 'https://169.254.169.254' }) }),
      K,
      /must not lead to/,
    ],
    ['a context that it has not', () => toPod({ context: 'z' }), 'context', /that the kubeconfig has/],
  ])('%s', async (_, body, field, message) => {
    const given = body();
    const { status, json, text } = await platform.ask('POST', at(lab.fresh()), given);
    expect([status, json]).toMatchObject([400, { code: 'input_invalid', errors: [{ in: 'body', field }] }]);
    expect((json as { errors: { message: string }[] }).errors[0]?.message).toMatch(message);
    for (const secret of ['secret words', 'kube-secret', 'PRIVATE KEY']) expect(text).not.toContain(secret);
  });

  test.each<[string, object, string, RegExp]>([
    ['a passphrase without its key', { passphrase: 'x' }, 'passphrase', /along with its privateKey/],
    ['a field of another kind', { container: 'x' }, 'container', /not a field of a box of the kind ssh/],
    [
      'a kubeconfig for an ssh box',
      { kubeconfig: 'x' },
      'kubeconfig',
      /not a field of a box of the kind ssh/,
    ],
    ['another kind', { kind: 'local' }, 'kind', /is not known here/],
    ['another name', { name: 'x' }, 'name', /is not known here/],
    ['no default any more', { default: false }, 'default', /./],
    ['an address of the machine’s link', { host: '169.254.1.1', hostKey: 'fetch' }, 'host', /must not/],
  ])('of a change: %s', async (_, body, field, message) => {
    const customer = lab.fresh();
    const before = await create(customer);
    const { status, json } = await platform.ask('PUT', at(customer, '/default'), body);
    expect([status, json]).toMatchObject([400, { code: 'input_invalid', errors: [{ field }] }]);
    expect((json as { errors: { message: string }[] }).errors[0]?.message).toMatch(message);
    expect(await read(customer)).toEqual(before);
  });

  test('a kind that is switched off', async () => {
    const { status, json } = await platform.ask('POST', at(lab.fresh()), { kind: 'local' });
    expect([status, json]).toMatchObject([409, { code: 'box_kind_off' }]);
  });

  test('names in the path', async () => {
    expect((await platform.ask('GET', at('A_B'))).json).toMatchObject({
      errors: [{ in: 'path', field: 'customer' }],
    });
    expect((await platform.ask('GET', at('alice', '/My%20Box'))).json).toMatchObject({
      errors: [{ in: 'path', field: 'name' }],
    });
  });
});

test('who adds, changes, tests and removes a box is in the audit log, with the name of the API key; what is refused changed nothing', async () => {
  const customer = lab.fresh();
  await create(customer);
  await platform.ask('PUT', at(customer, '/default'), { columns: 100 });
  await platform.ask('PUT', at(customer, '/default'), { columns: 1 });
  await platform.ask('POST', at(customer, '/default/test'), {});
  await platform.ask('DELETE', at(customer, '/default'));
  const database = openDatabase(
    { url: lab.environment.DATABASE_URL ?? '', connections: 2, name: 'test' },
    pino({ level: 'silent' }),
  );
  try {
    const rows = await database
      .selectFrom('audit')
      .select(['actor', 'who', 'action'])
      .where('customer', '=', customer)
      .orderBy('seq')
      .execute();
    expect(rows.map(({ actor, who, action }) => `${actor} ${who} ${action}`)).toEqual([
      'platform dashboard box-add',
      'platform dashboard box-change',
      'platform dashboard box-test',
      'platform dashboard box-remove',
    ]);
  } finally {
    await database.destroy();
  }
});

test('no credential of a box is in an answer, the log, Redis or the database', async () => {
  const customer = lab.fresh('alice-and-her-box');
  const file = join(directory, 'secret');
  writeProtected(file);
  const locked = readFileSync(file, 'utf8');
  const unlocked = readFileSync(box.identityFile, 'utf8');
  const server = lab.visitor('keyferry.test');
  const headers = { authorization: `Bearer ${lab.apiKey}` };
  await server.post(
    at(customer),
    toBox({ privateKey: locked, passphrase: PASSPHRASE, hostKey: 'fetch' }),
    headers,
  );
  await server.post(at(customer), { ...toPod(), name: 'pod' }, headers);
  await server.put(at(customer, '/default'), { privateKey: unlocked }, headers);
  await server.put(at(customer, '/default'), { privateKey: locked, passphrase: 'another phrase' }, headers);
  await server.get('/api/v1/boxes', headers);
  await until(customer, ({ hostKey }) => hostKey?.state === 'to_confirm');
  await tested(customer);
  // The first lines have the head of the format and the public half, which are no secrets.
  const lines = (text: string) =>
    text
      .split('\n')
      .slice(3)
      .filter((line) => line.length > 40);
  const secrets = [
    ...lines(locked),
    ...lines(unlocked),
    PASSPHRASE,
    'another phrase',
    'kube-secret-token-1234',
  ];
  const database = openDatabase(
    { url: lab.environment.DATABASE_URL ?? '', connections: 2, name: 'test' },
    pino({ level: 'silent' }),
  );
  try {
    const rows = JSON.stringify(await database.selectFrom('boxes').selectAll().execute());
    expect(rows).toContain(customer);
    const places = {
      answers: server.heard,
      api: lab.logged(),
      worker: logged,
      rows,
      ...(await redisValues(lab.redis.url)),
    };
    expect(leaks(secrets, places)).toEqual([]);
    // The search finds what is there.
    expect(leaks([customer], { rows })).toEqual(['rows']);
  } finally {
    await database.destroy();
  }
});
