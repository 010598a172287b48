import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { KnownScreens } from '../../../lab/canary/known-screens.ts';
import { type TriedNow, withTried, writeTried } from '../../../lab/canary/tried-file.ts';

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

test('table and screens are written as this repository’s formatter wants them', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tried-'));
  try {
    const file = join(directory, 'tried.yaml');
    writeFileSync(file, TABLE);
    const why = 'Its terminal shows no link at any of the widths that it was tried at.';
    writeTried([now({ verdict: 'broken', failedAt: [40], summary: why })], pathToFileURL(file));
    expect(readFileSync(file, 'utf8')).toBe(
      TABLE.replace(
        '  # By hand.',
        `  2.1.340:
    {
      node: ">=22.0.0",
      verdict: broken,
      tried: 2026-11-29,
      widths: [40, 80, 400],
      failedAt: [40],
      why: ${why},
    }
  # By hand.`,
      ),
    );
    const screens = new KnownScreens(directory);
    screens.learn('claude', '2.1.340', 40, { 'the start': ['Welcome\n◌ Opening'], 'the link': [] });
    screens.write('claude', '2.1.340');
    expect(readFileSync(join(directory, 'claude-2.1.340.yaml'), 'utf8')).toBe(
      '"40":\n  the start:\n    - |-\n      Welcome\n      ◌ Opening\n  the link: []\n',
    );
    expect(readdirSync(directory)).toEqual(['claude-2.1.340.yaml', 'tried.yaml']);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
