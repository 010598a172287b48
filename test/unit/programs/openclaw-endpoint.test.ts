import { describe, expect, test } from '@jest/globals';
import type { Endpoint } from '../../../core/contract/endpoint.ts';
import { PROVIDERS, rowAs } from '../../../core/contract/providers.ts';
import { readBoxModels } from '../../../worker/programs/openclaw/box-models.ts';
import { endpointEntry, planEndpoint } from '../../../worker/programs/openclaw/endpoint-plan.ts';
import { entryOf, planMove, planRemoval } from '../../../worker/programs/openclaw/provider-entry.ts';
import { judge } from '../../../worker/programs/openclaw/verdict.ts';

const ROW = PROVIDERS.custom;
const ENDPOINT: Endpoint = {
  baseUrl: 'https://llm.example.com/v1',
  api: 'openai-completions',
  models: ['small-1', 'large-1'],
};
const ENTRY = endpointEntry(ENDPOINT, '2026.9.6');
const OTHER = entryOf({ ...ENTRY, baseUrl: 'https://other.example.com/v1' });
/** As OpenClaw shows an entry: with its own defaults. */
const shown = (entry: typeof ENTRY) => ({
  ...entry,
  models: entry.models.map((model) => ({ ...model, reasoning: false, contextWindow: 200_000 })),
});

describe('an address of the customer’s own is written under a name that Keyferry alone gives', () => {
  test('the first, then the first that is free; the customer’s providers are not looked at', () => {
    const theirs = { custom: OTHER, 'keyferry-customer': OTHER, 'our-models': OTHER };
    expect(planEndpoint(theirs, ENTRY, ROW, {})).toMatchObject({ id: 'keyferry-custom', isThere: false });
    const there = { ...theirs, 'keyferry-custom': OTHER, 'keyferry-custom-3': OTHER };
    const keep = ['keyferry-custom:keyferry', 'keyferry-custom-3:keyferry'];
    expect(planEndpoint(there, ENTRY, ROW, { keep })).toEqual({
      id: 'keyferry-custom-2',
      isThere: false,
      isSpare: true,
      replaced: undefined,
      leftovers: [],
    });
  });

  test('another address never goes over the one that works: it gets a name of its own, and that one is named', () => {
    const plan = planEndpoint({ 'keyferry-custom': shown(OTHER) }, ENTRY, ROW, {
      replaces: { profile: 'keyferry-custom:keyferry' },
      keep: [],
    });
    expect(plan).toMatchObject({ id: 'keyferry-custom-2', replaced: 'keyferry-custom', leftovers: [] });
  });

  test('the same address with another key stays where it is, and does not go if the key is refused', () => {
    const plan = planEndpoint({ 'keyferry-custom': shown(ENTRY) }, ENTRY, ROW, {
      replaces: { profile: 'keyferry-custom:keyferry' },
      keep: [],
    });
    expect(plan).toMatchObject({ id: 'keyferry-custom', isThere: true, isSpare: false, replaced: undefined });
  });

  test('what an earlier attempt wrote is taken up, and goes again if it is not proved', () => {
    const plan = planEndpoint({ 'keyferry-custom': shown(ENTRY) }, ENTRY, ROW, { keep: [] });
    expect(plan).toMatchObject({ id: 'keyferry-custom', isThere: true, isSpare: true, leftovers: [] });
  });

  test('the same address as that of a connection that stays gets a name of its own', () => {
    const keep = ['keyferry-custom:keyferry'];
    expect(planEndpoint({ 'keyferry-custom': shown(ENTRY) }, ENTRY, ROW, { keep }).id).toBe(
      'keyferry-custom-2',
    );
  });

  test('what no connection is known of is a leftover, but only where the record is known', () => {
    const there = { 'keyferry-custom': OTHER, 'keyferry-custom-2': OTHER };
    const keep = ['keyferry-custom-2:keyferry'];
    expect(planEndpoint(there, ENTRY, ROW, { keep }).leftovers).toEqual(['keyferry-custom']);
    expect(planEndpoint(there, ENTRY, ROW, {}).leftovers).toEqual([]);
  });

  test('ninety-nine are too many', () => {
    const all = Array.from({ length: 99 }, (_, at) => `keyferry-custom${at === 0 ? '' : `-${at + 1}`}`);
    const there = Object.fromEntries(all.map((id) => [id, OTHER]));
    expect(() => planEndpoint(there, ENTRY, ROW, {})).toThrow(/taken/);
  });

  test('2026.4.15 is told that a private address may be spoken to, and no other version', () => {
    const near = { ...ENDPOINT, baseUrl: 'http://192.168.1.20:8000/v1' };
    expect(endpointEntry(near, '2026.4.15')).toMatchObject({ request: { allowPrivateNetwork: true } });
    expect(endpointEntry(ENDPOINT, '2026.4.15')).not.toHaveProperty('request');
    expect(endpointEntry(near, '2026.9.6')).not.toHaveProperty('request');
  });
});

describe('an address that goes', () => {
  const agents = {
    defaults: {
      model: { primary: 'keyferry-custom/small-1', fallbacks: ['openai/gpt-5.4', 'keyferry-custom/large-1'] },
      models: { 'keyferry-custom/small-1': {}, 'keyferry-custom-2/x': {} },
    },
    entries: { work: { model: { primary: 'keyferry-custom/large-1' } } },
  };

  test('takes with it what names its models, and nothing of another’s', () => {
    const { changes } = planRemoval(readBoxModels(agents, ENTRY, []), 'keyferry-custom');
    expect(changes).toEqual([
      { path: 'agents.defaults.model.fallbacks', value: ['openai/gpt-5.4'] },
      { path: 'agents.defaults.model.primary' },
      { path: 'agents.defaults.models["keyferry-custom/small-1"]' },
      { path: 'models.providers.keyferry-custom' },
    ]);
  });

  test('for another one hands over whatever named its models', () => {
    const box = readBoxModels(agents, ENTRY, []);
    expect(planMove(box, 'keyferry-custom', 'keyferry-custom-2/x')).toEqual([
      { path: 'agents.defaults.model.primary', value: 'keyferry-custom-2/x' },
      { path: 'agents.defaults.model.fallbacks', value: ['openai/gpt-5.4', 'keyferry-custom-2/x'] },
      { path: 'agents.entries.work.model.primary', value: 'keyferry-custom-2/x' },
    ]);
  });
});

describe('what a turn says of an address of the customer’s own', () => {
  const row = rowAs(ROW, 'keyferry-custom:keyferry');
  const of = (status: number | undefined, words: string, by = row) => {
    const response = status === undefined ? 'error' : 'response';
    const told = status === undefined ? 'causeCode=ECONNREFUSED message=fetch failed' : `status=${status}`;
    const stderr = `[provider-transport-fetch] [model-fetch] ${response} provider=keyferry-custom api=openai-completions model=small-1 ${told} elapsedMs=5`;
    const error = { message: `No text output returned for provider "x" model "y": ${words}.` };
    return judge({ json: { ok: false, error }, stderr, succeeded: false }, by);
  };

  test.each([
    ['nothing answers', undefined, 'Connection error.', 'endpoint_no_answer'],
    ['its key is refused', 401, '401 Incorrect API key provided', 'key_rejected'],
    ['its model is not known, by vLLM', 404, '404 The model `small-1` does not exist.', 'endpoint_no_model'],
    [
      'its model is not known, by Anthropic’s protocol',
      404,
      '404 {"type":"error","error":{"type":"not_found_error","message":"model: small-1"}}',
      'endpoint_no_model',
    ],
    [
      'its model is not known, by Ollama',
      404,
      '404 {"error":"model \'small-1\' not found"}',
      'endpoint_no_model',
    ],
    [
      'its model is not known, by LiteLLM',
      400,
      '400 Invalid model name passed in model=small-1',
      'endpoint_no_model',
    ],
    ['something else answers', 404, '404 page not found', 'endpoint_not_api'],
    ['a page answers that takes no POST', 405, '405 Method Not Allowed', 'endpoint_not_api'],
    ['it has no right', 403, '403 Forbidden', 'key_no_access'],
    ['it is down', 503, '503 Service Unavailable', 'provider_down'],
  ] as const)('where %s', (_, status, words, code) => {
    expect(of(status, words)).toBe(code);
  });

  /** Recorded from `agent exec --json` of 2026.9.6, by which Ollama is proved. */
  test.each([
    [
      '404 {"error":"model \'gemma4\' not found"}',
      'The selected model was not found by the provider. Check the model id or choose a different model.',
      'model_not_found',
      'endpoint_no_model',
    ],
    [
      '404 404 page not found',
      'The selected model was not found by the provider. Check the model id or choose a different model.',
      'model_not_found',
      'endpoint_not_api',
    ],
    [
      'fetch failed',
      'LLM request failed: connection refused by the provider endpoint.',
      'timeout',
      'endpoint_no_answer',
    ],
  ])('where an agent’s turn was told %s', (raw, message, reason, code) => {
    const stderr = [
      `[agent/embedded] embedded run agent end: runId=b8fe8a96 isError=true model=gemma4 provider=keyferry-ollama error=${message} rawError=${raw}`,
      `[agent/embedded] embedded run failover decision: runId=b8fe8a96 stage=assistant decision=surface_error reason=${reason} attempt=1 retry=0 rotations=0 from=keyferry-ollama/gemma4 profile=sha256:c98bf4fa3fb4 rawError=${raw}`,
    ].join('\n');
    const json = {
      ok: false,
      status: 'error',
      final: '',
      payloads: [],
      error: { message, kind: 'exception' },
    };
    expect(judge({ json, stderr, succeeded: false }, PROVIDERS.ollama)).toBe(code);
  });

  test('and other providers keep their own terms', () => {
    expect(of(404, '404 The model `small-1` does not exist.', PROVIDERS.openai)).toBe('key_no_access');
    expect(of(undefined, 'Connection error.', PROVIDERS.openai)).toBe('provider_no_answer');
  });
});
