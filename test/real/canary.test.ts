import { describe, expect, test } from '@jest/globals';
import { keyferry } from '../support/keyferry.ts';

const MINUTE = 60_000;

interface Said {
  type: string;
  program?: string;
  version?: string;
  verdict?: string;
  summary?: string;
  outcome?: string;
  moved?: { screen: string }[];
}

async function canary(...args: string[]) {
  const ran = await keyferry(['canary', '--json', ...args]);
  const lines = ran.lines as unknown as Said[];
  const of = (program: string) => lines.find((line) => line.type === 'verdict' && line.program === program);
  return { ...ran, lines, claude: of('claude'), openclaw: of('openclaw') };
}

describe('the canary on the real programs', () => {
  test(
    'the known releases are green against their own screens that are kept',
    async () => {
      const ran = await canary(
        '--claude',
        '2.1.332',
        '--openclaw',
        '2026.9.6',
        '--known',
        '2.1.332/2026.9.6',
      );
      expect([ran.claude, ran.openclaw]).toMatchObject([{ verdict: 'green' }, { verdict: 'green' }]);
      expect(ran.exitCode).toBe(0);
    },
    30 * MINUTE,
  );

  test(
    'an old Claude Code is drift: it connects, and its link and token stand among other words',
    async () => {
      const ran = await canary('--claude', '2.1.197', '--openclaw', '2026.9.6', '--widths', '80');
      expect([ran.claude?.verdict, ran.openclaw?.verdict]).toEqual(['drift', 'green']);
      expect(ran.claude?.moved?.map(({ screen }) => screen)).toEqual(
        expect.arrayContaining(['the link', 'the token']),
      );
      expect(ran.exitCode).toBe(3);
    },
    20 * MINUTE,
  );

  test(
    'a Claude Code that crashes is broken, and OpenClaw is not',
    async () => {
      const ran = await canary('--claude', '1.0.128', '--openclaw', '2026.9.6', '--widths', '80');
      expect([ran.claude?.verdict, ran.openclaw?.verdict]).toEqual(['broken', 'green']);
      expect(ran.exitCode).toBe(1);
    },
    20 * MINUTE,
  );

  test(
    'a version that npm does not have is inconclusive',
    async () => {
      const ran = await canary('--claude', '2.1.99999', '--openclaw', '2026.9.6', '--widths', '80');
      expect(ran.lines.at(-1)).toMatchObject({ type: 'not-tried', verdict: 'inconclusive' });
      expect(ran.exitCode).toBe(4);
    },
    5 * MINUTE,
  );
});
