import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import type { ConsoleMessage } from '../../../core/contract/console-api.ts';
import { readConfig } from '../../../core/process/config.ts';
import { type FaultyPostgres, startFaultyPostgres } from '../../../lab/faulty-postgres.ts';
import { type RunningWorker, startWorker } from '../../../worker/process.ts';
import { type ConsoleLab, startConsoleLab } from '../../support/console-lab.ts';
import { until } from '../../support/redis-system.ts';

let postgres: FaultyPostgres;
let lab: ConsoleLab;
let worker: RunningWorker;
let directory: string;

beforeAll(async () => {
  postgres = await startFaultyPostgres();
  lab = await startConsoleLab({ beatMs: 300, environment: { DATABASE_URL: await postgres.database() } });
  directory = mkdtempSync(join(tmpdir(), 'keyferry-away-'));
  const boxes = join(directory, 'boxes.yaml');
  writeFileSync(boxes, 'boxes: {}\n');
  const config = readConfig('worker', { ...lab.environment, BOXES_FILE: boxes });
  worker = await startWorker(config, pino({ level: 'silent' }));
});
afterAll(async () => {
  await worker?.stop();
  await lab?.stop();
  await postgres?.stop();
  rmSync(directory, { recursive: true, force: true });
});

const both = (path: string) =>
  Promise.all([lab.api.healthPort, worker.healthPort].map((port) => lab.console(port).get(path)));
const isReady = async () => (await both('/readyz')).every(({ status }) => status === 200);

describe.each<[string, () => Promise<void> | void, () => Promise<void> | void]>([
  ['stopped', () => postgres.halt(), () => postgres.resume()],
  ['killed', () => postgres.halt('SIGKILL'), () => postgres.resume()],
  ['silent', () => postgres.freeze(), () => postgres.thaw()],
  ['read-only', () => postgres.setReadOnly(true), () => postgres.setReadOnly(false)],
])('while the database is %s', (_, take, give) => {
  test('both processes live and say that they are not ready, metrics and consoles say it, and customers go on', async () => {
    await until(isReady);
    const customer = lab.fresh();
    const browser = await lab.signIn(customer);
    const support = await lab.operator('support');
    const console = support.line<ConsoleMessage>('/api/v1/console/live');

    await take();
    try {
      await console.message((each) => each.type === 'record' && !each.available);
      for (const { status, text } of await both('/readyz'))
        expect([status, text]).toEqual([503, expect.stringMatching(/^not ready: .+\n$/)]);
      for (const { status } of await both('/healthz')) expect(status).toBe(200);
      for (const { text } of await both('/metrics')) expect(text).toMatch(/^keyferry_database_up 0$/m);
      expect((await browser.post('/api/v1/handshake')).status).toBe(201);
      expect((await browser.get('/api/v1/handshake')).status).toBe(200);
      expect((await lab.signIn(lab.fresh())).cookie).toBeDefined();
    } finally {
      await give();
    }

    await console.message((each) => each.type === 'record' && each.available);
    await until(isReady);
    for (const { text } of await both('/metrics')) expect(text).toMatch(/^keyferry_database_up 1$/m);
    expect(console.socket.readyState).toBe(console.socket.OPEN);
    console.socket.close();
  });
});

test('how long the database takes to answer is measured, and nothing waits for it', async () => {
  const [api, worked] = await both('/metrics');
  for (const answer of [api, worked])
    expect(answer?.text).toMatch(/^keyferry_database_query_seconds_count\{outcome="answered"\} [1-9]/m);
  await until(async () => /^keyferry_record_waiting 0$/m.test((await both('/metrics'))[1]?.text ?? ''));
});
