import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { type ApiLab, BASE, startApiLab } from '../../support/api-lab.ts';
import { type Consumer, installPackages } from '../../support/packages.ts';

/** @keyferry/server, as it is installed, at the real routes. */

let consumer: Consumer;
let lab: ApiLab;

beforeAll(async () => {
  [consumer, lab] = await Promise.all([installPackages('server'), startApiLab()]);
});
afterAll(async () => {
  consumer?.remove();
  await lab?.stop();
});

/** What a script of a platform's prints as JSON; `keyferry` is the client. Its requests go to the api as to its own host. */
async function asks(script: string): Promise<unknown> {
  const said = await consumer.run(
    `import { request } from 'node:http';
     import { createKeyferry } from '@keyferry/server';
     const { PORT, BASE, API_KEY } = process.env;
     const fetch = async (asked) => {
       const body = await asked.text();
       const headers = { ...Object.fromEntries(asked.headers), host: BASE };
       const { pathname, search } = new URL(asked.url);
       return new Promise((resolve, reject) => {
         const sent = request({ port: PORT, method: asked.method, path: pathname + search, headers }, async (answer) => {
           let text = '';
           for await (const part of answer) text += part;
           resolve(new Response(text || null, { status: answer.statusCode, headers: { 'content-type': answer.headers['content-type'] ?? '' } }));
         });
         sent.on('error', reject).end(body);
       });
     };
     const keyferry = createKeyferry({ url: 'https://' + BASE, apiKey: API_KEY, fetch });
     ${script}`,
    { env: { PORT: `${lab.api.port}`, BASE, API_KEY: lab.apiKey } },
  );
  return JSON.parse(said);
}

describe('the client', () => {
  test('makes a connect link, and reads a customer', async () => {
    const customer = lab.fresh();
    const said = await asks(
      `const made = await keyferry.PUT('/api/v1/customers/{customer}', {
         params: { path: { customer: '${customer}' } }, body: { displayName: 'Alice' } });
       const link = await keyferry.POST('/api/v1/connect-links', { body: { customer: '${customer}' } });
       const list = await keyferry.GET('/api/v1/customers', { params: { query: { limit: 1 } } });
       console.log(JSON.stringify({ made: made.error?.message ?? made.response.ok, link: link.data, list: list.data.items.length }));`,
    );
    expect(said).toEqual({
      made: true,
      link: {
        url: expect.stringMatching(new RegExp(`^https://${customer}\\.${BASE}/connect/`)),
        expiresAt: expect.any(String),
      },
      list: 1,
    });
  });

  test('gives what went wrong as it is documented', async () => {
    const said = await asks(
      `const { data, error } = await keyferry.POST('/api/v1/connect-links', { body: { customer: 'alice', origin: 'nowhere' } });
       console.log(JSON.stringify({ data: data ?? null, error }));`,
    );
    expect(said).toMatchObject({
      data: null,
      error: { code: 'input_invalid', errors: [{ field: 'origin', rule: 'format' }] },
    });
  });
});

describe('a webhook', () => {
  const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
  const body = JSON.stringify({ type: 'handshake.connected', data: { customer: 'alice' } });
  const read = (sent: string) => {
    const now = new Date();
    const headers = {
      'webhook-id': 'one',
      'webhook-timestamp': `${Math.floor(now.getTime() / 1000)}`,
      'webhook-signature': new Webhook(secret).sign('one', now, body),
    };
    return consumer.run(
      `import { verifyWebhook } from '@keyferry/server';
       try {
         console.log(verifyWebhook(process.env.BODY, JSON.parse(process.env.HEADERS), '${secret}').type);
       } catch ({ constructor }) { console.log(constructor.name); }`,
      { env: { BODY: sent, HEADERS: JSON.stringify(headers) } },
    );
  };

  test('is read if it is signed, and refused if anything in it is another’s', async () => {
    expect((await read(body)).trim()).toBe('handshake.connected');
    expect((await read(body.replace('alice', 'mallory'))).trim()).toMatch(/WebhookVerificationError/);
  });
});

test('has what it should, types that a strict project takes, and of a wrong path says so', async () => {
  expect(consumer.files).toEqual([
    'LICENSE',
    'README.md',
    'dist/api.d.ts',
    'dist/index.d.ts',
    'dist/index.js',
    'package.json',
  ]);
  expect(readFileSync(join(consumer.installed, 'dist/index.js'), 'utf8')).not.toContain('core/');
  const right = `import { createKeyferry, type KeyferryEvent } from '@keyferry/server';
    const keyferry = createKeyferry({ url: 'https://api.example', apiKey: 'x' });
    export const url = async (): Promise<string | undefined> =>
      (await keyferry.POST('/api/v1/connect-links', { body: { customer: 'alice' } })).data?.url;
    export const isOver = ({ type }: KeyferryEvent): boolean => type === 'handshake.connected';`;
  await consumer.check(right, 'es2022,dom', 'node');
  await expect(
    consumer.check(right.replace('connect-links', 'connect-link'), 'es2022,dom', 'node'),
  ).rejects.toThrow(/connect-link/);
});
