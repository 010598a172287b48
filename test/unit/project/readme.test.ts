import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { DEADLINES_MS } from '../../../core/contract/phases.ts';
import { configTable } from '../../../scripts/cli/config.ts';

const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');

test('README has the table of variables that `keyferry config` prints', () => {
  expect(readme).toContain(configTable());
});

test.each(Object.entries(DEADLINES_MS))('README knows the deadline of %s', (phase, ms) => {
  const deadline = ms < 120_000 ? `${ms / 1_000} s` : `${ms / 60_000} min`;
  expect(readme).toMatch(new RegExp(`^\\| ${phase} +\\|[^|]+\\| ${deadline} +\\|$`, 'm'));
});
