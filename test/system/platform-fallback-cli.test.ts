import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Box } from '../../lab/box.ts';
import { leaks } from '../../lab/leaks.ts';
import { type Providers, startProviders } from '../../lab/providers/providers.ts';
import { pasteToken } from '../support/connected.ts';
import { keyferry } from '../support/keyferry.ts';
import { type PracticeLab, startPracticeLab } from '../support/practice-lab.ts';

const MODEL = 'our-models/large';
const OPUS = 'anthropic/claude-opus-4-6';
const KEY = 'pk-platform-0123456789abcdefghijklmnop';

let lab: PracticeLab;
let providers: Providers;
let directory: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'keyferry-fallback-'));
  [lab, providers] = await Promise.all([startPracticeLab(), startProviders()]);
  providers.accept('groq', KEY);
  configure({ key: KEY });
});
afterAll(async () => {
  delete process.env.PLATFORM_PROVIDER_FILE;
  await lab?.stop();
  await providers?.stop();
  rmSync(directory, { recursive: true, force: true });
});

function configure(more: object): void {
  const file = join(directory, 'platform.json');
  const platform = {
    name: 'our-models',
    baseUrl: providers.baseUrl('groq'),
    api: 'openai-completions',
    models: [{ id: 'large' }],
  };
  writeFileSync(file, JSON.stringify({ ...platform, ...more }));
  process.env.PLATFORM_PROVIDER_FILE = file;
}

const reached = (box: Box) => ['--identity', box.identityFile, '--known-hosts', box.knownHostsFile, '--json'];

async function fallback(verb: string, box: Box, more: readonly string[] = []) {
  const ran = await keyferry(['fallback', verb, box.target, ...reached(box), ...more]);
  expect(leaks([KEY], { printed: ran.printed, argv: ran.commandLines })).toEqual([]);
  return { ...ran, told: ran.lines.at(-1) as unknown as Record<string, unknown> };
}

const configOf = (box: Box) => readFileSync(join(box.home, '.openclaw/openclaw.json'), 'utf8');
const set = (box: Box, path: string, value: unknown) =>
  box.run(['openclaw', 'config', 'set', path, JSON.stringify(value)]);

test('a box that nobody has connected runs on the platform’s model; its key is in no argument and not in openclaw.json', async () => {
  const box = await lab.box();
  const before = await fallback('status', box);
  expect([before.exitCode, before.told]).toMatchObject([1, { state: 'absent', hasKey: false }]);
  const done = await fallback('set', box);
  expect([done.exitCode, done.told]).toMatchObject([
    0,
    { state: 'set', hasKey: true, isDefault: true, defaultModel: MODEL, notes: [] },
  ]);
  expect(configOf(box)).not.toContain(KEY);
  const seen = await fallback('status', box, ['--turns']);
  expect([seen.exitCode, seen.told]).toMatchObject([0, { answers: { default: MODEL, platform: MODEL } }]);
  expect(providers.turns('groq').at(-1)).toBe(KEY);
}, 120_000);

test('run twice it changes nothing, and goes last behind what the customer has, whose model stays the default', async () => {
  const box = await lab.box();
  await pasteToken(box);
  await set(box, 'agents.defaults.model', { primary: OPUS, fallbacks: ['openai/gpt-5.4'] });
  const done = await fallback('set', box);
  expect(done.told).toMatchObject({ state: 'set', isDefault: false, defaultModel: OPUS });
  const first = configOf(box);
  expect(JSON.parse(first).agents.defaults.model).toEqual({
    primary: OPUS,
    fallbacks: ['openai/gpt-5.4', MODEL],
  });
  await fallback('set', box);
  expect(configOf(box)).toBe(first);
  await set(box, 'agents.defaults.model.fallbacks', [MODEL, 'openai/gpt-5.4']);
  expect((await fallback('status', box)).told).toMatchObject({ state: 'incomplete' });
  await fallback('set', box);
  expect(configOf(box)).toBe(first);
}, 120_000);

test('it is removed with its key, and everything else is as it was', async () => {
  const box = await lab.box();
  await pasteToken(box);
  await set(box, 'agents.defaults.model', { primary: OPUS, fallbacks: ['openai/gpt-5.4'] });
  const before = JSON.parse(configOf(box));
  await fallback('set', box);
  const gone = await fallback('remove', box);
  expect([gone.exitCode, gone.told]).toMatchObject([
    0,
    { state: 'absent', hasKey: false, defaultModel: OPUS },
  ]);
  expect(JSON.parse(configOf(box))).toEqual(before);
  const again = await fallback('remove', box);
  expect(again.exitCode).toBe(0);
}, 120_000);

test('on 2026.5.22, which stores no secrets, its key is a profile; openclaw.json has neither key nor reference', async () => {
  const box = await lab.box({ openclaw: '2026.5.22' });
  const done = await fallback('set', box);
  expect([done.exitCode, done.told]).toMatchObject([0, { state: 'set', hasKey: true, isDefault: true }]);
  const config = JSON.parse(configOf(box));
  expect(config.models.providers['our-models']).not.toHaveProperty('apiKey');
  expect(config.auth.profiles).toHaveProperty('our-models:keyferry');
  expect(configOf(box)).not.toContain(KEY);
  const gone = await fallback('remove', box);
  expect([gone.exitCode, gone.told]).toMatchObject([0, { state: 'absent', hasKey: false }]);
  expect(JSON.parse(configOf(box)).auth?.profiles ?? {}).toEqual({});
}, 120_000);

test('on 2026.4.15, which takes a key from nothing but a terminal, it is pasted there', async () => {
  const box = await lab.box({ openclaw: '2026.4.15' });
  const done = await fallback('set', box);
  expect([done.exitCode, done.told]).toMatchObject([0, { state: 'set', hasKey: true, isDefault: true }]);
  expect(configOf(box)).not.toContain(KEY);
  expect(done.told.notes).toEqual([expect.stringContaining('gateway restart')]);
}, 120_000);

test('each customer has a key of their own: the customer has to be named', async () => {
  const box = await lab.box();
  writeFileSync(join(directory, 'alice'), `${KEY}\n`);
  configure({ keyFrom: `${directory}/{customer}` });
  try {
    const unnamed = await fallback('set', box);
    expect([unnamed.exitCode, unnamed.told]).toMatchObject([1, { code: 'platform_key_missing' }]);
    const named = await fallback('set', box, ['--customer', 'alice']);
    expect([named.exitCode, named.told]).toMatchObject([0, { state: 'set', hasKey: true }]);
  } finally {
    configure({ key: KEY });
  }
}, 120_000);

test('without PLATFORM_PROVIDER it says so', async () => {
  const file = process.env.PLATFORM_PROVIDER_FILE;
  delete process.env.PLATFORM_PROVIDER_FILE;
  try {
    const { exitCode, printed } = await keyferry(['fallback', 'status', 'local']);
    expect([exitCode, printed]).toEqual([2, expect.stringContaining('PLATFORM_PROVIDER')]);
  } finally {
    process.env.PLATFORM_PROVIDER_FILE = file;
  }
}, 60_000);
