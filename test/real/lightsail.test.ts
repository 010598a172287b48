import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Phase } from '../../core/phases.ts';
import { type Lab, startLab } from '../../scripts/lab/lab.ts';
import { type Lightsail, startLightsail } from '../../scripts/lab/lightsail/lightsail.ts';
import { awsEnvironment } from '../support/aws-environment.ts';
import { leaks } from '../support/grep-proof.ts';
import { leftOn } from '../support/practice-lab.ts';
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

afterAll(async () => {
  await workers?.stop();
  process.env = environment;
  await lab?.stop();
  await lightsail?.stop();
});

test('customer alice is connected on her Lightsail instance by the real programs', async () => {
  const tags = [{ key: 'keyferry-customer', value: 'alice' }];
  lightsail.instances.push({ name: 'openclaw-1', region: 'eu-central-1', tags, box: lab.box });
  await workers.worker(
    {},
    {
      LIGHTSAIL_REGIONS: 'eu-central-1',
      LIGHTSAIL_ENDPOINT: lightsail.endpoint,
      LIGHTSAIL_SSH_PORT: String(lab.port),
    },
  );
  const at = (id: string, phase: Phase) =>
    workers.until(id, (told) => told.phase === phase || told.phase === 'failed');
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
