import { describe, expect, test } from '@jest/globals';
import type { Change } from '../../../worker/programs/openclaw/box-config.ts';
import { readBoxModels } from '../../../worker/programs/openclaw/box-models.ts';
import {
  planDefault,
  planFallback,
  secretName,
} from '../../../worker/programs/openclaw/platform-fallback.ts';
import { planRemoval } from '../../../worker/programs/openclaw/provider-entry.ts';
import { platformOf } from '../../support/platform-provider.ts';

const PLATFORM = platformOf();
const OURS = 'our-models/large';
const OPUS = 'anthropic/claude-opus-4-6';
const FALLBACKS = 'agents.defaults.model.fallbacks';

/** What OpenClaw shows of the entry: its own defaults filled in, what has to do with secrets crossed out (2026.9.6). */
const ENTRY = {
  baseUrl: 'https://models.example.com/v1',
  apiKey: { source: 'store', provider: 'default', id: '__OPENCLAW_REDACTED__' },
  api: 'openai-completions',
  models: ['large', 'small'].map((id) => ({
    id,
    name: id === 'large' ? 'Large' : id,
    reasoning: false,
    input: ['text'],
    cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    maxTokens: 8192,
    api: 'openai-completions',
  })),
};
const { apiKey: _, ...ENTRY_OF_PROFILE } = ENTRY;

const withModel = (model: unknown, more: object = {}) => ({
  defaults: { model, maxConcurrent: 8 },
  entries: { main: {} },
  ...more,
});
const inPlace = (agents: unknown = withModel({ primary: OPUS, fallbacks: [OURS] }), entry: unknown = ENTRY) =>
  readBoxModels(agents, entry, []);
const plan = (box: ReturnType<typeof readBoxModels>, more: object = {}) =>
  planFallback(box, PLATFORM, { key: 'secret', isDefault: false, ...more });
const values = (changes: readonly Change[]) =>
  Object.fromEntries(changes.map(({ path, value }) => [path, value]));

describe('the platform’s provider behind the customer’s', () => {
  test('is put into a configuration that has nothing, and its key stays out of it', () => {
    const { changes, notes } = plan(readBoxModels({ entries: { main: {} } }, undefined, []));
    expect(values(changes)).toEqual({
      'models.providers.our-models': {
        baseUrl: 'https://models.example.com/v1',
        api: 'openai-completions',
        apiKey: { source: 'store', provider: 'default', id: 'KEYFERRY_OUR_MODELS_API_KEY' },
        models: [
          { id: 'large', name: 'Large' },
          { id: 'small', name: 'small' },
        ],
      },
      [FALLBACKS]: [OURS],
    });
    expect(notes).toEqual([]);
    expect(JSON.stringify(changes)).not.toContain('pk-platform');
  });

  test('has no reference to a key where a version keeps it with its credentials', () => {
    const { changes } = plan(readBoxModels(undefined, undefined, []), { key: 'profile' });
    expect(values(changes)['models.providers.our-models']).not.toHaveProperty('apiKey');
  });

  test('stays as it is where it is there and last: the second run changes nothing', () => {
    expect(plan(inPlace())).toEqual({ changes: [], notes: [] });
    expect(plan(inPlace(undefined, ENTRY_OF_PROFILE), { key: 'profile' }).changes).toEqual([]);
  });

  test('goes behind the customer’s own fallbacks, all of which stay', () => {
    const box = inPlace(withModel({ primary: OPUS, fallbacks: ['openai/gpt-5.4', 'google/gemini-3'] }));
    expect(values(plan(box).changes)).toEqual({ [FALLBACKS]: ['openai/gpt-5.4', 'google/gemini-3', OURS] });
  });

  test('goes back to the end where it was moved to the middle', () => {
    const box = inPlace(withModel({ primary: OPUS, fallbacks: [OURS, 'openai/gpt-5.4'] }));
    expect(values(plan(box).changes)).toEqual({ [FALLBACKS]: ['openai/gpt-5.4', OURS] });
  });

  test('takes the place of another model of its own that was there before', () => {
    const box = inPlace(withModel({ primary: OPUS, fallbacks: ['our-models/older', OURS] }));
    expect(values(plan(box).changes)).toEqual({ [FALLBACKS]: [OURS] });
  });

  test('does not take a provider whose name only begins as its own for its own', () => {
    const box = inPlace(withModel({ primary: OPUS, fallbacks: ['our-models-2/x', OURS] }));
    expect(plan(box).changes).toEqual([]);
    expect(values(planRemoval(box, 'our-models').changes)[FALLBACKS]).toEqual(['our-models-2/x']);
  });

  test('keeps a default model that stood there as text', () => {
    expect(values(plan(inPlace(withModel(OPUS))).changes)).toEqual({
      'agents.defaults.model': { primary: OPUS, fallbacks: [OURS] },
    });
  });

  test.each([
    ['address', { baseUrl: 'https://old.example.com/v1' }],
    ['protocol', { api: 'anthropic-messages' }],
    ['models', { models: ENTRY.models.slice(0, 1) }],
    ['key in the configuration itself', { apiKey: '__OPENCLAW_REDACTED__' }],
    [
      'key in the environment',
      { apiKey: { source: 'env', provider: 'default', id: '__OPENCLAW_REDACTED__' } },
    ],
  ])('is written again where its entry has another %s', (_what, change) => {
    const { changes } = plan(inPlace(undefined, { ...ENTRY, ...change }));
    expect(changes.map(({ path }) => path)).toEqual(['models.providers.our-models']);
  });

  test('goes behind the fallbacks that an agent has of its own, by name and in a list', () => {
    const model = { primary: 'openai/gpt-5.4', fallbacks: [OPUS] };
    const byName = inPlace(
      withModel(
        { primary: OPUS, fallbacks: [OURS] },
        { entries: { main: {}, work: { model }, 'a.b': { model } } },
      ),
    );
    expect(values(plan(byName).changes)).toEqual({
      'agents.entries.work.model.fallbacks': [OPUS, OURS],
      'agents.entries["a.b"].model.fallbacks': [OPUS, OURS],
    });
    const list = [{ id: 'main' }, { id: 'work', model }];
    const older = inPlace(
      { defaults: { model: { primary: OPUS, fallbacks: [OURS] } }, list },
      ENTRY_OF_PROFILE,
    );
    expect(values(plan(older, { key: 'profile' }).changes)).toEqual({
      'agents.list[1].model.fallbacks': [OPUS, OURS],
    });
  });

  test('leaves an agent alone that has a model of its own and no fallbacks, and names it', () => {
    const entries = {
      main: {},
      strict: { model: OPUS },
      closed: { model: { primary: OPUS, fallbacks: [] } },
    };
    const { changes, notes } = plan(inPlace(withModel({ primary: OPUS, fallbacks: [OURS] }, { entries })));
    expect(changes).toEqual([]);
    expect(notes).toEqual([expect.stringMatching(/does not answer for them: strict, closed\.$/)]);
  });

  test('becomes the default model where nothing else can answer', () => {
    const { changes } = plan(readBoxModels({ entries: { main: {} } }, undefined, []), { isDefault: true });
    expect(values(changes)).toMatchObject({ 'agents.defaults.model.primary': OURS, [FALLBACKS]: [OURS] });
  });

  test('is listed where only listed models may be chosen, if it is to be the default; a fallback need not be', () => {
    const agents = { defaults: { model: { primary: OPUS }, models: { [OPUS]: {} } } };
    const closed = readBoxModels(agents, ENTRY, [OPUS]);
    expect(values(plan(closed).changes)).toEqual({ [FALLBACKS]: [OURS] });
    expect(values(plan(closed, { isDefault: true }).changes)).toMatchObject({
      'agents.defaults.models["our-models/large"]': {},
    });
    const open = readBoxModels(agents, ENTRY, []);
    expect(Object.keys(values(plan(open, { isDefault: true }).changes))).not.toContain(
      'agents.defaults.models["our-models/large"]',
    );
  });
});

describe('the platform’s provider taken out', () => {
  test('leaves everything else as it was', () => {
    const agents = withModel(
      { primary: OPUS, fallbacks: ['openai/gpt-5.4', OURS] },
      {
        entries: {
          work: { model: { primary: 'openai/gpt-5.4', fallbacks: [OPUS, OURS] } },
          other: { model: OPUS },
        },
      },
    );
    const { changes, notes } = planRemoval(inPlace(agents), 'our-models');
    expect(changes).toEqual([
      { path: FALLBACKS, value: ['openai/gpt-5.4'] },
      { path: 'agents.entries.work.model.fallbacks', value: [OPUS] },
      { path: 'models.providers.our-models' },
    ]);
    expect(notes).toEqual([]);
  });

  test('takes the list of fallbacks along if nothing else was in it', () => {
    expect(planRemoval(inPlace(), 'our-models').changes[0]).toEqual({ path: FALLBACKS });
  });

  test('gives the default model back to OpenClaw, and says so', () => {
    const agents = {
      defaults: { model: { primary: OURS, fallbacks: [OURS] }, models: { [OURS]: {}, [OPUS]: {} } },
    };
    const { changes, notes } = planRemoval(readBoxModels(agents, ENTRY, [OPUS, OURS]), 'our-models');
    expect(changes.map(({ path }) => path)).toEqual([
      FALLBACKS,
      'agents.defaults.model.primary',
      'agents.defaults.models["our-models/large"]',
      'models.providers.our-models',
    ]);
    expect(notes).toEqual([expect.stringContaining('OpenClaw’s own'.replace('’', "'"))]);
    const text = planRemoval(readBoxModels({ defaults: { model: OURS } }, ENTRY, []), 'our-models');
    expect(text.changes[0]).toEqual({ path: 'agents.defaults.model' });
  });

  test('names an agent whose own model it is', () => {
    const agents = withModel({ primary: OPUS }, { entries: { work: { model: OURS } } });
    expect(planRemoval(inPlace(agents), 'our-models').notes).toEqual([expect.stringContaining('Agent work')]);
  });

  test('of a box that has none of it, changes nothing', () => {
    expect(planRemoval(readBoxModels(undefined, undefined, []), 'our-models').changes).toEqual([]);
  });
});

describe('the platform’s model after the customer’s credential was removed', () => {
  test('is the default one, and that of every agent whose own was of that provider', () => {
    const agents = withModel(
      { primary: OPUS, fallbacks: ['openai/gpt-5.4', OURS] },
      { entries: { a: { model: OPUS }, b: { model: { primary: OPUS } }, c: { model: 'openai/gpt-5.4' } } },
    );
    expect(values(planDefault(inPlace(agents), PLATFORM, 'anthropic'))).toEqual({
      'agents.defaults.model.primary': OURS,
      'agents.entries.a.model': OURS,
      'agents.entries.b.model.primary': OURS,
    });
  });

  test('leaves a default model of another provider alone', () => {
    const agents = withModel(
      { primary: 'openai/gpt-5.4', fallbacks: [OURS] },
      { entries: { a: { model: OPUS } } },
    );
    expect(values(planDefault(inPlace(agents), PLATFORM, 'anthropic'))).toEqual({
      'agents.entries.a.model': OURS,
    });
  });
});

test('the name of its secret has the form that OpenClaw wants', () => {
  expect(secretName('our-models')).toMatch(/^[A-Z][A-Z0-9_]{0,127}$/);
});

test('what a box shows is read in bounds, however much it is', () => {
  const entries = Object.fromEntries(
    Array.from({ length: 5_000 }, (_item, at) => [`a${at}`, { model: OPUS }]),
  );
  const fallbacks = Array.from({ length: 50_000 }, (_item, at) => `x/${at}`);
  const box = readBoxModels({ entries, defaults: { model: { primary: OPUS, fallbacks } } }, undefined, []);
  expect(box.agents.length).toBeLessThanOrEqual(100);
  expect(box.defaults.fallbacks?.length).toBeLessThanOrEqual(500);
});
