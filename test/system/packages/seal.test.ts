import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newConnectionSchema } from '../../../core/contract/connection-tasks.ts';
import { keyBinding } from '../../../core/contract/sealed.ts';
import { makeWorkerKey, WorkerKeys } from '../../../core/secrets/sealed-to-workers.ts';
import { type Consumer, installPackages } from '../../support/packages.ts';

/** Of OpenAI's form; nobody made it. */
const KEY = `sk-proj-${'A1b2C3d4'.repeat(15)}`;
const workers = new WorkerKeys([makeWorkerKey('one')]);
let consumer: Consumer;

beforeAll(async () => {
  consumer = await installPackages('seal');
});
afterAll(() => consumer?.remove());

const sealed = (options: object, key = KEY) =>
  consumer.run(
    `import { readFileSync } from 'node:fs';
     import { sealKey } from '@keyferry/seal';
     const options = JSON.parse(process.env.OPTIONS);
     const key = readFileSync(0, 'utf8');
     const body = await sealKey({ ...options, key }).catch(({ name, message }) => ({ name, message }));
     console.log(JSON.stringify(body));`,
    { env: { OPTIONS: JSON.stringify({ workerKey: workers.publicKey, ...options }) }, input: key },
  );

describe('@keyferry/seal, as it is installed', () => {
  test('seals a key that the workers open, for this customer, box, provider and submission alone', async () => {
    const owner = { customer: 'alice', box: 'second', provider: 'openai', submission: randomUUID() };
    const said = await sealed(owner, ` ${KEY}\n`);
    expect(said).not.toContain(KEY.slice(8, 20));
    const body = newConnectionSchema.parse(JSON.parse(said));
    expect(body).toEqual({
      provider: 'openai',
      box: 'second',
      sealed: { submission: owner.submission, key: expect.stringMatching(/^kf1\.one\./) },
    });
    const envelope = body.sealed?.key ?? '';
    expect((await workers.open(envelope, keyBinding(owner))).reveal()).toBe(KEY);
    for (const other of [
      { customer: 'bob' },
      { box: 'default' },
      { provider: 'groq' },
      { submission: randomUUID() },
    ])
      await expect(workers.open(envelope, keyBinding({ ...owner, ...other }))).rejects.toThrow();
  });

  test('needs neither a box nor a submission: the default one, and one of its own', async () => {
    const body = newConnectionSchema.parse(JSON.parse(await sealed({ customer: 'alice', provider: 'groq' })));
    expect(body).not.toHaveProperty('box');
    const { submission, key } = body.sealed ?? { submission: '', key: '' };
    const owner = { customer: 'alice', box: 'default', provider: 'groq', submission };
    expect((await workers.open(key, keyBinding(owner))).reveal()).toBe(KEY);
  });

  test.each([
    ['nothing', ' \n'],
    ['two lines', `${KEY}\n${KEY}`],
    ['something that no key has', `${KEY}…`],
    ['far too much', 'x'.repeat(8_193)],
  ])('takes %s for no key, and does not repeat it', async (_, key) => {
    const said = await sealed({ customer: 'alice', provider: 'openai' }, key);
    expect(JSON.parse(said)).toEqual({
      name: 'TypeError',
      message: 'This is no API key: one line of printable ASCII is expected.',
    });
  });

  test('has what it should, and nothing else', () => {
    expect(consumer.files).toEqual([
      'LICENSE',
      'README.md',
      'dist/index.d.ts',
      'dist/index.js',
      'package.json',
    ]);
    const code = readFileSync(join(consumer.installed, 'dist/index.js'), 'utf8');
    expect([...code.matchAll(/\b(?:from|import)\s*\(?["']([^"']+)/g)].map(([, name]) => name)).toEqual([
      '@hpke/core',
    ]);
    const { dependencies } = JSON.parse(readFileSync(join(consumer.installed, 'package.json'), 'utf8'));
    expect(Object.keys(dependencies)).toEqual(['@hpke/core']);
  });

  test('has types that a strict project takes', async () => {
    const right = `import { sealKey, type SealedConnection, type WorkerKey } from '@keyferry/seal';
      export const seal = (workerKey: WorkerKey, key: string): Promise<SealedConnection> =>
        sealKey({ workerKey, customer: 'alice', provider: 'openai', key });`;
    await consumer.check(right);
    await expect(consumer.check(right.replace("customer: 'alice', ", ''))).rejects.toThrow(/customer/);
  });

  test('weighs what its README says, in a page too', async () => {
    const readme = readFileSync(join(consumer.installed, 'README.md'), 'utf8');
    const [, own = '', all = ''] =
      /: ([\d.]+) kB of its own, ([\d.]+) kB with that, gzipped/.exec(readme) ?? [];
    const code = gzipSync(readFileSync(join(consumer.installed, 'dist/index.js')));
    expect(code.length).toBeLessThanOrEqual(Number(own) * 1_000 * 1.05);
    const whole = gzipSync(await consumer.bundle(`export * from '@keyferry/seal';`));
    expect(whole.length).toBeGreaterThan(1_000);
    expect(whole.length).toBeLessThanOrEqual(Number(all) * 1_000 * 1.05);
  });
});
