import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  customersPageSchema,
  type PlatformCustomer,
  platformCustomerSchema,
} from '../../../core/contract/platform-api.ts';
import { platformProblemSchema } from '../../../core/contract/platform-problem.ts';
import { type ApiLab, BASE, connectLink, startApiLab } from '../../support/api-lab.ts';
import { PlatformServer } from '../../support/platform.ts';

let lab: ApiLab;
let server: PlatformServer;

beforeAll(async () => {
  lab = await startApiLab();
  server = new PlatformServer(lab);
});
afterAll(() => lab?.stop());

const at = (customer: string) => `/api/v1/customers/${customer}`;
const ALICE = {
  displayName: 'Alice Example',
  locale: 'de-CH',
  timeZone: 'Europe/Zurich',
  plan: 'pro',
  email: 'alice@example.com',
  metadata: { accountId: '4711', 'with.dots-and_more': 'é' },
};

test('a customer is created, read, and replaced as a whole', async () => {
  const customer = lab.fresh();
  expect((await server.ask('GET', at(customer))).status).toBe(404);
  const created = await server.ask('PUT', at(customer), ALICE);
  expect([created.status, created.json]).toMatchObject([201, { customer, ...ALICE }]);
  expect(platformCustomerSchema.parse(await server.get(at(customer)))).toEqual(created.json);
  const replaced = await server.ask('PUT', at(customer), { plan: 'free' });
  const nothing = {
    displayName: null,
    locale: null,
    timeZone: null,
    email: null,
    noticesOff: [],
    metadata: {},
  };
  expect([replaced.status, replaced.json]).toMatchObject([200, { customer, plan: 'free', ...nothing }]);
  const { createdAt, updatedAt } = replaced.json as PlatformCustomer;
  expect(createdAt).toBe((created.json as PlatformCustomer).createdAt);
  expect(Date.parse(updatedAt)).toBeGreaterThanOrEqual(Date.parse(createdAt));
});

test('a language tag and a time zone are kept in their canonical form', async () => {
  const { json } = await server.ask('PUT', at(lab.fresh()), { locale: 'EN-us', timeZone: 'europe/zurich' });
  expect(json).toMatchObject({ locale: 'en-US', timeZone: 'Europe/Zurich' });
});

test('whoever has a connect link made for them is a customer from then on, and what is known of them stays', async () => {
  const customer = lab.fresh();
  await connectLink(lab.visitor(BASE), lab.apiKey, { customer });
  expect(await server.get(at(customer))).toMatchObject({ customer, displayName: null, metadata: {} });
  await server.ask('PUT', at(customer), ALICE);
  await connectLink(lab.visitor(BASE), lab.apiKey, { customer });
  expect(await server.get(at(customer))).toMatchObject(ALICE);
});

test('the list has everybody once, however many come in between its pages', async () => {
  const name = lab.fresh('page');
  const there = Array.from({ length: 7 }, (_, index) => `${name}-${index}`);
  for (const customer of there) await server.ask('PUT', at(customer), {});
  const seen: string[] = [];
  let path = '/api/v1/customers?limit=3';
  for (let pages = 0; pages < 200; pages += 1) {
    const { items, nextCursor } = customersPageSchema.parse(await server.get(path));
    expect(items.length).toBeLessThanOrEqual(3);
    seen.push(...items.map(({ customer }) => customer));
    await server.ask('PUT', at(`${name}-${pages}-a`), {});
    if (nextCursor === null) break;
    path = `/api/v1/customers?limit=3&cursor=${nextCursor}`;
  }
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen).toEqual(expect.arrayContaining(there));
  expect(seen).toEqual(seen.toSorted());
});

describe('what is wrong is named, field and rule', () => {
  const long = 'x'.repeat(501);
  const many = Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`k${index}`, 'v']));
  test.each<[string, unknown, object[]]>([
    ['{"displayName": 1}', { displayName: 1 }, [{ field: 'displayName', rule: 'type', expected: 'string' }]],
    ['an empty name', { displayName: '' }, [{ field: 'displayName', rule: 'min_length', limit: 1 }]],
    [
      'a long name',
      { displayName: 'x'.repeat(201) },
      [{ field: 'displayName', rule: 'max_length', limit: 200 }],
    ],
    [
      'a name that turns letters round',
      { displayName: 'a\u202eb' },
      [{ field: 'displayName', rule: 'format' }],
    ],
    ['a name of two lines', { displayName: 'a\nb' }, [{ field: 'displayName', rule: 'format' }]],
    ['half a character', { displayName: '\ud800' }, [{ field: 'displayName', rule: 'format' }]],
    ['what PostgreSQL cannot hold', { metadata: { a: '\0' } }, [{ field: 'metadata.a', rule: 'format' }]],
    [
      'a token',
      { metadata: { a: `sk-ant-oat01-${'x'.repeat(95)}` } },
      [{ field: 'metadata.a', rule: 'format' }],
    ],
    [
      'an hour of the clock for a time zone',
      { timeZone: '+02:00' },
      [{ field: 'timeZone', rule: 'format', expected: 'time-zone' }],
    ],
    [
      'no language',
      { locale: 'not a language' },
      [{ field: 'locale', rule: 'format', expected: 'language-tag' }],
    ],
    ['no address', { email: 'alice' }, [{ field: 'email', rule: 'format', expected: 'email' }]],
    [
      'an address with a line break',
      { email: 'a@example.com\r\nBcc: b@example.com' },
      [{ field: 'email', rule: 'format' }],
    ],
    ['a long address', { email: `${'a'.repeat(250)}@example.com` }, [{ field: 'email', rule: 'max_length' }]],
    ['mails that there are not', { noticesOff: ['everything'] }, [{ field: 'noticesOff.0', rule: 'one_of' }]],
    ['a long text', { metadata: { a: long } }, [{ field: 'metadata.a', rule: 'max_length', limit: 500 }]],
    ['no text', { metadata: { a: 1 } }, [{ field: 'metadata.a', rule: 'type', expected: 'string' }]],
    [
      'a name with a blank',
      { metadata: { 'a b': 'x' } },
      [{ field: 'metadata.(unprintable)', rule: 'format' }],
    ],
    ['many entries', { metadata: many }, [{ field: 'metadata', rule: 'max_properties', limit: 20 }]],
    ['a list', { metadata: [] }, [{ field: 'metadata', rule: 'type' }]],
    ['null', null, [{ field: '', rule: 'json' }]],
    [
      'more',
      { more: 1, evenMore: 2 },
      [
        { field: 'more', rule: 'unknown' },
        { field: 'evenMore', rule: 'unknown' },
      ],
    ],
    ['a prototype', '{"metadata": {"__proto__": "x"}}', [{ field: '__proto__', rule: 'unknown' }]],
    ['no JSON', '{', [{ field: '', rule: 'json' }]],
  ])('%s', async (_, body, errors) => {
    const { status, json, text } = await server.ask('PUT', at(lab.fresh()), body);
    expect([status, json]).toMatchObject([400, { code: 'input_invalid' }]);
    const problem = platformProblemSchema.parse(json);
    expect(problem.errors).toMatchObject(errors.map((error) => ({ in: 'body', ...error })));
    for (const { message } of problem.errors ?? []) expect(problem.message).toContain(message);
    expect(text).not.toMatch(/reload the page|oat01/);
  });

  test('of the content type', async () => {
    const { json } = await server.ask('PUT', at(lab.fresh()), '{}', { 'content-type': 'text/plain' });
    expect(json).toMatchObject({ errors: [{ in: 'header', field: 'content-type', rule: 'content_type' }] });
  });

  test.each(['A_B', 'admin', `${'a'.repeat(64)}`, '%20'])('of the customer’s name: %s', async (customer) => {
    for (const method of ['GET', 'PUT']) {
      const { status, json } = await server.ask(method, at(customer), method === 'PUT' ? {} : undefined);
      expect([status, json]).toMatchObject([
        400,
        { errors: [{ in: 'path', field: 'customer', rule: 'format' }] },
      ]);
    }
  });

  test.each<[string, object[]]>([
    ['limit=0', [{ field: 'limit', rule: 'minimum', limit: 1 }]],
    ['limit=201', [{ field: 'limit', rule: 'maximum', limit: 200 }]],
    ['limit=many', [{ field: 'limit', rule: 'type', expected: 'number' }]],
    ['limit=1.5', [{ field: 'limit', rule: 'type', expected: 'integer' }]],
    ['limit=', [{ field: 'limit', rule: 'minimum' }]],
    ['limit=1&limit=2', [{ field: 'limit', rule: 'repeated' }]],
    ['cursor=', [{ field: 'cursor', rule: 'min_length' }]],
    ['cursor=garbage', [{ field: 'cursor', rule: 'format', expected: 'cursor' }]],
    [`cursor=${'x'.repeat(501)}`, [{ field: 'cursor', rule: 'max_length', limit: 500 }]],
    [
      `cursor=${Buffer.from('["customers","A B"]').toString('base64url')}`,
      [{ field: 'cursor', rule: 'format' }],
    ],
    [
      `cursor=${Buffer.from('["events","alice"]').toString('base64url')}`,
      [{ field: 'cursor', rule: 'format' }],
    ],
    ['Limit=1', [{ field: 'Limit', rule: 'unknown' }]],
    [
      'a=1&b=2',
      [
        { field: 'a', rule: 'unknown' },
        { field: 'b', rule: 'unknown' },
      ],
    ],
    ['__proto__=1', [{ field: '__proto__', rule: 'unknown' }]],
  ])('of the list’s query: %s', async (query, errors) => {
    const { status, json } = await server.ask('GET', `/api/v1/customers?${query}`);
    expect([status, json]).toMatchObject([400, { code: 'input_invalid' }]);
    expect(platformProblemSchema.parse(json).errors).toMatchObject(
      errors.map((error) => ({ in: 'query', ...error })),
    );
  });

  test('of a query where there is none, and of a path that cannot be read', async () => {
    const { json } = await server.ask('PUT', `${at(lab.fresh())}?dryRun=true`, {});
    expect(json).toMatchObject({ errors: [{ in: 'query', field: 'dryRun', rule: 'unknown' }] });
    const odd = await server.ask('GET', '/api/v1/customers/%zz');
    expect([odd.status, odd.json]).toMatchObject([400, { errors: [{ in: 'path', rule: 'format' }] }]);
  });

  test('of a body that is too large, with its limit', async () => {
    const { status, json } = await server.ask('PUT', at(lab.fresh()), { displayName: 'x'.repeat(20_000) });
    expect([status, json]).toMatchObject([
      413,
      { code: 'body_too_large', message: expect.stringMatching(/16 KiB/) },
    ]);
  });
});

test('what is not there is said in words for developers', async () => {
  for (const path of [at(lab.fresh()), '/api/v1/nothing']) {
    const { status, json } = await server.ask('GET', path);
    expect(status).toBe(404);
    expect(platformProblemSchema.parse(json)).toMatchObject({
      code: 'not_here',
      message: expect.stringMatching(/id/),
    });
  }
});
