import { type ErrorCode, KeyferryError } from '../../core/contract/errors.ts';
import { isVariableOf, PROVIDERS, type ProviderRow } from '../../core/contract/providers.ts';
import type { Command } from '../transports/transport.ts';
import { saidLines } from './said.ts';
import { notRun } from './script.ts';

/** A program that was found on the box. */
export interface FoundProgram {
  /** Absolute path. */
  path: string;
  /** From the package.json above it; undefined for a program without one. */
  version: string | undefined;
  /** Arguments that go first: what it runs, if it is a Node. */
  words?: readonly string[];
  /** Set whenever it is run. */
  env?: Readonly<Record<string, string>>;
}

/** What one round trip shows about a box. */
export interface Survey {
  claude: FoundProgram;
  openclaw: FoundProgram;
  /** The box's own PATH, then every directory in which installers put programs. */
  path: string;
  /** Names (never values) of a provider's variables that are set, with where: `ANTHROPIC_API_KEY in ~/.openclaw/.env`. */
  variables: readonly string[];
  /** Bytes of memory that the kernel would still give; undefined if it does not say. */
  memoryAvailable: number | undefined;
  /** The path of tmux, the holder of programs; undefined if there is none. */
  tmux: string | undefined;
  /** Names of the existing holders; see worker/handshake/holder.ts. */
  holders: readonly string[];
  /** About OpenClaw's configuration; undefined if it was not examined. */
  config?: {
    /** OpenClaw has to confirm that it is valid before anything depends on it. */
    toBeAsked: boolean;
    namesAgents: boolean;
    /** A provider may use a key of the configuration's own in the place of a stored one. */
    namesKeys: boolean;
  };
  /** A gateway of this user's runs, which takes up what changes. */
  hasGateway?: boolean;
}

/** What is needed to run a box's `openclaw`. */
export type OpenClawOnBox = Pick<Survey, 'openclaw' | 'path' | 'config' | 'hasGateway'>;

/** Names of variables that any provider's credential or address is taken from, as a basic regular expression. */
const NAMED = `\\(${Object.values(PROVIDERS)
  .flatMap(({ variables }) => variables.map((name) => name.replace('*', '[A-Z0-9_]*')))
  .join('\\|')}\\)`;

/** Those of the found variables (`NAME in FILE`) from which one provider's credential or address would be taken. */
export function variablesOf(row: ProviderRow, found: readonly string[]): string[] {
  return found.filter((text) => isVariableOf(row, text.slice(0, text.indexOf(' '))));
}

/**
 * Shell functions that a survey, the doctor and prepare share: POSIX sh, no effect but functions and `$dirs`.
 * `@name value` lines are ours; whatever else login scripts print is ignored. A non-login shell's PATH often
 * lacks where npm, nvm, bun or the native installer put programs. A program that is only an alias is followed, by its
 * path. The native installer keeps `claude` under its version in ~/.local/share/claude/versions, also where the link
 * that leads there is lost.
 */
export const FINDING = String.raw`
say() { printf '\n@%s %s\n' "$1" "$2"; }
dirs=$PATH
add() { [ -d "$1" ] && dirs="$dirs:$1"; }
prefix=$(sed -n 's/^prefix *= *//p' "$HOME/.npmrc" 2>/dev/null | tail -n 1 | sed "s#^~#$HOME#; s#[$][{]HOME[}]#$HOME#")
[ -n "$prefix" ] && add "$prefix/bin"
add "$HOME/.local/bin"; add "$HOME/.npm-global/bin"; add "$HOME/.claude/local"; add "$HOME/.openclaw/bin"
add "$HOME/.bun/bin"; add "$HOME/.volta/bin"; add "$HOME/.local/share/pnpm"; add "$HOME/.local/share/pnpm/bin"
add "$HOME/.asdf/shims"; add "$HOME/.local/share/mise/shims"; add "$HOME/.yarn/bin"; add "$HOME/n/bin"; add "$HOME/bin"
for bin in $(ls -d "$HOME"/.nvm/versions/node/*/bin "$HOME"/.local/share/fnm/node-versions/*/installation/bin 2>/dev/null | sort -rV 2>/dev/null); do add "$bin"; done
add /usr/local/bin; add /usr/bin; add /bin; add /opt/homebrew/bin; add /home/linuxbrew/.linuxbrew/bin; add /snap/bin
search() {
  old=$IFS; IFS=:
  for dir in $dirs; do [ -f "$dir/$1" ] && [ -x "$dir/$1" ] && { printf '%s' "$dir/$1"; break; }; done
  IFS=$old
}
login_shell_says() {
  limit=; command -v timeout >/dev/null 2>&1 && limit='timeout 4'
  case $SHELL in
    *csh) $limit "$SHELL" -i -c "which $1" ;;
    *)
      $limit "\${SHELL:-/bin/sh}" -lic "command -v $1"
      # Not every login shell's files lead to those of an interactive one.
      [ $? = 0 ] || $limit "\${SHELL:-/bin/sh}" -ic "command -v $1"
      ;;
  esac 2>/dev/null </dev/null
}
ask_login_shell() {
  login_shell_says "$1" | sed -n "s#^alias $1=##p; s#^$1:.*aliased to ##p; /^\//p" | tail -n 1 | tr "'\"" '  ' |
    { read -r line; set -f; for word in $line; do case $word in
      '~/'*) printf '%s' "$HOME/\${word#??}"; break ;;
      '$HOME/'*) printf '%s' "$HOME/\${word#??????}"; break ;;
      /*) printf '%s' "$word"; break ;;
      [A-Za-z_]*=*) ;;
      *) break ;;
    esac; done; }
}
native_claude() {
  for version in $(ls "$HOME/.local/share/claude/versions" 2>/dev/null | grep '^[0-9][0-9.]*$' | sort -rV 2>/dev/null); do
    at=$HOME/.local/share/claude/versions/$version
    [ -f "$at" ] && [ -x "$at" ] && { printf '%s' "$at"; break; }
  done
}
find_program() {
  found=$(search "$1")
  [ -n "$found" ] || found=$(ask_login_shell "$1")
  [ -f "$found" ] && [ -x "$found" ] || found=
  [ -n "$found" ] || [ "$1" != claude ] || found=$(native_claude)
}
find_holders() {
  found=$(search tmux)
  [ -n "$found" ] && say tmux "$found" && "$found" -L keyferry list-sessions -F '#{session_name}' 2>/dev/null |
    while read -r name; do say holder "$name"; done
}
named='${NAMED}'
session_variables() {
  env | sed -n "s/^$named=..*/\1/p" | while read -r name; do say variable "$name in the session's environment"; done
}
variables_in() {
  [ -r "$1" ] || return 0
  case $1 in "$HOME"/*) label="~\${1#"$HOME"}" ;; *) label=$1 ;; esac
  sed -n "s/^ *\(export \)\{0,1\}\(Environment=\)\{0,1\}\"\{0,1\}$named=..*/\3/p" "$1" | while read -r name; do
    say variable "$name in $label"
  done
}
`.replaceAll('\\${', '${');

/** A box may say anything: only what the script could have said is passed on to people. */
const VARIABLE = /^[A-Z][A-Z0-9_]{0,63} in [\x20-\x7e]{1,200}$/;
const MOST_VARIABLES = 40;
/** `env` treats a program with a `=` as a variable; Linux has no longer paths (PATH_MAX). */
const PROGRAM_PATH = /^\/[^=]{1,4095}$/;
/** Quoted twice over it must fit into one argument, which has 128 KiB on Linux (MAX_ARG_STRLEN). */
const MOST_PATH = 8 * 1024;
const HOLDER_NAME = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/;
const MOST_HOLDERS = 20;

/**
 * Reads what `FINDING`'s functions printed. Throws `claude_missing`, `openclaw_missing`, or `box_unusable` when the script
 * did not run to its end.
 */
export function readSurvey(stdout: string, stderr = ''): Survey {
  const said = saidLines(stdout);
  const path = pathOf(said, stdout, stderr);
  const kilobytes = Number(oneOf(said, 'memory'));
  const tmux = oneOf(said, 'tmux') ?? '';
  return {
    claude: programOf(said, 'claude', 'claude_missing'),
    openclaw: programOf(said, 'openclaw', 'openclaw_missing'),
    path,
    variables: (said.get('variable') ?? []).filter((text) => VARIABLE.test(text)).slice(0, MOST_VARIABLES),
    memoryAvailable: kilobytes > 0 ? kilobytes * 1024 : undefined,
    tmux: PROGRAM_PATH.test(tmux) ? tmux : undefined,
    holders: (said.get('holder') ?? []).filter((name) => HOLDER_NAME.test(name)).slice(0, MOST_HOLDERS),
  };
}

/** The same where only OpenClaw matters: a box without `claude` will do. Throws `openclaw_missing` and `box_unusable`. */
export function readOpenClawOnBox(stdout: string, stderr = ''): OpenClawOnBox {
  const said = saidLines(stdout);
  const path = pathOf(said, stdout, stderr);
  return { openclaw: programOf(said, 'openclaw', 'openclaw_missing'), path };
}

/** The same, and nothing that is missing is an error. Throws `box_unusable`. */
export function readPrograms(
  stdout: string,
  stderr = '',
): { path: string; claude: FoundProgram | undefined; openclaw: FoundProgram | undefined } {
  const said = saidLines(stdout);
  const path = pathOf(said, stdout, stderr);
  const found = (name: 'claude' | 'openclaw') =>
    oneOf(said, name)?.startsWith('/') ? programOf(said, name, `${name}_missing`) : undefined;
  return { path, claude: found('claude'), openclaw: found('openclaw') };
}

type Said = ReturnType<typeof saidLines>;

function oneOf(said: Said, name: string): string | undefined {
  return said.get(name)?.[0] || undefined;
}

function pathOf(said: Said, stdout: string, stderr: string): string {
  const path = oneOf(said, 'path');
  if (oneOf(said, 'end') !== 'ok' || !path) throw notRun(stdout, stderr);
  if (path.length > MOST_PATH)
    throw new KeyferryError('box_unusable', { detail: `Its PATH has ${path.length} characters.` });
  return path;
}

function programOf(said: Said, name: 'claude' | 'openclaw', missing: ErrorCode): FoundProgram {
  const found = oneOf(said, name);
  if (!found?.startsWith('/')) throw new KeyferryError(missing);
  if (!PROGRAM_PATH.test(found))
    throw new KeyferryError('box_unusable', {
      detail: `\`${name}\` is where it cannot be run: ${found.slice(0, 200)}`,
    });
  return { path: found, version: oneOf(said, `${name}.version`) };
}

/** A command that finds its own neighbours (`node`!) first, then everything else on the box. */
export function commandFor(
  survey: Pick<Survey, 'path'>,
  program: FoundProgram,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Command {
  const directory = program.path.slice(0, program.path.lastIndexOf('/')) || '/';
  return {
    argv: [program.path, ...(program.words ?? []), ...args],
    env: { ...program.env, ...env, PATH: `${directory}:${survey.path}` },
  };
}
