import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Lab, startLab } from '../../lab/lab.ts';
import { leaks } from '../../lab/leaks.ts';
import { type PracticePrograms, practicePrograms } from '../../lab/practice/programs.ts';
import { connect } from '../support/keyferry.ts';
import { rowsOf } from '../support/real-rows.ts';

const MINUTE = 60_000;

/** Narrow, cut so that a row ends where the token or the code does, and so wide that nothing is cut. */
const WIDTHS = [40, 54, 109, 1000];
const rows = ['1.0.64', '2.0.42', '2.1.36', '2.1.197', '2.1.330'].flatMap((claude) =>
  WIDTHS.map((columns) => ({ claude, columns })),
);

let lab: Lab;
let practice: PracticePrograms;

beforeAll(async () => {
  lab = await startLab();
  practice = practicePrograms();
}, 10 * MINUTE);

afterAll(async () => {
  await lab?.stop();
  practice?.remove();
}, MINUTE);

describe('the real claude at odd widths (openclaw simulated, for speed)', () => {
  test.each(rowsOf(rows, 7))(
    'claude $claude at $columns columns: link and token are read whole',
    async ({ claude, columns }) => {
      const box = await lab.freshBox({ claude, openclaw: practice.openclaw, node: '24' });
      try {
        const ran = await connect(box, (link) => lab.anthropic.signIn(link), ['--cols', String(columns)]);
        if (ran.lines.at(-1)?.type !== 'connected') throw new Error(ran.printed);
        expect(lab.anthropic.bearers.at(-1)).toBe(lab.anthropic.minted.at(-1));
        expect(leaks(lab.anthropic.secrets, { output: ran.printed, argv: ran.commandLines })).toEqual([]);
      } finally {
        await box.stop();
      }
    },
    3 * MINUTE,
  );
});
