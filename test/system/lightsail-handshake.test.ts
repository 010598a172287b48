import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Phase } from '../../core/contract/phases.ts';
import type { Box } from '../../lab/box.ts';
import { leaks } from '../../lab/leaks.ts';
import { startLightsail } from '../../lab/lightsail/lightsail.ts';
import type { Lightsail } from '../../lab/lightsail/stand-in.ts';
import { awsEnvironment } from '../support/aws-environment.ts';
import { leftOn, type PracticeLab, startPracticeLab } from '../support/practice-lab.ts';
import { reboot } from '../support/reboot.ts';
import { phasesOf, startWorkerLab, type WorkerLab } from '../support/worker-lab.ts';

const environment = process.env;
let lab: PracticeLab;
let workers: WorkerLab;
let lightsail: Lightsail;
let box: Box;

beforeAll(async () => {
  [lab, workers, lightsail] = await Promise.all([startPracticeLab(), startWorkerLab(), startLightsail()]);
  box = await lab.box({}, { sshdConfig: [`TrustedUserCAKeys ${lightsail.authority.publicKeyFile}`] });
});

beforeEach(() => {
  process.env = { ...environment, ...awsEnvironment(lightsail.credentials) };
});

afterEach(async () => {
  await workers.stopWorkers();
  process.env = environment;
});

afterAll(async () => {
  await workers?.stop();
  await lightsail?.stop();
  await lab?.stop();
});

const worker = () =>
  workers.worker(
    {},
    {
      LIGHTSAIL_REGIONS: 'eu-central-1, us-east-1',
      LIGHTSAIL_ENDPOINT: lightsail.endpoint,
      LIGHTSAIL_SSH_PORT: String(box.port),
    },
  );
const accessRequests = () =>
  lightsail.requests.filter(({ target }) => target.endsWith('GetInstanceAccessDetails')).length;
const at = (id: string, phase: Phase) => workers.until(id, (snapshot) => snapshot.phase === phase);

test('customer alice is connected on her Lightsail instance, and its key is nowhere', async () => {
  const tags = [{ key: 'keyferry-customer', value: 'alice' }];
  lightsail.instances.push({ name: 'openclaw-7', region: 'us-east-1', tags, box });
  await worker();
  const id = await workers.ask('alice');
  const { link = '' } = await at(id, 'waiting');
  await workers.leave(id, lab.anthropic.signIn(link));
  await at(id, 'connected');
  expect(lab.anthropic.bearers.at(-1)).toBe(lab.anthropic.minted.at(-1));
  expect(await leftOn(box)).toEqual([]);
  const secrets = [
    lightsail.authority.privateKey.split('\n')[5] ?? '',
    lightsail.credentials.secretAccessKey,
  ];
  const places = { logs: workers.logs(), ...(await workers.everythingInRedis()) };
  expect(leaks([...lab.anthropic.secrets, ...secrets], places)).toEqual([]);
  expect(workers.logs()).toMatch(/"region":"us-east-1","boxes":1/);
});

test('a customer whom nobody has listed is told so, and so is one with two instances', async () => {
  const tags = [{ key: 'keyferry-customer', value: 'twin' }];
  for (const region of ['eu-central-1', 'us-east-1'])
    lightsail.instances.push({ name: 'openclaw-8', region, tags, box });
  await worker();
  const [none, two] = await Promise.all([workers.ask('stranger'), workers.ask('twin')]);
  expect((await at(none, 'failed')).error?.code).toBe('box_not_listed');
  const { error } = await at(two, 'failed');
  expect(error).toMatchObject({ code: 'box_ambiguous', retryable: false });
  // The customer reads our words, not the names of instances.
  expect(JSON.stringify(workers.heard(two))).not.toContain('openclaw-8');
});

test('the file is looked into first', async () => {
  workers.list('bob', box);
  await worker();
  const before = lightsail.requests.length;
  const id = await workers.ask('bob');
  await at(id, 'waiting');
  expect(lightsail.requests.slice(before).map(({ target }) => target)).not.toContain(
    'Lightsail_20161128.GetInstanceAccessDetails',
  );
  await workers.mailbox.cancel(id);
  await at(id, 'cancelled');
  expect(await leftOn(box)).toEqual([]);
});

test('a certificate that has ended before sshd sees it is fetched again, and the customer hears of nothing', async () => {
  const tags = [{ key: 'keyferry-customer', value: 'dora' }];
  lightsail.instances.push({ name: 'openclaw-10', region: 'us-east-1', tags, box });
  lightsail.validities.push('-10m:-5m');
  await worker();
  const before = accessRequests();
  const id = await workers.ask('dora', { attempts: 1 });
  await at(id, 'waiting');
  expect(accessRequests() - before).toBe(2);
  expect(lightsail.validities).toEqual([]);
  await workers.mailbox.cancel(id);
  await at(id, 'cancelled');
  expect(phasesOf(workers.heard(id))).toEqual([
    'queued',
    'reaching',
    'preparing',
    'opening',
    'waiting',
    'cancelled',
  ]);
});

test('a box that reboots mid-way (sshd, its connections and all programs killed, then the same sshd again) ends as the catalogue says, and the next try succeeds', async () => {
  const tags = [{ key: 'keyferry-customer', value: 'carol' }];
  lightsail.instances.push({ name: 'openclaw-9', region: 'us-east-1', tags, box });
  await worker();
  const first = await workers.ask('carol', { attempts: 1 });
  await at(first, 'waiting');
  const rebooted = await reboot(box, async () => {
    const { error } = await at(first, 'failed');
    expect(error).toMatchObject({ code: 'connection_lost', retryable: true });
    const down = await workers.ask('carol', { attempts: 1 });
    expect((await at(down, 'failed')).error).toMatchObject({ code: 'box_unreachable', retryable: true });
  });
  try {
    const again = await workers.ask('carol', { attempts: 1 });
    const { link = '' } = await at(again, 'waiting');
    await workers.leave(again, lab.anthropic.signIn(link));
    await at(again, 'connected');
    expect(await leftOn(box)).toEqual([]);
  } finally {
    await rebooted.stop();
  }
});
