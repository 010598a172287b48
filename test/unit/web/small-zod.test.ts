import { describe, expect, jest, test } from '@jest/globals';
import { z } from '../../../web/small-zod.ts';

// As the build has it: the contract's schemas are made of what the page has in zod's place.
jest.unstable_mockModule('zod', () => ({ z }));
const http = await import('../../../core/contract/http-api.ts');
const { snapshotSchema } = await import('../../../core/contract/snapshot.ts');
const { messageSchema } = await import('../../../core/contract/live-messages.ts');
const { endpointSchema } = await import('../../../core/contract/endpoint.ts');
const { ownConnectionsSchema } = await import('../../../core/contract/own-connections.ts');
const { ownUsageSchema } = await import('../../../core/contract/own-usage.ts');
const { connectionRunSchema } = await import('../../../core/contract/connection-run.ts');
const { disconnectSchema } = await import('../../../core/contract/disconnect.ts');
const handOver = await import('../../../core/contract/hand-over.ts');
const { tolerant } = await import('../../../core/contract/tolerant.ts');
const { CONNECTION, practiceSnapshot, shownError } = await import('../../../scripts/screenshots/fixtures.ts');
const { USED } = await import('../../../scripts/screenshots/usage-fixtures.ts');
const { WITH_OFFERS, withKey } = await import('../../../scripts/screenshots/key-fixtures.ts');

const ID = '0d9f2c44-5b1e-4f0a-9c37-6a2b8d1e7f05';
const state = { snapshot: practiceSnapshot('waiting'), connection: CONNECTION };
const address = { baseUrl: 'https://llm.example.com/v1', api: 'openai-completions', models: ['a-1'] };

describe('what the page has in zod’s place', () => {
  test.each([
    ['a session', http.sessionSchema, WITH_OFFERS],
    ['a session that speaks', http.sessionSchema, { ...WITH_OFFERS, locale: 'de-CH' }],
    ['a link', snapshotSchema, practiceSnapshot('waiting')],
    ['a failure', snapshotSchema, withKey('failed', { error: shownError('key_revoked') })],
    ['a state', http.customerStateSchema, state],
    ['nothing yet', http.customerStateSchema, { snapshot: null, connection: null }],
    ['a message', messageSchema, { type: 'state', ...state }],
    ['a beat', messageSchema, { type: 'beat' }],
    ['an address', endpointSchema, address],
    ['an empty list', ownConnectionsSchema, { connections: [] }],
    ['what was used', ownUsageSchema, USED],
    ['a run', connectionRunSchema, { run: ID, state: 'done', verdict: 'key_no_access' }],
    [
      'a run with a code of a newer version',
      connectionRunSchema,
      { run: ID, state: 'failed', error: 'new_one' },
    ],
    [
      'words to choose from',
      handOver.handOverSchema,
      { state: 'opened', id: ID, choices: ['KIWI', 'PIANO', 'TANGO', 'ZEBRA'] },
    ],
    ['a word', handOver.continuedSchema, { state: 'opened', word: 'TANGO' }],
    ['a removal', disconnectSchema.pick({ state: true }), { state: 'done' }],
  ])('takes %s as it is', (_, schema, value) => {
    expect(schema.safeParse(value)).toEqual({ success: true, data: value });
  });

  test.each([
    [
      'too few words',
      handOver.handOverSchema,
      { state: 'opened', id: ID, choices: ['KIWI', 'PIANO', 'TANGO'] },
    ],
    ['a field too many', http.sessionSchema, { ...WITH_OFFERS, more: 1 }],
    ['a customer that is no name', http.sessionSchema, { ...WITH_OFFERS, customer: 'A b' }],
    ['another site’s link', snapshotSchema, practiceSnapshot('waiting', { link: 'https://evil.example/' })],
    ['a phase that is none', snapshotSchema, { ...practiceSnapshot('waiting'), phase: 'done' }],
    ['a day that is none', ownUsageSchema, { ...USED, from: 'yesterday' }],
    ['an attempt below zero', snapshotSchema, practiceSnapshot('waiting', { attempt: -1 })],
    ['half an attempt', snapshotSchema, practiceSnapshot('waiting', { attempt: 0.5 })],
    ['a moment that is none', snapshotSchema, practiceSnapshot('waiting', { at: 'yesterday' })],
    [
      'another provider’s model',
      http.customerStateSchema,
      {
        ...state,
        connection: { ...CONNECTION, model: 'anthropic/<script>' },
      },
    ],
    ['a message of another kind', messageSchema, { type: 'other' }],
    ['an address without models', endpointSchema, { ...address, models: [] }],
    [
      'an address of a cloud’s credentials',
      endpointSchema,
      { ...address, baseUrl: 'http://169.254.169.254/' },
    ],
    [
      'too many models',
      endpointSchema,
      { ...address, models: Array.from({ length: 21 }, (__, at) => `m${at}`) },
    ],
  ])('refuses %s', (_, schema, value) => {
    expect(schema.safeParse(value).success).toBe(false);
  });

  test('omits what only a newer version knows', () => {
    const { data } = tolerant(http.sessionSchema).safeParse({ ...WITH_OFFERS, more: 1 });
    expect(data).toEqual(WITH_OFFERS);
  });
});
