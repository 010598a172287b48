import { describe, expect, test } from '@jest/globals';
import type { CanaryReport } from '../../../lab/canary/canary.ts';
import type { Verdict } from '../../../lab/canary/verdict.ts';
import { canaryJson, canaryWords } from '../../../scripts/cli/canary-voice.ts';

const PAIR = { claude: '2.1.340', openclaw: '2026.9.6' };
const verdict = (more: Partial<Verdict>): Verdict => ({
  program: 'claude',
  version: '2.1.340',
  verdict: 'green',
  widths: [40, 80],
  failedAt: [],
  summary: 'It connects.',
  moved: [],
  ...more,
});
function said(more: Partial<CanaryReport>, voice = canaryWords): string {
  const lines: string[] = [];
  const report = { tried: PAIR, known: PAIR, widths: [40, 80], verdicts: [], played: [], ...more };
  voice((line) => void lines.push(line)).ends(report);
  return lines.join('\n');
}

describe('what a person reads', () => {
  test('of drift: each screen once, at its widest, and what was shown before is not shown again', () => {
    const moved = [
      { screen: 'the link', columns: 40, diff: '- Use the\n- url\n+ Open the\n+ url' },
      { screen: 'the link', columns: 80, diff: '- Use the url\n+ Open the url' },
      { screen: 'the typed code', columns: 80, diff: '- Use the url\n+ Open the url\n  more' },
      { screen: 'the token', columns: 80, diff: '- Your token\n+ The token' },
    ];
    const lines = said({ verdicts: [verdict({ verdict: 'drift', moved })] }).split('\n');
    expect(lines.slice(0, -1)).toEqual([
      '',
      'Claude Code 2.1.340: DRIFT',
      '  It connects.',
      '',
      '  the link, at 40, 80 columns:',
      '    - Use the url',
      '    + Open the url',
      '',
      '  the typed code, at 80 columns:',
      '    the same as above',
      '',
      '  the token, at 80 columns:',
      '    - Your token',
      '    + The token',
      '',
    ]);
    expect(lines.at(-1)).toContain('nothing is urgent');
  });

  test('of what is broken: the last screen of the release, and what to do', () => {
    const failure = { code: 'claude_crashed', phase: 'opening', screen: 'TypeError\n  at main' } as const;
    const played = [{ pair: PAIR, columns: 80, seconds: 3, failure, screens: { claude: {}, openclaw: {} } }];
    const text = said({ verdicts: [verdict({ verdict: 'broken', failedAt: [80] })], played });
    expect(text).toContain('Claude Code 2.1.340: BROKEN');
    expect(text).toContain('keyferry prepare');
    expect(text).toContain('    TypeError\n      at main');
    expect(said({ verdicts: [verdict({})], played })).not.toContain('TypeError');
  });
});

test('a program reads one line for each verdict', () => {
  const lines = said({ verdicts: [verdict({}), verdict({ program: 'openclaw' })] }, canaryJson).split('\n');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { type: 'verdict', program: 'claude', verdict: 'green' },
    { type: 'verdict', program: 'openclaw', verdict: 'green' },
  ]);
});
