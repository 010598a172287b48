import { DECODE } from '../../../worker/transports/shell.ts';

/** What a simulated box is asked for: a line of `worker/transports/shell.ts`, taken apart again. */
export interface Asked {
  /** By which the program is found again. */
  tag: string;
  /** To be printed before the program begins; on both outputs where `both`. */
  mark: string;
  both: boolean;
  argv: readonly string[];
}

/** Reads `exec sh -c … tag NAME=value program argument …`; undefined for anything else. */
export function readShellLine(line: string): Asked | undefined {
  const [exec, ...all] = words(line);
  const [sh, , script = '', tag = '', ...rest] = all[2] === DECODE ? all.slice(4).map(decoded) : all;
  if (exec !== 'exec' || sh !== 'sh') return undefined;
  const [, first = '', second = ''] = /printf %s ([\w-]+) ([\w-]+);/.exec(script) ?? [];
  return { tag, mark: first + second, both: script.includes('>&2'), argv: withoutEnvironment(rest) };
}

/** As `printf %b` does with what DECODE is given. */
function decoded(word: string): string {
  const meant = (_: string, letter: string) => ({ n: '\n', '0041': '!' })[letter] ?? letter;
  return word.startsWith('@') ? word.slice(1).replaceAll(/\\(0041|.)/g, meant) : word;
}

/** The words of a program, without what `env` sets before it. */
export function withoutEnvironment(all: readonly string[]): readonly string[] {
  const at = all.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
  return at < 0 ? [] : all.slice(at);
}

/** Words as `quote` writes them: plain, or in single quotes with quotes and backslashes outside. */
function words(line: string): string[] {
  const found = line.matchAll(/(?:'([^']*)'|\\(.)|([^\s'\\]+))(\s*)/gs);
  const all = [''];
  for (const [, quoted, escaped, plain, gap] of found) {
    all[all.length - 1] += quoted ?? escaped ?? plain ?? '';
    if (gap) all.push('');
  }
  return all.at(-1) === '' ? all.slice(0, -1) : all;
}
