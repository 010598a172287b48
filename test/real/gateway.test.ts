import { expect, test } from '@jest/globals';
import { startGateway } from '../../lab/gateway.ts';
import { startLab } from '../../lab/lab.ts';
import { leaks } from '../../lab/leaks.ts';
import { duringTests } from '../support/during-tests.ts';
import { connect } from '../support/keyferry.ts';

const MINUTE = 60_000;
const CLAUDE = '2.1.332';

const { lab } = duringTests({ lab: startLab });

test.each(['2026.9.6', '2026.7.1'])(
  'a box on which a gateway of %s runs and nothing is signed in is connected, and proved by one turn through it',
  async (openclaw) => {
    const box = await lab.freshBox({ claude: CLAUDE, openclaw });
    try {
      await startGateway(box);
      const ran = await connect(box, (link) => lab.anthropic.signIn(link));
      if (ran.lines.at(-1)?.type !== 'connected') throw new Error(ran.printed);
      const token = lab.anthropic.minted.at(-1);
      expect(lab.anthropic.bearers.filter((bearer) => bearer === token)).toHaveLength(1);
      expect(ran.printed).not.toContain('was not seen');
      expect(leaks(lab.anthropic.secrets, { output: ran.printed, argv: ran.commandLines })).toEqual([]);
    } finally {
      await box.stop();
    }
  },
  10 * MINUTE,
);
