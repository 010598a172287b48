import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
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

describe('the map of the rooms in README', () => {
  const [, map = ''] = /## The rooms\n\n```\n([^`]+)```/.exec(read('README.md')) ?? [];
  /** Folders by the line that names them; those of an indented line are in the room above it. */
  const named = new Map<string, string[]>();
  for (const line of map.trimEnd().split('\n')) {
    const [, indent = '', names = ''] = /^( *)((?:[\w-]+\/ ?)+)/.exec(line) ?? [];
    const rooms = names
      .trim()
      .split(' ')
      .map((name) => name.slice(0, -1));
    if (indent === '') for (const room of rooms) named.set(room, []);
    else [...named.values()].at(-1)?.push(...rooms);
  }

  test('has rooms that are there', () => {
    expect(named.size).toBeGreaterThan(6);
    for (const room of named.keys())
      expect(existsSync(new URL(`../../../${room}`, import.meta.url))).toBe(true);
  });

  test.each(['core', 'worker', 'api'])('has every folder of %s', (room) => {
    const folders = readdirSync(new URL(`../../../${room}`, import.meta.url), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    expect(named.get(room)?.toSorted()).toEqual(folders.toSorted());
  });
});
