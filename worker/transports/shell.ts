import { KeyferryError } from '../../core/contract/errors.ts';
import type { Command } from './transport.ts';

/**
 * The variable by which a program is found again on the box: `<link>.<number>.<session id>`. It holds the
 * session so that a tmux server which the program leaves behind on purpose (a session of its own) is not taken
 * for the program.
 */
const TAG = 'KEYFERRY_CHANNEL';

/**
 * Quotes one word for whatever login shell the box's user has. Quotes and backslashes stand outside the single
 * quotes because fish, unlike POSIX shells, gives `\\` and `\'` a meaning inside them.
 */
export function quote(word: string): string {
  if (word.includes('\0'))
    throw new KeyferryError('internal_error', { detail: 'A word for the box holds a NUL.' });
  if (/^[\w@%+:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll(/['\\]/g, "'\\$&'")}'`;
}

/** Several words, quoted and joined. */
function quoteAll(words: readonly string[]): string {
  return words.map(quote).join(' ');
}

/**
 * `NAME=value … program argument …` for `env`. Neither part is for secrets: both are on command lines.
 * Throws `internal_error` for names that `env` would take for something else.
 */
export function envWords({ argv, env = {} }: Command): string[] {
  const bad = Object.keys(env).find((name) => !/^[A-Za-z_]\w*$/.test(name));
  if (bad !== undefined)
    throw new KeyferryError('internal_error', { detail: `${bad} cannot be set on the box.` });
  if (argv[0] === '' || argv[0].startsWith('-') || argv[0].includes('='))
    throw new KeyferryError('internal_error', { detail: `${argv[0]} cannot be the name of a program.` });
  return [...Object.entries(env).map(([name, value]) => `${name}=${value}`), ...argv];
}

export interface LineOptions {
  /** `<link>.<number>`, see TAG. */
  tag: string;
  /** Printed right before the program starts; ASCII letters, digits and `-`. */
  readyMark?: string;
  /**
   * Where the mark goes: to the terminal, or to both outputs. A raw terminal first gets its usual modes (the
   * openssh transport's local end is raw, and ssh passes those modes on). Default `terminal`.
   */
  output?: 'terminal' | 'raw terminal' | 'outputs';
}

/** The one line that sshd hands to the login shell, which `sh` takes over from at once: `shellWords`. */
export function commandLine(command: Command, options: LineOptions): string {
  return `exec ${quoteAll(onOneLine(shellWords(command, options)))}`;
}

/** Puts words that `encoded` has changed right again, and becomes what they say. One line, without a `!`. */
export const DECODE =
  'n=$#; while [ $n -gt 0 ]; do w=$1; shift; n=$((n - 1)); ' +
  `case $w in @*) w=$(printf %b_ "\${w#@}"); w=\${w%_} ;; esac; set -- "$@" "$w"; done; exec "$@"`;

/**
 * csh and tcsh (6.24) take no line break in quotes, and a `!` for history even in single ones: such words are written
 * otherwise, and `sh` puts them right.
 */
function onOneLine(words: readonly string[]): readonly string[] {
  if (!words.some((word) => /[\n!]/.test(word))) return words;
  return ['sh', '-c', DECODE, 'sh', ...words.map(encoded)];
}

function encoded(word: string): string {
  if (!/[\n!]|^@/.test(word)) return word;
  return `@${word.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('!', '\\0041')}`;
}

/**
 * Lowers this shell's priority, and so that of the program it becomes. Under Linux's autogroups (`man 7 sched`) `nice`
 * counts within one session only, and each program of ours has its own. The kernel takes one such write in a tenth of
 * a second from all users but root.
 */
const GIVE_WAY =
  'renice -n 5 $$ >/dev/null 2>&1; [ -w /proc/self/autogroup ] && for n in 1 2 3; do ' +
  '{ echo 5 >/proc/self/autogroup; } 2>/dev/null && break; sleep 0.1; done; ';

/** What becomes the program on this machine: the words of `env`, after a shell if there is work for one. */
export function localWords(command: Command): string[] {
  const words = envWords(command);
  return command.givesWay ? ['sh', '-c', `${GIVE_WAY}exec env "$@"`, 'sh', ...words] : words;
}

/**
 * `sh -c …`: tags the program and becomes it. With a `readyMark` it says right before that it is there: from then on
 * it is looked for by its tag.
 */
export function shellWords(command: Command, { tag, readyMark, output }: LineOptions): string[] {
  // Fields of /proc/<pid>/stat: pid (comm) state ppid pgrp session. `sh` has no space in its name.
  const findSession = `read -r a b c d e s f 2>/dev/null </proc/$$/stat`;
  const ready = readyMark === undefined ? '' : announce(readyMark, output);
  const way = command.givesWay ? GIVE_WAY : '';
  const script = `${findSession}; ${way}${ready}export ${TAG}="$0.$s"; exec env "$@"`;
  return ['sh', '-c', script, tag, ...envWords(command)];
}

/** The mark is in two words, so that a shell that prints its commands (`set -x`) does not print the mark. */
function announce(mark: string, output: LineOptions['output']): string {
  const print = `printf %s ${mark.slice(0, 8)} ${mark.slice(8)}`;
  if (output === 'outputs') return `${print}; ${print} >&2; `;
  return output === 'raw terminal' ? `stty sane iutf8 2>/dev/null; ${print}; ` : `${print}; `;
}

/**
 * Ends programs by tag: hang-up, up to a second of grace, then kill. `tag` is `<link>.<number>`, or
 * `<link>.*` for all of the link. Needs /proc and GNU grep; does nothing elsewhere.
 */
export function reapCommand(tag: string): Command {
  const pattern = tag.endsWith('.*') ? `${tag.slice(0, -2)}\\.[0-9]*` : tag.replaceAll('.', '\\.');
  return { argv: ['sh', '-c', REAP, 'sh', `^${TAG}=${pattern}\\.`] };
}

const REAP = `
tag=$1
mine() {
  for f in $(grep -lazs "$tag[0-9]*$" /proc/[0-9]*/environ); do
    { read -r stat <"\${f%environ}stat"; } 2>/dev/null || continue
    set -- \${stat##*) }
    grep -qazs "$tag$4$" "$f" || continue
    f=\${f#/proc/}
    echo "\${f%/environ}"
  done
}
left=$(mine)
[ -n "$left" ] || exit 0
kill -HUP $left 2>/dev/null
kill -CONT $left 2>/dev/null
n=0
while [ $n -lt 10 ]; do
  left=$(mine)
  [ -n "$left" ] || exit 0
  sleep 0.1
  n=$((n + 1))
done
kill -KILL $left 2>/dev/null
while [ -n "$(mine)" ] && [ $n -lt 20 ]; do sleep 0.05; n=$((n + 1)); done
exit 0
`;
