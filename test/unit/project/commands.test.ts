import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import type { Command } from 'commander';
import { ERROR_CODES } from '../../../core/contract/error-rows.ts';
import { STAFF_WORDS } from '../../../core/contract/error-staff-words.ts';
import { program } from '../../../scripts/cli/program.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Pages that people read, without what records of earlier versions say. */
const PAGES = ['.', 'docs', 'deploy', 'deploy/kubernetes', 'packages/cli']
  .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(folder, name)))
  .filter((path) => path.endsWith('.md') && path !== 'CHANGELOG.md');

/** Commands that a text gives someone to type, as in `keyferry vault restore`; of alternatives (`add|list`) each. */
function named(text: string): string[][] {
  const found = text.matchAll(/(?:`|\.\/scripts\/|scripts\/keyferry\.ts |^)keyferry((?: [a-z][a-z|-]*)+)/gm);
  return [...found].map(([, words = '']) => words.trim().split(' '));
}

/** Whether there is such a command, as far as its words are the names of commands. */
function exists(words: readonly string[], command: Command = program()): boolean {
  const [word, ...rest] = words;
  if (word === undefined || command.commands.length === 0) return true;
  return word.split('|').every((name) => {
    const next = command.commands.find((each) => each.name() === name);
    return next !== undefined && exists(rest, next);
  });
}

describe('every command that is named exists', () => {
  test.each(PAGES)('in %s', (path) => {
    const all = named(readFileSync(join(root, path), 'utf8'));
    expect(all.filter((words) => !exists(words)).map((words) => words.join(' '))).toEqual([]);
  });

  test.each(ERROR_CODES)('in what support reads of %s', (code) => {
    const all = named(JSON.stringify(STAFF_WORDS[code]));
    expect(all.filter((words) => !exists(words)).map((words) => words.join(' '))).toEqual([]);
  });

  test('and one that does not is found', () => {
    expect(named('Run `keyferry key restore` or `keyferry key add|list <target>`.')).toEqual([
      ['key', 'restore'],
      ['key', 'add|list'],
    ]);
    expect(exists(['key', 'restore'])).toBe(false);
    expect(exists(['key', 'add|list'])).toBe(true);
  });
});
