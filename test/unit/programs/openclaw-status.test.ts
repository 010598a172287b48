import { describe, expect, test } from '@jest/globals';
import { PROVIDERS, preferredModel } from '../../../core/contract/providers.ts';
import {
  findJson,
  hasCredential,
  inOrder,
  isAnswered,
  readOffered,
  StatusSchema,
} from '../../../worker/programs/openclaw/models-status.ts';
import { CONNECTED, MODEL, statusWith } from '../../support/openclaw-status.ts';

const pretty = JSON.stringify(CONNECTED, null, 2);

describe('the JSON in an output is found', () => {
  test.each([
    ['alone', pretty],
    ['on one line', JSON.stringify(CONNECTED)],
    ['behind a warning', `Gateway is not running. Showing the local cached model catalog.\n${pretty}`],
    ['behind warnings that begin with brackets', `[plugins] loaded 3\n[warn] {x}\n{not json\n${pretty}\n`],
    ['behind a log line that is JSON too', `{"level":"warn","msg":"old config"}\n${pretty}`],
    ['before a line with brackets', `${pretty}\n[openclaw] done [2.1 s]\n`],
    ['between such lines', `[plugins] loaded\n${pretty}\n[openclaw] done (x) {y}\n`],
    ['on one line before others', `${JSON.stringify(CONNECTED)}\n[openclaw] done [2.1 s]\n`],
    ['with Windows line ends', pretty.replaceAll('\n', '\r\n')],
  ])('%s', (_, output) => {
    expect(findJson(output)).toEqual(CONNECTED);
  });

  test('as a list', () => {
    expect(findJson('No gateway.\n[\n  {"id": "x"}\n]\n')).toEqual([{ id: 'x' }]);
  });

  test.each(['', 'No models found.', '{', '}{', '[openclaw] Failed to start CLI: Error: x', '{"a": 1'])(
    'and not in %j',
    (output) => {
      expect(findJson(output)).toBeUndefined();
    },
  );

  test('and its strings cannot steer a terminal', () => {
    const hostile = { text: '\x1b]52;c;ZXZpbA==\x07\u009b2Jok\u202e\r', list: ['\x1b[2J'] };
    expect(findJson(JSON.stringify(hostile))).toEqual({ text: ']52;c;ZXZpbA==2Jok', list: ['[2J'] });
  });

  test.each(['[\\n', '{\\n', '{"a":[\\n', '[]x\\n'])('and a megabyte of %j is given up', (line) => {
    expect(findJson(line.repeat(1_000_000 / line.length))).toBeUndefined();
  });
});

test('the status of an OpenClaw that says less can still be read', () => {
  const status = StatusSchema.parse({ auth: { providers: [{ provider: 'anthropic' }] } });
  expect(status).toMatchObject({ resolvedDefault: '', allowed: [] });
  expect(status.auth).toMatchObject({ missingProvidersInUse: [], unusableProfiles: [] });
});

describe('what could answer with Anthropic before the token is there', () => {
  const provider = (more: object) =>
    statusWith({ auth: { providers: [{ provider: 'anthropic', ...more }] } });
  test.each([
    ['a profile', statusWith(), true],
    ['a variable', provider({ effective: { kind: 'env' } }), true],
    ['a profile that is not effective', provider({ profiles: { labels: ['anthropic:old=x'] } }), true],
    ['a missing one', provider({ effective: { kind: 'missing' }, profiles: { labels: [] } }), false],
    ['nothing', statusWith({ auth: { providers: [] } }), false],
    [
      'another provider’s',
      statusWith({ auth: { providers: [{ provider: 'openai', effective: { kind: 'env' } }] } }),
      false,
    ],
  ])('%s', (_, status, expected) => {
    expect(hasCredential(status, PROVIDERS.anthropic)).toBe(expected);
  });
});

describe('models that are offered', () => {
  test('are Anthropic’s, by their own names, each once', () => {
    const keys = [
      'anthropic/claude-opus-4-6',
      'claude-cli/claude-sonnet-4-6',
      'claude-cli/claude-opus-4-6',
      'openai/gpt-5.4',
      'openrouter/anthropic/claude-opus-4-6',
      'claude-cli/opus',
    ];
    const catalogue = { count: keys.length, models: keys.map((key) => ({ key })) };
    expect(readOffered(catalogue, PROVIDERS.anthropic)).toEqual([
      'anthropic/claude-opus-4-6',
      'anthropic/claude-sonnet-4-6',
    ]);
  });

  const best = (offered: string[]) => preferredModel(PROVIDERS.anthropic, offered, 'best');

  test.each([
    [
      'the newest of the strongest family',
      ['claude-sonnet-5', 'claude-opus-4-6', 'claude-opus-4-8', 'claude-haiku-6'],
      'claude-opus-4-8',
    ],
    ['a new generation before an old one', ['claude-opus-4-8', 'claude-opus-5'], 'claude-opus-5'],
    ['a later release of a generation', ['claude-opus-5', 'claude-opus-5-5'], 'claude-opus-5-5'],
    ['a tenth release after a ninth', ['claude-opus-4-9', 'claude-opus-4-10'], 'claude-opus-4-10'],
    ['the undated name', ['claude-opus-4-5-20251101', 'claude-opus-4-5'], 'claude-opus-4-5'],
    [
      'a release, not a date that looks like one',
      ['claude-opus-4-20250514', 'claude-opus-4-1'],
      'claude-opus-4-1',
    ],
    ['sonnet where there is no opus', ['claude-haiku-4-5', 'claude-sonnet-4-6'], 'claude-sonnet-4-6'],
    ['a known family before an unknown one', ['claude-zephyr-9', 'claude-haiku-4-5'], 'claude-haiku-4-5'],
    ['an unknown one where there is nothing else', ['claude-zephyr-9'], 'claude-zephyr-9'],
    ['what there is', ['claude-next'], 'claude-next'],
  ])('choosing takes %s', (_, offered, chosen) => {
    for (const order of [offered, offered.toReversed()])
      expect(best(order.map((id) => `anthropic/${id}`))).toBe(`anthropic/${chosen}`);
  });

  test('choosing among none takes none', () => {
    expect(best([])).toBeUndefined();
  });
});

describe('a turn', () => {
  const turn = (more: object = {}) => ({
    ok: true,
    capability: 'model.run',
    provider: 'anthropic',
    model: 'claude-opus-4-6',
    outputs: [{ text: 'ready', mediaUrl: null }],
    ...more,
  });
  const said = (text: string | null) => turn({ outputs: [{ text }] });

  test('is answered when its model said something', () => {
    expect(isAnswered(turn(), '', MODEL, PROVIDERS.anthropic)).toBe(true);
    expect(isAnswered(turn({ model: MODEL }), 'Gateway is not running.', MODEL, PROVIDERS.anthropic)).toBe(
      true,
    );
  });

  test.each([
    ['2026.4.15’s words for no network', said('LLM request failed: network connection error.')],
    ['a status', said('HTTP 401 authentication_error')],
    ['a bad key', said('invalid x-api-key')],
    ['a limit', said('429 rate_limit_error')],
    ['an overload', said('Overloaded')],
    ['a warning', said('⚠️ Agent failed before reply')],
    ['nothing', said('  ')],
    ['null', said(null)],
    ['no outputs', turn({ outputs: [] })],
    ['not ok', turn({ ok: false })],
    ['another provider', turn({ provider: 'openai' })],
    ['another model', turn({ model: 'claude-opus-4-5' })],
    ['a model that is only the end of its name', turn({ model: '6' })],
    ['the platform’s fallback', turn({ provider: 'our-models', model: 'm1' })],
    [
      'the same model of the platform’s fallback',
      turn({ provider: 'our-models', model: MODEL.split('/')[1] }),
    ],
    ['no model', turn({ model: '' })],
    ['no JSON', undefined],
  ])('is not certainly answered by %s', (_, json) => {
    expect(isAnswered(json, '', MODEL, PROVIDERS.anthropic)).toBe(false);
  });

  test('is not certainly answered by another maker’s model of the same name', () => {
    const row = { ...PROVIDERS.anthropic, openclaw: { ...PROVIDERS.anthropic.openclaw, id: 'openrouter' } };
    const by = (model: string) =>
      isAnswered(turn({ provider: 'openrouter', model }), '', 'openrouter/one/large', row);
    expect([by('one/large'), by('openrouter/one/large')]).toEqual([true, true]);
    expect(by('another/large')).toBe(false);
  });

  test('is not certainly answered when the log says that it ended in an error', () => {
    expect(isAnswered(turn(), 'embedded run done runId=x isError=true', MODEL, PROVIDERS.anthropic)).toBe(
      false,
    );
  });
});

test('profiles that are put after ours are words of one command, and fit into it no matter what a box lists', () => {
  const labels = Array.from({ length: 500 }, (_, at) => `anthropic:p${at}=token:x`);
  const long = `anthropic:${'x'.repeat(4_000)}=token:x`;
  const providers = [
    { provider: 'anthropic', profiles: { labels: [long, 'anthropic:work=api', ...labels] } },
  ];
  const others = inOrder(statusWith({ auth: { providers } }), PROVIDERS.anthropic);
  expect(others.slice(0, 2)).toEqual(['anthropic:work', 'anthropic:p0']);
  expect(others.join(' ').length).toBeLessThan(16 * 1024);
});
