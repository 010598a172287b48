import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ProviderKey } from '../../../lab/providers/key-modes.ts';
import { pointBox } from '../../../lab/providers/point-box.ts';
import { startProviders } from '../../../lab/providers/providers.ts';
import { duringTests } from '../../support/during-tests.ts';
import { KEYS_CONTRACT, type KeysBox, keysBox } from '../../support/keys-contract.ts';
import { startPracticeLab } from '../../support/practice-lab.ts';

const { lab, providers } = duringTests({ lab: startPracticeLab, providers: startProviders });

describe.each(['2026.7.1', '2026.9.6'])('the simulated openclaw %s', (version) => {
  let on: KeysBox;
  beforeAll(async () => {
    on = keysBox(await lab.box({ openclaw: version }), version, providers);
  });
  afterAll(() => on.box.stop());

  test.each(KEYS_CONTRACT)('$name', ({ holds }) => holds(on));
});

test('in the simulated openclaw 2026.4.15 a turn is one of a chat: it goes over to the next key, and a pin holds', async () => {
  const version = '2026.4.15';
  const box = await lab.box({ openclaw: version });
  pointBox(box, providers, ['openai'], version);
  const [first, second] = [providers.mint('openai', 'wrong'), providers.mint('openai')];
  const openclaw = (words: string[], input = '') => box.run(['openclaw', ...words], { input });
  const paste = (profile: string, { text }: ProviderKey) =>
    openclaw(['models', 'auth', 'paste-token', '--provider', 'openai', '--profile-id', profile], text);
  const infer = () =>
    openclaw(['infer', 'model', 'run', '--local', '--json', '--model', 'openai/gpt-5.4', '--prompt', 'hi']);
  try {
    await paste('openai:keyferry', first);
    await paste('openai:keyferry-2', second);
    expect(JSON.parse((await infer()).stdout).outputs[0].text).toContain('Hello from the stand-in.');
    expect(providers.turns('openai').slice(-2)).toEqual([first.text, second.text]);
    const chats = join(box.home, '.openclaw/chats.json');
    writeFileSync(chats, JSON.stringify({ 'agent:main:main': { authProfileOverride: 'openai:keyferry' } }));
    const alone = join(box.home, '.openclaw/alone.json');
    writeFileSync(alone, JSON.stringify({ $include: './openclaw.json', session: { store: chats } }));
    const ran = await box.run([
      'env',
      `OPENCLAW_CONFIG_PATH=${alone}`,
      'openclaw',
      ...['infer', 'model', 'run', '--local', '--json', '--model', 'openai/gpt-5.4', '--prompt', 'hi'],
    ]);
    expect(JSON.parse(ran.stdout).outputs[0].text).toMatch(/^HTTP 401 /);
    expect(providers.turns('openai').at(-1)).toBe(first.text);
  } finally {
    await box.stop();
  }
});
