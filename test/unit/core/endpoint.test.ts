import { describe, expect, test } from '@jest/globals';
import {
  addressFault,
  endpointSchema,
  MOST_ENDPOINT_MODELS,
  tidyAddress,
} from '../../../core/contract/endpoint.ts';
import { isModelOf, isProfileOf, PROVIDERS, rowAs } from '../../../core/contract/providers.ts';
import { connectionSchema } from '../../../core/contract/snapshot.ts';

const custom = (baseUrl: string, models = ['m']) =>
  endpointSchema.safeParse({ baseUrl, api: 'openai-completions', models });

describe('an address of the customer’s own', () => {
  test.each([
    'https://llm.example.com/v1',
    'https://llm.example.com:8443/team-a/v1',
    'https://[2001:db8::1]/v1',
    'https://8.8.8.8/v1',
    'https://gateway.example.com/v1/acct_1/gw@2/openai',
    'http://127.0.0.1:11434',
    'http://localhost:11434',
    'http://[::1]:8080/v1',
    'http://[fd12:3456::7]:8080',
    'http://10.1.2.3:8000/v1',
    'http://172.16.0.1',
    'http://172.31.255.254',
    'http://192.168.1.20:1234/v1',
    'http://100.101.102.103:11434',
    'http://ollama-host:11434',
    'http://gpu.local:11434',
    'http://gpu.tail1234.ts.net:11434',
    'http://llm.home.arpa',
  ])('is taken: %s', (address) => {
    expect([address, addressFault(address)]).toEqual([address, undefined]);
  });

  test.each([
    ['without a scheme', 'llm.example.com/v1', /http or https/],
    ['of another scheme', 'ftp://llm.example.com', /http or https/],
    ['of a file', 'file:///etc/passwd', /http or https/],
    ['of a script', 'javascript:alert(1)', /http or https/],
    ['with a name and a password', 'https://me:secret@llm.example.com/v1', /without a name/],
    ['with a name', 'https://me@llm.example.com', /without a name/],
    ['with a fragment', 'https://llm.example.com/v1#x', /fragment/],
    ['with a query', 'https://llm.example.com/v1?key=abc', /query/],
    ['with a blank', 'https://llm.example.com/v 1', /http or https/],
    ['with a line break', 'https://llm.example.com/v1\n', /http or https/],
    [
      'into which OpenClaw would put a variable of the box',
      `https://llm.example.com/$\{OPENAI_API_KEY}`,
      /http/,
    ],
    ['that is longer than any', `https://llm.example.com/${'a'.repeat(300)}`, /http or https/],
    ['with a port that is none', 'https://llm.example.com:99999/v1', /http or https/],
    ['in plain text over the internet', 'http://llm.example.com/v1', /https:\/\//],
    ['in plain text to a public address', 'http://8.8.8.8/v1', /https:\/\//],
    ['in plain text just outside of a private network', 'http://172.32.0.1', /https:\/\//],
    ['in plain text just outside of a shared network', 'http://100.128.0.1', /https:\/\//],
    ['that looks private and is not', 'http://10.example.com', /https:\/\//],
    ['that begins as a private one', 'http://127.0.0.1.example.com', /https:\/\//],
    ['of a cloud’s metadata', 'http://169.254.169.254/latest', /credentials/],
    ['of a cloud’s metadata, as one number', 'http://2852039166/latest', /credentials/],
    ['of a cloud’s metadata, in hexadecimal', 'http://0xa9.0xfe.0xa9.0xfe', /credentials/],
    ['of a cloud’s metadata, as IPv6 writes IPv4', 'https://[::ffff:169.254.169.254]/', /credentials/],
    ['of a cloud’s metadata, in IPv6', 'http://[fd00:ec2::254]/latest', /credentials/],
    ['of a cloud’s metadata, by name', 'http://metadata.google.internal/', /credentials/],
    ['of the link', 'https://[fe80::1]/', /credentials/],
    ['of no machine', 'http://0.0.0.0:11434', /credentials/],
  ])('is refused %s', (_, address, words) => {
    expect(addressFault(address)).toMatch(words);
    expect(custom(address).success).toBe(false);
  });

  test('is looked at in time that grows with its length, whatever it is', () => {
    for (const bad of [
      `https://${'a'.repeat(200_000)}`,
      `https://a/${'/'.repeat(200_000)}!`,
      `http://${'a.'.repeat(100_000)}`,
    ])
      expect(addressFault(bad)).toMatch(/http or https/);
  });

  test('has one to twenty models, each of a form that providers give and each once', () => {
    const many = Array.from({ length: MOST_ENDPOINT_MODELS }, (_, at) => `model-${at}`);
    for (const models of [['gemma4:latest'], ['meta-llama/Llama-3.3-70B'], many])
      expect([models[0], custom('https://a.example', models).success]).toEqual([models[0], true]);
    for (const models of [
      [],
      [...many, 'one-more'],
      ['a', 'a'],
      ['a b'],
      [`$\{KEY}`],
      ['@x'],
      ['a'.repeat(121)],
      ['../x'],
    ])
      expect([models[0], custom('https://a.example', models).success]).toEqual([models[0], false]);
  });
});

describe('an address as people type it', () => {
  test.each([
    [' https://llm.example.com/v1/ ', 'openai-completions', 'https://llm.example.com/v1'],
    ['https://llm.example.com/v1/chat/completions', 'openai-completions', 'https://llm.example.com/v1'],
    ['https://llm.example.com/v1/responses', 'openai-responses', 'https://llm.example.com/v1'],
    ['https://llm.example.com/v1/messages', 'anthropic-messages', 'https://llm.example.com'],
    ['https://llm.example.com/anthropic/v1', 'anthropic-messages', 'https://llm.example.com/anthropic'],
    ['llm.example.com/v1', 'openai-completions', 'https://llm.example.com/v1'],
    ['localhost:11434', 'ollama', 'http://localhost:11434'],
    ['192.168.1.20:11434/', 'ollama', 'http://192.168.1.20:11434'],
    ['http://localhost:11434/v1', 'ollama', 'http://localhost:11434'],
    ['http://localhost:11434/api/chat', 'ollama', 'http://localhost:11434'],
  ] as const)('%j for %s is %s', (typed, api, tidy) => {
    expect(tidyAddress(typed, api)).toBe(tidy);
    expect(addressFault(tidy)).toBeUndefined();
  });

  test('that is none stays what it is, and is refused', () => {
    expect(addressFault(tidyAddress('what is this', 'ollama'))).toMatch(/http or https/);
  });
});

describe('what OpenClaw has for an address', () => {
  const { custom: row, ollama } = PROVIDERS;

  test('is told from the customer’s own providers by its name', () => {
    for (const [profile, isOurs] of [
      ['keyferry-custom:keyferry', true],
      ['keyferry-custom-2:keyferry', true],
      ['keyferry-custom-99:keyferry-3', true],
      ['keyferry-custom-1:keyferry', false],
      ['keyferry-custom-100:keyferry', false],
      ['keyferry-customer:keyferry', false],
      ['keyferry-custom:manual', false],
      ['custom:keyferry', false],
      ['keyferry-ollama:keyferry', false],
    ] as const)
      expect([profile, isProfileOf(row, profile)]).toEqual([profile, isOurs]);
    expect(isProfileOf(ollama, 'keyferry-ollama-2:keyferry')).toBe(true);
    expect(isProfileOf(ollama, 'ollama:keyferry')).toBe(false);
    expect(isModelOf(row, 'keyferry-custom-7/maker/model')).toBe(true);
    expect(isModelOf(row, 'custom/model')).toBe(false);
  });

  test('one entry’s row knows that entry alone', () => {
    const second = rowAs(row, 'keyferry-custom-2:keyferry');
    expect(second.openclaw).toMatchObject({ id: 'keyferry-custom-2', profile: 'keyferry-custom-2:keyferry' });
    expect(isModelOf(second, 'keyferry-custom-2/m')).toBe(true);
    expect(isModelOf(second, 'keyferry-custom/m')).toBe(false);
    expect(rowAs(PROVIDERS.openai, 'openai:keyferry-2')).toBe(PROVIDERS.openai);
  });

  test('is shown with its address, and not as another provider’s', () => {
    const made = {
      provider: 'custom',
      method: 'api-key',
      profile: 'keyferry-custom-2:keyferry',
      model: 'keyferry-custom-2/small-1',
      endpoint: { baseUrl: 'https://llm.example.com/v1', api: 'openai-completions', models: ['small-1'] },
      connectedAt: '2026-11-29T12:00:00.000Z',
    };
    expect(connectionSchema.safeParse(made).success).toBe(true);
    expect(connectionSchema.safeParse({ ...made, provider: 'ollama' }).success).toBe(false);
  });
});
