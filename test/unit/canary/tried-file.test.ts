import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { type TriedNow, withTried } from '../../../lab/canary/tried-file.ts';

const TABLE = `# What this is.
claude:
  2.1.330: { node: ">=22.0.0", verdict: green }
  # By hand.
  2.1.400: { node: ">=22.0.0", verdict: green }
openclaw:
  2026.9.6: { node: ">=24.16.0 <25 || >=26.1.0", verdict: green }
`;
const now = (more: Partial<TriedNow>): TriedNow => ({
  program: 'claude',
  version: '2.1.340',
  verdict: 'green',
  widths: [40, 80, 400],
  failedAt: [],
  summary: 'It connects.',
  moved: [],
  node: '>=22.0.0',
  tried: '2026-11-29',
  ...more,
});

test('a version gets its line where it belongs, and everything else stays as it was', () => {
  expect(withTried(TABLE, now({}))).toBe(
    TABLE.replace(
      '  # By hand.',
      '  2.1.340: { node: ">=22.0.0", verdict: green, tried: 2026-11-29, widths: [ 40, 80, 400 ] }\n  # By hand.',
    ),
  );
});

test('one that is broken says why, and one that is there is written anew', () => {
  const broken = now({
    version: '2.1.400',
    verdict: 'broken',
    failedAt: [40],
    summary: 'Handshakes on it failed.',
  });
  expect(parse(withTried(TABLE, broken)).claude['2.1.400']).toEqual({
    node: '>=22.0.0',
    verdict: 'broken',
    tried: '2026-11-29',
    widths: [40, 80, 400],
    failedAt: [40],
    why: 'Handshakes on it failed.',
  });
});
