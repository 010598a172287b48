import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { commandLine, envWords, quote } from '../../../worker/transports/shell.ts';

const SHELLS = [
  '/bin/sh',
  '/bin/dash',
  '/bin/bash',
  '/usr/bin/zsh',
  '/usr/bin/fish',
  '/bin/tcsh',
  '/bin/csh',
].filter(existsSync);

describe('quoting for the login shell', () => {
  test.each([
    ['plain', 'plain'],
    ['/usr/bin/a-b_c.d', '/usr/bin/a-b_c.d'],
    ['', "''"],
    ['two words', "'two words'"],
    ["it's", "'it'\\''s'"],
    ['back\\slash', "'back'\\\\'slash'"],
    ['$HOME `x` "y"', '\'$HOME `x` "y"\''],
    ['~', "'~'"],
  ])('%j is written %s', (word, quoted) => {
    expect(quote(word)).toBe(quoted);
  });

  test('a word with a NUL is refused', () => {
    expect(() => quote('a\0b')).toThrow('NUL');
  });

  test.each(SHELLS)('%s gives every word back as it was', (shell) => {
    const word = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 12 })
      .filter((text) => isSendable(text));
    const nasty = fc.constantFrom(
      "'",
      '\\',
      "\\'",
      "'\\",
      '\\\\',
      '"',
      '$x',
      '$(x)',
      '`',
      '\n',
      ' ',
      '!',
      '*',
      '~',
      '#',
    );
    const words = fc.array(
      fc.oneof(
        word,
        fc.array(nasty, { minLength: 1 }).map((parts) => parts.join('')),
      ),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(words, (argv) => {
        const line = commandLine({ argv: ['printf', '%s\\0', ...argv] }, { tag: 'a.1' });
        const printed = execFileSync(shell, ['-c', line], { encoding: 'utf8' });
        expect(printed.split('\0').slice(0, -1)).toEqual(argv);
      }),
      { numRuns: 25 },
    );
  });
});

describe('the command line of a program', () => {
  test('sets the environment for the program alone and tags it', () => {
    const line = commandLine({ argv: ['env'], env: { GREETING: "a 'b' $c" } }, { tag: 'link.7' });
    const printed = execFileSync('/bin/sh', ['-c', line], { encoding: 'utf8' });
    expect(printed).toContain("GREETING=a 'b' $c\n");
    expect(printed).toMatch(/^KEYFERRY_CHANNEL=link\.7\.\d+$/m);
  });

  test('says that it is there only after it has given way: from then on it is looked for', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'keyferry-shell-'));
    try {
      const done = join(directory, 'done');
      writeFileSync(join(directory, 'renice'), `#!/bin/sh\nsleep 0.3\n: >'${done}'\n`, { mode: 0o755 });
      const options = { tag: 'a.1', readyMark: 'keyferry-ready-0', output: 'outputs' } as const;
      const line = commandLine({ argv: ['true'], givesWay: true }, options);
      const child = spawn('/bin/sh', ['-c', line], {
        env: { ...process.env, PATH: `${directory}:${process.env.PATH}` },
        stdio: ['ignore', 'pipe', 'ignore'],
        // A session of its own: giving way lowers a whole one, which would be that of the tests.
        detached: true,
      });
      await once(child.stdout, 'data');
      expect(existsSync(done)).toBe(true);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test.each([[['-x']], [['a=b']], [['']]] as [[string]][])('refuses %j as a program', (argv) => {
    expect(() => envWords({ argv })).toThrow('cannot be the name of a program');
  });

  test('refuses a variable that env would not take for one', () => {
    expect(() => envWords({ argv: ['x'], env: { 'a b': '1' } })).toThrow('cannot be set');
  });
});

/** Command lines are UTF-8 without NUL. */
function isSendable(text: string): boolean {
  return !text.includes('\0') && !/\p{Surrogate}/u.test(text);
}
