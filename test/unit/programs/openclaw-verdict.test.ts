import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { CATALOGUE } from '../../../core/contract/errors.ts';
import { type ProviderRow, rowOf } from '../../../core/contract/providers.ts';
import { KEY_MODES, type Refused } from '../../../lab/providers/key-modes.ts';
import { UNAVAILABLE } from '../../../lab/providers/refusal.ts';
import { STAND_IN_ROWS, type StandInProvider } from '../../../lab/providers/rows.ts';
import { REFUSED, verdictOn } from '../../../lab/providers/verdicts.ts';
import { findJson } from '../../../worker/programs/openclaw/models-status.ts';
import {
  isDead,
  judge,
  mayPass,
  type VerdictCode,
  wasSent,
} from '../../../worker/programs/openclaw/verdict.ts';

/** What the real ones printed for a turn with a stand-in's answer, by version, provider and answer. */
interface Recorded {
  version: string;
  model: string;
  answer: string;
  exit: number;
  stdout: string;
  stderr: string;
}

const FIXTURE = new URL('../../fixtures/openclaw/turns.json', import.meta.url);
const RECORDED = JSON.parse(readFileSync(FIXTURE, 'utf8')) as Recorded[];

const EXPECTED: Record<string, VerdictCode | undefined> = {
  ok: undefined,
  '401': 'key_rejected',
  revoked: 'key_revoked',
  credit: 'key_no_credit',
  perm: 'key_no_access',
  model: 'key_no_access',
  region: 'region_refused',
  rate: 'provider_rate_limited',
  down: 'provider_down',
  f500: 'provider_down',
  over: 'provider_down',
  reset: 'provider_down',
};

const rowFor = (model: string): ProviderRow => {
  const row = rowOf(model.split('/', 1)[0] as string);
  if (!row) throw new Error(`There is no row for ${model}.`);
  return row;
};

describe('what a real OpenClaw printed is judged in the provider’s own terms', () => {
  test.each(RECORDED.map((one) => [`${one.version}, ${one.model}: ${one.answer}`, one] as const))(
    '%s',
    (_, { model, answer, exit, stdout, stderr }) => {
      expect(Object.keys(EXPECTED)).toContain(answer);
      const turn = { json: findJson(stdout), stderr, succeeded: exit === 0 };
      expect(judge(turn, rowFor(model))).toBe(EXPECTED[answer]);
    },
  );
});

/** A turn that 2026.9.6 prints when the provider answers so. */
function printed(status: number, said: string, model = 'openai/gpt-5.4') {
  const [provider, id] = model.split('/');
  const message = `No text output returned for provider "${provider}" model "${id}": ${status} ${said}.`;
  const stderr = `[provider-transport-fetch] [model-fetch] response provider=${provider} api=x model=${id} status=${status} elapsedMs=57 dispatcher=new contentType=application/json\n[openclaw] Reason: ${message}\n[openclaw] Try: openclaw doctor\n`;
  return { json: { ok: false, error: { type: 'cli_error', message } }, stderr, succeeded: false };
}

/** Where the message alone says nothing. */
const NEEDS_BODY: readonly string[] = ['openrouter region'];

describe.each(Object.keys(STAND_IN_ROWS) as StandInProvider[])('a refusal by %s', (provider) => {
  const model = `${provider}/some-model`;
  const modes = KEY_MODES.filter((mode): mode is Refused => mode in REFUSED);
  test.each(modes)('%s', (mode) => {
    const asked = { key: 'k'.repeat(40), model: 'some-model' };
    const refusal = mode === 'unavailable' ? UNAVAILABLE : STAND_IN_ROWS[provider].refusals[mode](asked);
    const { status, body } = refusal;
    const expected = verdictOn(provider, mode);
    const whole = typeof body === 'string' ? body : JSON.stringify(body);
    const { error, message } = (typeof body === 'object' ? body : {}) as {
      error?: { message?: string } | string;
      message?: string;
    };
    const short = (typeof error === 'object' ? error.message : error) ?? message ?? whole;
    // OpenClaw passes on the whole body of some, and the message alone of others.
    for (const said of NEEDS_BODY.includes(`${provider} ${mode}`) ? [whole] : [whole, short])
      expect([said, judge(printed(status, said, model), rowFor(model))]).toEqual([said, expected]);
  });
});

describe('in the words of', () => {
  test.each<[string, number, string, VerdictCode]>([
    ['Google: wrong', 400, 'API key not valid. Please pass a valid API key.', 'key_rejected'],
    ['Google: expired', 400, 'API key expired. Please renew the API key.', 'key_revoked'],
    [
      'Google: leaked',
      403,
      'Your API key was reported as leaked. Please use another API key.',
      'key_revoked',
    ],
    ['Google: region', 400, 'User location is not supported for the API use.', 'region_refused'],
    [
      'Google: a limit for each minute, in the words of an empty account',
      429,
      'You exceeded your current quota, please check your plan and billing details. * Quota exceeded for metric: generativelanguage.googleapis.com/generate_content_free_tier_requests, limit: 20. Please retry in 31s.',
      'provider_rate_limited',
    ],
    [
      'Google: no such model',
      404,
      'models/gemini-9 is not found for API version v1beta, or is not supported for generateContent.',
      'key_no_access',
    ],
    [
      'OpenAI: empty',
      429,
      'You exceeded your current quota, please check your plan and billing details.',
      'key_no_credit',
    ],
    [
      'OpenAI: hard limit',
      400,
      'Billing hard limit has been reached {"code":"billing_hard_limit_reached"}',
      'key_no_credit',
    ],
    ['OpenAI: region', 403, 'Country, region, or territory not supported', 'region_refused'],
    [
      'OpenAI: deactivated',
      401,
      'The OpenAI account associated with this API key has been deactivated.',
      'key_revoked',
    ],
    [
      'Anthropic: its own limit',
      400,
      '{"type":"error","error":{"type":"invalid_request_error","message":"You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC."}}',
      'key_no_credit',
    ],
    [
      'Anthropic: region or address',
      403,
      '{"type":"error","error":{"type":"forbidden","message":"Request not allowed"}}',
      'region_refused',
    ],
    ['OpenRouter: wrong', 401, 'No auth credentials found', 'key_rejected'],
    [
      'OpenRouter: empty',
      402,
      'Insufficient credits. Add more using https://openrouter.ai/settings/credits',
      'key_no_credit',
    ],
    [
      'OpenRouter: the key’s own limit',
      403,
      'Key limit exceeded (total limit). Manage it using https://openrouter.ai/settings/keys',
      'key_no_credit',
    ],
    ['OpenRouter: model', 404, 'No endpoints found for some/model.', 'key_no_access'],
    [
      'Hugging Face: empty',
      402,
      'You have exceeded your monthly included credits for Inference Providers.',
      'key_no_credit',
    ],
    ['Hugging Face: wrong', 401, 'Invalid username or password.', 'key_rejected'],
    ['Groq: wrong', 401, 'Invalid API Key', 'key_rejected'],
    [
      'Groq: limit, with a word of billing',
      429,
      'Rate limit reached for model `x` on tokens per minute (TPM): Limit 6000. Need more tokens? Upgrade to Dev Tier today at https://console.groq.com/settings/billing',
      'provider_rate_limited',
    ],
    ['Groq: address', 403, 'Access denied. Please check your network settings.', 'region_refused'],
    ['Cohere: wrong', 401, 'invalid api token', 'key_rejected'],
    [
      'Cohere: trial',
      429,
      'You are using a Trial key, which is limited to 20 API calls / minute.',
      'provider_rate_limited',
    ],
    [
      'Perplexity: empty',
      401,
      'You exceeded your current quota {"type":"insufficient_quota"}',
      'key_no_credit',
    ],
    [
      'xAI: wrong',
      400,
      'Incorrect API key provided: xa***78. You can obtain an API key from https://console.x.ai.',
      'key_rejected',
    ],
    [
      'xAI: empty',
      403,
      "Your newly created team doesn't have any credits or licenses yet. It has either used all available credits or reached its monthly spending limit.",
      'key_no_credit',
    ],
    ['DeepSeek: empty', 402, 'Insufficient Balance', 'key_no_credit'],
    [
      'Together: model',
      404,
      'Unable to access model foo. Please visit https://api.together.ai/models to view the list of supported models; the model does not exist',
      'key_no_access',
    ],
    ['anyone: overloaded', 529, 'Overloaded', 'provider_down'],
    [
      'anyone: a gateway’s page',
      502,
      '<html><head><title>502 Bad Gateway</title></head></html>',
      'provider_down',
    ],
    [
      'anyone: 5xx with words of a key',
      500,
      'error validating api key: invalid api key cache',
      'provider_down',
    ],
    ['anyone: 429 with no words', 429, 'status code (no body)', 'provider_rate_limited'],
    ['anyone: 403 with no words', 403, 'status code (no body)', 'key_no_access'],
    ['anyone: a bad request', 400, 'max_tokens is too large', 'turn_failed'],
  ])('%s', (_, status, said, code) => {
    expect(judge(printed(status, said), rowFor('openai/gpt-5.4'))).toBe(code);
  });
});

test.each<[string, string, VerdictCode]>([
  [
    'a name that is not found',
    'error name=TypeError code=undefined causeName=Error causeCode=ENOTFOUND message=fetch failed',
    'provider_no_answer',
  ],
  ['a refused connection', 'error causeCode=ECONNREFUSED message=fetch failed', 'provider_no_answer'],
  [
    'a cut connection',
    'error causeName=SocketError causeCode=UND_ERR_SOCKET message=fetch failed',
    'provider_down',
  ],
])('%s', (_, logged, code) => {
  const message = 'No text output returned for provider "openai" model "gpt-5.4": Connection error..';
  const turn = {
    json: { ok: false, error: { message } },
    stderr: `[provider-transport-fetch] [model-fetch] ${logged}\n`,
    succeeded: false,
  };
  expect(judge(turn, rowFor('openai/gpt-5.4'))).toBe(code);
});

test('OpenClaw’s own refusals are not the provider’s', () => {
  const row = rowFor('openai/gpt-5.4');
  const turn = (message: string) => ({ json: { error: { message } }, stderr: '', succeeded: false });
  expect(judge(turn('Selected auth profile "openai:keyferry" is unavailable.'), row)).toBe(
    'credential_not_effective',
  );
  expect(judge(turn('Unknown model: openai/gpt-nobody'), row)).toBe('model_not_offered');
  expect(judge({ json: undefined, stderr: 'Segmentation fault', succeeded: false }, row)).toBe('turn_failed');
});

test('what OpenClaw takes a refusal for is not what the provider said: a budget that 2026.4.15 calls a limit of the rate', () => {
  const words = 'You exceeded your current quota, please check your plan and billing details.';
  const stderr = `[agent/embedded] embedded run agent end: isError=true model=gpt-5.4 provider=openai error=⚠️ ${words} rawError=429 ${words}
[agent/embedded] auth profile failure state updated: profile=sha256:dc5428a9f9f6 provider=openai reason=rate_limit window=cooldown reused=false
[agent/embedded] embedded run failover decision: stage=assistant decision=surface_error reason=rate_limit from=openai/gpt-5.4\n`;
  const json = { ok: true, provider: 'openai', model: 'gpt-5.4', outputs: [{ text: `⚠️ ${words}` }] };
  expect(judge({ json, stderr, succeeded: true }, rowFor('openai/gpt-5.4'))).toBe('key_no_credit');
});

test.each([
  'The model did not produce a response before the LLM idle timeout. Please try again, or increase `agents.defaults.llm.idleTimeoutSeconds` in your config (set to 0 to disable).',
  'Request timed out before a response was generated. Please try again, or increase `agents.defaults.timeoutSeconds` in your config.',
  'LLM request timed out.',
])('a silence that 2026.4.15 reports as its answer is no proof: %s', (text) => {
  const json = { ok: true, provider: 'openai', model: 'gpt-5.4', outputs: [{ text }] };
  const quiet = { json, stderr: '', succeeded: true };
  expect(judge(quiet, rowFor('openai/gpt-5.4'))).toBe('provider_no_answer');
  const decision =
    '[agent/embedded] embedded run failover decision: stage=assistant decision=surface_error reason=timeout';
  const ready = { ...json, outputs: [{ text: 'ready' }] };
  expect(judge({ json: ready, stderr: decision, succeeded: true }, rowFor('openai/gpt-5.4'))).toBe(
    'provider_no_answer',
  );
});

test('an answer by another provider is no proof', () => {
  const said = { ok: true, provider: 'platform', model: 'plat-1', outputs: [{ text: 'ready' }] };
  const row = rowFor('openai/gpt-5.4');
  expect(judge({ json: said, stderr: '', succeeded: true }, row)).toBe('turn_failed');
});

test('429, 5xx, a budget and silence never call a credential dead', () => {
  const dead = Object.values(EXPECTED).filter((code) => code !== undefined && isDead(code));
  expect(new Set(dead)).toEqual(new Set(['key_rejected', 'key_revoked']));
  for (const status of [408, 429, 500, 502, 503, 504, 529])
    for (const said of ['revoked', 'invalid api key', 'API key expired', 'insufficient_quota', ''])
      expect(isDead(judge(printed(status, said), rowFor('openai/gpt-5.4')) ?? 'turn_failed')).toBe(false);
  expect(mayPass('provider_down') && mayPass('provider_rate_limited')).toBe(true);
  expect(mayPass('key_rejected')).toBe(false);
});

test('a turn that OpenClaw asked of the same model by its own name for it is an answer', () => {
  const model = 'gemini-3.1-pro-preview';
  const json = { ok: true, provider: 'google', model, outputs: [{ text: 'Hello.' }] };
  const stderr = `[provider-transport-fetch] [model-fetch] start provider=google model=${model} timeoutMs=undefined proxy=none\n`;
  const turn = { json, stderr, succeeded: true };
  expect(judge(turn, rowFor('google/gemini-3-pro'))).toBeUndefined();
});

test('a flood of words is read in linear time, by its end', () => {
  const long = 'model '.repeat(2_000_000);
  const turn = {
    json: { error: { message: long } },
    stderr: `${long}\n${printed(401, 'no').stderr}`,
    succeeded: false,
  };
  expect(judge(turn, rowFor('openai/gpt-5.4'))).toBe('key_rejected');
});

test('a request that went out is told from a box that never came so far', () => {
  expect(
    wasSent('[provider-transport-fetch] [model-fetch] start provider=openai api=openai-responses\n'),
  ).toBe(true);
  expect(wasSent('')).toBe(false);
});

test('every verdict is a row of the catalogue, and what the customer can fix says so', () => {
  for (const code of Object.values(EXPECTED)) if (code) expect(CATALOGUE[code].phase).toBe('proving');
  expect(CATALOGUE.provider_down.customer).toContain('not the cause');
});
