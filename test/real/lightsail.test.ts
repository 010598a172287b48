import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import type { Phase } from '../../core/contract/phases.ts';
import { type Lab, startLab } from '../../lab/lab.ts';
import { leaks } from '../../lab/leaks.ts';
import { startLightsail } from '../../lab/lightsail/lightsail.ts';
import type { Lightsail } from '../../lab/lightsail/stand-in.ts';
import { awsEnvironment } from '../support/aws-environment.ts';
import { leftOn } from '../support/practice-lab.ts';
import { reboot } from '../support/reboot.ts';
import { phasesOf, startWorkerLab, type WorkerLab } from '../support/worker-lab.ts';

const MINUTE = 60_000;
jest.setTimeout(15 * MINUTE);

const environment = process.env;
let lightsail: Lightsail;
let workers: WorkerLab;
let lab: Lab;

beforeAll(async () => {
  [lightsail, workers] = await Promise.all([startLightsail(), startWorkerLab()]);
  const sshdConfig = [`TrustedUserCAKeys ${lightsail.authority.publicKeyFile}`];
  lab = await startLab({ claude: '2.1.330', openclaw: '2026.9.6', sshdConfig });
  process.env = { ...environment, ...awsEnvironment(lightsail.credentials) };
});

afterEach(() => workers.stopWorkers());

afterAll(async () => {
  await workers?.stop();
  process.env = environment;
  await lab?.stop();
  await lightsail?.stop();
});

const worker = () =>
  workers.worker(
    {},
    {
      LIGHTSAIL_REGIONS: 'eu-central-1',
      LIGHTSAIL_ENDPOINT: lightsail.endpoint,
      LIGHTSAIL_SSH_PORT: String(lab.port),
    },
  );
const list = (customer: string) => {
  const tags = [{ key: 'keyferry-customer', value: customer }];
  lightsail.instances.push({ name: `openclaw-${customer}`, region: 'eu-central-1', tags, box: lab.box });
};
/** The first snapshot of that phase, or the failure before it. */
const at = (id: string, phase: Phase) =>
  workers.until(id, (told) => told.phase === phase || told.phase === 'failed');

test('customer alice is connected on her Lightsail instance by the real programs', async () => {
  list('alice');
  await worker();
  const id = await workers.ask('alice', { attempts: 1 });
  const { link = '' } = await at(id, 'waiting');
  await workers.leave(id, lab.anthropic.signIn(link));
  const { connection } = await at(id, 'connected');
  expect(phasesOf(workers.heard(id)).at(-1)).toBe('connected');
  expect(connection?.profile).toBe('anthropic:manual');
  expect(lab.anthropic.bearers.at(-1)).toBe(lab.anthropic.minted.at(-1));
  expect(await leftOn(lab.box)).toEqual([]);
  const places = { logs: workers.logs(), ...(await workers.everythingInRedis()) };
  const key = lightsail.authority.privateKey.split('\n')[5] ?? '';
  expect(leaks([...lab.anthropic.secrets, key], places)).toEqual([]);
});

test('a certificate that has ended before sshd sees it is fetched again', async () => {
  list('bob');
  lightsail.validities.push('-10m:-5m');
  await worker();
  const id = await workers.ask('bob', { attempts: 1 });
  expect((await at(id, 'waiting')).link).toBeDefined();
  expect(lightsail.validities).toEqual([]);
  const asked = lightsail.requests.filter(
    ({ target, input }) =>
      target.endsWith('GetInstanceAccessDetails') && input.instanceName === 'openclaw-bob',
  );
  expect(asked).toHaveLength(2);
  await workers.mailbox.cancel(id);
  await workers.ended(id);
  expect(await leftOn(lab.box)).toEqual([]);
});

test('a box that reboots mid-way (sshd, its connections and all programs killed, then the same sshd again) ends as the catalogue says, and the next try gives a link', async () => {
  list('carol');
  await worker();
  const first = await workers.ask('carol', { attempts: 1 });
  await at(first, 'waiting');
  const rebooted = await reboot(lab.box, async () => {
    const { error } = await at(first, 'failed');
    expect(error).toMatchObject({ code: 'connection_lost', retryable: true });
    await workers.ended(first);
  });
  try {
    const again = await workers.ask('carol', { attempts: 1 });
    expect((await at(again, 'waiting')).link).toBeDefined();
    await workers.mailbox.cancel(again);
    await workers.ended(again);
    expect(await leftOn(lab.box)).toEqual([]);
  } finally {
    await rebooted.stop();
  }
});
