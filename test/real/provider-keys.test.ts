import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Box } from '../../lab/box.ts';
import { startLab } from '../../lab/lab.ts';
import { pointBox } from '../../lab/providers/point-box.ts';
import { startProviders } from '../../lab/providers/providers.ts';
import { STAND_IN_PROVIDERS, STAND_IN_ROWS } from '../../lab/providers/rows.ts';
import { duringTests } from '../support/during-tests.ts';
import { rowsOf } from '../support/real-rows.ts';

const MINUTE = 60_000;
const VERSION = '2026.9.6';
const { lab, providers } = duringTests({ lab: startLab, providers: startProviders });

let box: Box;
beforeAll(async () => {
  box = await lab.freshBox({ openclaw: VERSION });
  pointBox(box, providers, STAND_IN_PROVIDERS, VERSION);
}, 5 * MINUTE);
afterAll(() => box.stop(), MINUTE);

test.each(rowsOf(STAND_IN_PROVIDERS, 1))(
  `a key of %s that is pasted into OpenClaw ${VERSION} is the one that its turn comes with`,
  async (provider) => {
    const key = providers.mint(provider);
    const limits = { timeoutMs: 5 * MINUTE };
    const named = ['--provider', provider, '--profile-id', `${provider}:keyferry`];
    const paste = ['openclaw', 'models', 'auth', 'paste-api-key', ...named];
    const pasted = await box.run(paste, { input: `${key.text}\n`, ...limits });
    expect(pasted.stdout).toContain(`Auth profile: ${provider}:keyferry (${provider}/api_key)`);
    const model = `${provider}/${STAND_IN_ROWS[provider].models[0]}`;
    const turn = [
      'openclaw',
      'infer',
      'model',
      'run',
      '--local',
      '--json',
      '--model',
      model,
      '--prompt',
      'hi',
    ];
    const before = providers.turns().length;
    const ran = await box.run(turn, limits);
    if (ran.code !== 0) throw new Error(ran.stdout + ran.stderr);
    expect(JSON.parse(ran.stdout)).toMatchObject({ ok: true, provider });
    expect(providers.turns().slice(before)).toEqual([key.text]);
    expect(providers.turns(provider)).toEqual([key.text]);
    const printed = [pasted, ran].map(({ stdout, stderr }) => stdout + stderr).join('\n');
    expect(printed).not.toContain(key.text);
  },
  15 * MINUTE,
);
