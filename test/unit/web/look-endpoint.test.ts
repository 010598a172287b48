import { describe, expect, test } from '@jest/globals';
import { lookEndpoint } from '../../../web/keys/look-endpoint.ts';
import { english } from '../../../web/messages/english.ts';

const addressMissing = english('endpoint.addressMissing');
const modelsMissing = english('endpoint.modelsMissing');
const modelsWrong = english('endpoint.modelsWrong');
const tooMany = english('endpoint.tooMany');
const holdsKey = english('endpoint.holdsKey');
const look = (address: string, models: string) =>
  lookEndpoint({ address, api: 'openai-completions', models });

describe('what is typed about an address of the customer’s own', () => {
  test('is tidied, and its models are told apart however they are separated', () => {
    expect(look(' https://llm.example.com/v1/chat/completions ', 'a-1, b/c:7b\n d;a-1')).toEqual({
      endpoint: {
        baseUrl: 'https://llm.example.com/v1',
        api: 'openai-completions',
        models: ['a-1', 'b/c:7b', 'd'],
      },
    });
  });

  test.each([
    ['', '', { address: addressMissing, models: modelsMissing }],
    ['https://llm.example.com', '', { models: modelsMissing }],
    ['https://llm.example.com', 'what?!', { models: modelsWrong }],
    [
      'https://llm.example.com',
      Array.from({ length: 21 }, (_, at) => `m${at}`).join(','),
      { models: tooMany },
    ],
    ['https://llm.example.com', `sk-or-v1-${'a1'.repeat(32)}`, { models: holdsKey }],
    [`https://llm.example.com/sk-or-v1-${'a1'.repeat(32)}`, 'm', { address: holdsKey }],
  ])('is refused, and each field says why: %j %j', (address, models, said) => {
    expect(look(address, models)).toEqual(said);
  });

  test('is refused in plain text over the internet', () => {
    expect(look('http://llm.example.com', 'm').address).toMatch(/https:\/\//);
  });
});
