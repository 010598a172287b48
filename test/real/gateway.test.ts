import { expect, test } from '@jest/globals';
import type { Box } from '../../lab/box.ts';
import { startGateway } from '../../lab/gateway.ts';
import { startLab } from '../../lab/lab.ts';
import { leaks } from '../../lab/leaks.ts';
import { duringTests } from '../support/during-tests.ts';
import { connect } from '../support/keyferry.ts';
import { firstOf } from '../support/real-rows.ts';

const MINUTE = 60_000;
const CLAUDE = '2.1.332';

const { lab } = duringTests({ lab: startLab });

/** Connects the box, and says with whose tokens turns were made meanwhile; ours is the last that was minted. */
async function turnsOf(box: Box): Promise<Set<string>> {
  const before = lab.anthropic.bearers.length;
  const ran = await connect(box, (link) => lab.anthropic.signIn(link));
  if (ran.lines.at(-1)?.type !== 'connected') throw new Error(ran.printed);
  expect(ran.printed).not.toContain('was not seen');
  expect(leaks(lab.anthropic.secrets, { output: ran.printed, argv: ran.commandLines })).toEqual([]);
  return new Set(lab.anthropic.bearers.slice(before));
}

test.each(firstOf(['2026.9.6', '2026.7.1'], 1))(
  'a box on which a gateway of %s runs and nothing is signed in is connected, and proved through it; also where a token was there before',
  async (openclaw) => {
    const box = await lab.freshBox({ claude: CLAUDE, openclaw });
    try {
      await startGateway(box);
      expect(await turnsOf(box)).toEqual(new Set([lab.anthropic.minted.at(-1)]));
      // The gateway had that one, and must not answer for the next with it.
      const logout = ['openclaw', 'infer', 'model', 'auth', 'logout', '--provider', 'anthropic', '--json'];
      const { code, stdout, stderr } = await box.run(logout, { timeoutMs: 3 * MINUTE });
      if (code !== 0) throw new Error(`${stdout}${stderr}`);
      expect(await turnsOf(box)).toEqual(new Set([lab.anthropic.minted.at(-1)]));
    } finally {
      await box.stop();
    }
  },
  10 * MINUTE,
);
