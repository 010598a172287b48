import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Box } from '../../lab/box.ts';
import { boxEntry, writeBoxesFile } from '../../lab/boxes-file.ts';
import { startLightsail } from '../../lab/lightsail/lightsail.ts';
import type { Lightsail } from '../../lab/lightsail/stand-in.ts';
import { awsEnvironment } from '../support/aws-environment.ts';
import { keyferry } from '../support/keyferry.ts';
import { leftOn, type PracticeLab, startPracticeLab } from '../support/practice-lab.ts';
import { GOOD_NODE } from '../support/unwell-box.ts';

/** The command line finds a customer's box as the worker does, by the worker's variables. */
const environment = process.env;
let directory: string;
let lab: PracticeLab;
let lightsail: Lightsail;
let box: Box;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'keyferry-lightsail-cli-'));
  [lab, lightsail] = await Promise.all([startPracticeLab(), startLightsail()]);
  const sshdConfig = [`TrustedUserCAKeys ${lightsail.authority.publicKeyFile}`];
  box = await lab.box({}, { node: GOOD_NODE, sshdConfig });
  const tags = [{ key: 'keyferry-customer', value: 'alice' }];
  lightsail.instances.push({ name: 'openclaw-1', region: 'eu-central-1', tags, box });
  process.env = {
    ...environment,
    ...awsEnvironment(lightsail.credentials),
    LIGHTSAIL_REGIONS: 'eu-central-1',
    LIGHTSAIL_ENDPOINT: lightsail.endpoint,
    LIGHTSAIL_SSH_PORT: String(box.port),
  };
});

afterAll(async () => {
  process.env = environment;
  await Promise.all([lab?.stop(), lightsail?.stop()]);
  rmSync(directory, { recursive: true, force: true });
});

/** Node warns on the other stream of a version that the AWS client will not support for ever. */
const firstLine = (printed: string) =>
  JSON.parse(printed.split('\n').find((line) => line.startsWith('{')) ?? '');

test('doctor', async () => {
  const { exitCode, printed } = await keyferry(['doctor', 'alice', '--json', '--no-openclaw']);
  expect(exitCode).toBe(0);
  expect(firstLine(printed).verdict).toBe('ok');
});

test('prepare, which has nothing to do there', async () => {
  const { exitCode, printed } = await keyferry(['prepare', 'alice', '--dry-run', '--no-swap', '--json']);
  expect(exitCode).toBe(0);
  expect(firstLine(printed)).toMatchObject({ type: 'step' });
});

test('connect, to the end', async () => {
  const ran = await keyferry(['connect', 'alice', '--json'], (link) => lab.anthropic.signIn(link));
  expect(ran.lines.at(-1)).toMatchObject({ type: 'connected', profile: 'anthropic:manual' });
  expect(ran.exitCode).toBe(0);
  expect(lab.anthropic.bearers.at(-1)).toBe(lab.anthropic.minted.at(-1));
  expect(await leftOn(box)).toEqual([]);
});

test('connect, for a customer whom nobody has listed: it ends in reaching', async () => {
  const ran = await keyferry(['connect', 'stranger', '--json']);
  expect(ran.exitCode).toBe(1);
  expect(ran.lines).toEqual([
    expect.objectContaining({ type: 'failed', phase: 'reaching', code: 'box_not_listed' }),
  ]);
});

test('a file of boxes is looked into first', async () => {
  const boxes = join(directory, 'boxes.yaml');
  writeBoxesFile(boxes, new Map([['alice', boxEntry(box)]]));
  const asked = () =>
    lightsail.requests.filter(({ target }) => target.endsWith('GetInstanceAccessDetails')).length;
  const before = asked();
  const ran = await keyferry(['doctor', 'alice', '--boxes', boxes, '--json', '--no-openclaw']);
  expect(ran.exitCode).toBe(0);
  expect(asked()).toBe(before);
});

test('settings that are not right are said, with exit code 2', async () => {
  process.env = { ...process.env, LIGHTSAIL_REGIONS: 'Frankfurt' };
  const { exitCode, printed } = await keyferry(['connect', 'alice']);
  expect(exitCode).toBe(2);
  expect(printed).toMatch(/LIGHTSAIL_REGIONS must be regions such as/);
});
