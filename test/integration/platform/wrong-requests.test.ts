import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { platformDocument } from '../../../api/platform/openapi.ts';
import { ROUTES } from '../../../api/routes.ts';
import { type PlatformProblem, platformProblemSchema } from '../../../core/contract/platform-problem.ts';
import { type ApiLab, startApiLab } from '../../support/api-lab.ts';
import { PlatformServer } from '../../support/platform.ts';
import { type PlatformDocument, type WrongRequest, wrongRequests } from '../../support/wrong-requests.ts';

const document: PlatformDocument = JSON.parse(
  JSON.stringify(platformDocument(ROUTES, 'https://keyferry.example')),
);
const OPERATIONS = [...Map.groupBy(wrongRequests(document), ({ operation }) => operation)].map(
  ([operation, requests]) => ({ operation, requests, key: randomBytes(32).toString('hex') }),
);
/** Words that belong on a customer's page, and those that say nothing. */
const NOT_FOR_PROGRAMS = /reload|please|invalid (string|input)|not what is expected|undefined/i;
let lab: ApiLab;
let server: PlatformServer;

beforeAll(async () => {
  // One for each operation: a key may ask 300 times a minute.
  const API_KEYS = OPERATIONS.map(({ key }, at) => `k${at}:${key}`).join();
  lab = await startApiLab({ environment: { API_KEYS } });
  server = new PlatformServer(lab);
});
afterAll(() => lab?.stop());

test('every operation of the document is gone through, and each kind of field', () => {
  const inDocument = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(OPERATIONS.map(({ operation }) => operation).toSorted()).toEqual(inDocument.toSorted());
  const rules = OPERATIONS.flatMap(({ requests }) => requests.map(({ error }) => error.rule));
  expect(new Set(rules)).toEqual(
    new Set(
      'required unknown repeated type format one_of minimum maximum min_length max_length min_items max_items max_properties'.split(
        ' ',
      ),
    ),
  );
});

describe('what is wrong with a request is named, field and rule', () => {
  test.each(OPERATIONS)('$operation', async ({ requests, key }) => {
    const unnamed: string[] = [];
    for (const request of requests) {
      const { method, path, body } = request;
      const sent = method === 'GET' || method === 'DELETE' ? undefined : (body ?? {});
      const { status, json, text, headers } = await server.ask(method, path, sent, {
        authorization: `Bearer ${key}`,
      });
      const problem = platformProblemSchema.safeParse(json).data;
      const isProblem = `${headers['content-type']}`.startsWith('application/problem+json');
      if (status !== 400 || !isProblem || !problem || !says(problem, request))
        unnamed.push(`${request.what}: ${status} ${text}`);
    }
    expect(unnamed).toEqual([]);
  });
});

/** Whether an answer names the field and its rule, for a program and in words. */
function says({ code, message, errors = [] }: PlatformProblem, { error }: WrongRequest): boolean {
  const found = errors.find(({ message: _, ...said }) =>
    Object.entries(error).every(([name, value]) => String(said[name as keyof typeof said]) === String(value)),
  );
  const name = error.field === '' ? `The ${error.in}` : `\`${error.field}\``;
  return (
    code === 'input_invalid' &&
    found !== undefined &&
    found.message.startsWith(name) &&
    found.message.includes(`${error.limit ?? ''}`) &&
    message.includes(found.message) &&
    !NOT_FOR_PROGRAMS.test(message)
  );
}

describe('so is what is wrong around a body', () => {
  const BODY = '{"customer": "alice"}';
  test.each<[string, Record<string, string>, string, object]>([
    ['compressed', { 'content-encoding': 'gzip' }, BODY, { field: 'content-encoding', rule: 'one_of' }],
    [
      'in another character set',
      { 'content-type': 'application/json; charset=latin1' },
      BODY,
      { field: 'content-type', rule: 'content_type' },
    ],
    ['a form', { 'content-type': 'text/plain' }, BODY, { field: 'content-type', rule: 'content_type' }],
    ['no JSON', {}, '{"customer": ', { in: 'body', field: '', rule: 'json' }],
    ['a list', {}, '[]', { in: 'body', field: '', rule: 'type', expected: 'object' }],
  ])('%s', async (_, headers, body, error) => {
    const { status, json } = await server.ask('POST', '/api/v1/connect-links', body, {
      authorization: `Bearer ${OPERATIONS[0]?.key}`,
      ...headers,
    });
    expect([status, json]).toMatchObject([400, { code: 'input_invalid', errors: [error] }]);
  });
});

test('no answer to the platform speaks to somebody before a page', () => {
  const responses = (document.components as unknown as { responses: Record<string, { description: string }> })
    .responses;
  for (const { description } of Object.values(responses)) expect(description).not.toMatch(NOT_FOR_PROGRAMS);
});
