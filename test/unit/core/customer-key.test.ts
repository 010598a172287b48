import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { KeyferryError } from '../../../core/contract/errors.ts';
import { customerKey } from '../../../worker/fallback/customer-key.ts';
import { platformOf } from '../../support/platform-provider.ts';

const KEY = 'pk-alice-0123456789';
const { signal } = new AbortController();
const from = (keyFrom: string, more: object = {}) => platformOf({ key: undefined, keyFrom, ...more });

let cleanUp = () => {};
afterEach(() => {
  cleanUp();
  cleanUp = () => {};
});

/** Serves on loopback until the test is over. */
async function served(answer: RequestListener): Promise<string> {
  const server: Server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp = () => {
    server.closeAllConnections();
    server.close();
  };
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/{customer}/key`;
}

async function complaint(asking: Promise<unknown>): Promise<string> {
  const thrown: unknown = await asking.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof KeyferryError)) throw new Error('It threw nothing of the catalogue.');
  expect(thrown.code).toBe('platform_key_missing');
  return thrown.message;
}

describe('the platform’s key for a customer', () => {
  test('is the same for all where one is configured', async () => {
    const key = await customerKey(platformOf(), undefined, signal);
    expect(key.reveal()).toBe('pk-platform-0123456789abcdefghij');
  });

  test('comes from the customer’s file, white space around it left out', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'keyferry-keys-'));
    cleanUp = () => rmSync(directory, { recursive: true });
    writeFileSync(join(directory, 'alice'), `\n ${KEY}\n`);
    writeFileSync(join(directory, 'empty'), '\n');
    const platform = from(`${directory}/{customer}`);
    expect((await customerKey(platform, 'alice', signal)).reveal()).toBe(KEY);
    expect(await complaint(customerKey(platform, 'bob', signal))).toMatch(/cannot be read \(ENOENT\)/);
    expect(await complaint(customerKey(platform, 'empty', signal))).toMatch(/holds no key/);
  });

  test.each([undefined, '', '../../etc/passwd', 'a/b', 'admin'])(
    'is not looked for by the name %j',
    async (name) => {
      expect(await complaint(customerKey(from('/keys/{customer}'), name, signal))).toMatch(
        /no customer was named/,
      );
    },
  );

  test('comes from the customer’s address, which is asked with the token', async () => {
    const asked: unknown[] = [];
    const keyFrom = await served((request, response) => {
      asked.push([request.url, request.headers.authorization]);
      response.end(`${KEY}\n`);
    });
    const key = await customerKey(from(keyFrom, { keyFromToken: 'token-0123456789' }), 'alice', signal);
    expect(key.reveal()).toBe(KEY);
    expect(asked).toEqual([['/alice/key', 'Bearer token-0123456789']]);
  });

  test('is missing where its address refuses it', async () => {
    const keyFrom = await served((_, response) => response.writeHead(404).end());
    expect(await complaint(customerKey(from(keyFrom), 'alice', signal))).toMatch(/answers 404/);
  });

  test('is not taken from where an address leads on to', async () => {
    const keyFrom = await served((request, response) => {
      if (request.url === '/alice/key') response.writeHead(302, { location: '/elsewhere' }).end();
      else response.end(KEY);
    });
    expect(await complaint(customerKey(from(keyFrom), 'alice', signal))).toMatch(/does not answer/);
  });

  test('is none where an address answers without end', async () => {
    const keyFrom = await served((_, response) => {
      const more = () => {
        if (response.write('x'.repeat(16_384))) setImmediate(more);
      };
      response.on('drain', more);
      more();
    });
    expect(await complaint(customerKey(from(keyFrom), 'alice', signal))).toMatch(/holds no key/);
  });
});
