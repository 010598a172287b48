import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { DEADLINES_MS } from '../../../core/contract/phases.ts';
import { configTable } from '../../../scripts/cli/config.ts';

const read = (name: string) => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');

test('docs/configuration.md has the table of variables that `keyferry config` prints', () => {
  expect(read('docs/configuration.md')).toContain(configTable());
});

test.each(Object.entries(DEADLINES_MS))('docs/architecture.md knows the deadline of %s', (phase, ms) => {
  const deadline = ms < 120_000 ? `${ms / 1_000} s` : `${ms / 60_000} min`;
  expect(read('docs/architecture.md')).toMatch(
    new RegExp(`^\\| ${phase} +\\|[^|]+\\| ${deadline} +\\|$`, 'm'),
  );
});

test('README has fewer than 900 words', () => {
  expect(read('README.md').trim().split(/\s+/).length).toBeLessThan(900);
});

test('README says what it is, what is permitted, and how to try it, in this order', () => {
  const headings = [...read('README.md').matchAll(/^##? (.+)$/gm)].map(([, heading]) => heading);
  expect(headings).toEqual([
    'Keyferry',
    'Permission',
    'Two commands',
    'The handshake',
    'The rooms',
    'Read on',
  ]);
});

test('README names every phase of a handshake', () => {
  const [, drawn = ''] = /## The handshake\n\n```\n([^`]+)```/.exec(read('README.md')) ?? [];
  for (const phase of [...Object.keys(DEADLINES_MS), 'queued', 'connected', 'failed', 'cancelled', 'expired'])
    expect(drawn).toMatch(new RegExp(`\\b${phase}\\b`));
});
