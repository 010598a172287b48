import { FINDING } from '../boxes/survey.ts';
import { CLAUDE_FILES } from './claude.script.ts';
import { GATEWAYS } from './gateway.script.ts';

/**
 * `describe_program <name>`: where it is, its version and the Node that it wants as its package says, and what it
 * runs on; starts nothing. `$found` is its path afterwards, empty where there is none; `$released` and `$runs` what
 * was said of it: `unbuilt` is a package whose program npm has not put there (without its install script Claude Code
 * 2.1.332 is a few lines of shell that say so; OpenClaw's sources have no `dist`). `node_of <name> <node> <version>`: which Node it would run on, the one beside it or this one, and
 * which others there are; `version` is what tells theirs, `node_version` or `:`.
 */
const PROGRAMS = String.raw`
newline='
'
limited() {
  if command -v timeout >/dev/null 2>&1; then timeout -k 1 "$@"; else shift; "$@"; fi
}
package_of() {
  at=$(readlink -f "$1" 2>/dev/null || printf '%s' "$1")
  package=
  for up in 1 2 3 4; do
    at=\${at%/*}
    [ -f "$at/package.json" ] && { package=$at/package.json; break; }
  done
}
runs_on() {
  { start=$(head -c 80 "$1"); } 2>/dev/null
  case \${start%%"$newline"*} in *ELF*) runs=native ;; '#!'*node*) runs=node ;; *) runs=script ;; esac
}
unbuilt() {
  case $1 in
    claude) case $start in *'native binary not installed'*) return ;; esac ;;
    openclaw) [ -f "\${package%/*}/openclaw.mjs" ] && ! [ -e "\${package%/*}/dist/entry.js" ] && ! [ -e "\${package%/*}/dist/entry.mjs" ] && return ;;
  esac
  return 1
}
describe_program() {
  find_program "$1"
  [ -n "$found" ] || return
  say "$1" "$found"
  package_of "$found"
  released=
  # The native installer's name for it is its version.
  case $found in
    */claude/versions/[0-9]*)
      package=
      released=\${found##*/}
      say "$1.version" "$released"
      ;;
  esac
  say "$1.package" "$package"
  if [ -n "$package" ]; then
    released=$(sed -n '/"version" *: *"/{s/.*"version" *: *"\([^"]*\)".*/\1/p;q;}' "$package")
    say "$1.version" "$released"
    say "$1.engines" "$(sed -n '/"engines"/,/}/{/"node" *: *"/{s/.*"node" *: *"\([^"]*\)".*/\1/p;q;};}' "$package")"
  fi
  runs_on "$found"
  unbuilt "$1" && runs=unbuilt
  say "$1.runs" "$runs"
}
node_version() { limited 3 "$1" --version 2>/dev/null; }
node_of() {
  near=\${found%/*}/node
  [ -x "$near" ] || near=$2
  [ -n "$near" ] || return
  say "$1.node" "$(node_version "$near") $near"
  old=$IFS; IFS=:
  for dir in $dirs; do
    IFS=$old
    [ -x "$dir/node" ] && ! [ "$dir/node" -ef "$near" ] && say "$1.others" "$($3 "$dir/node") $dir/node"
  done
  IFS=$old
}
examine_program() {
  describe_program "$1"
  [ -n "$found" ] || return
  if [ -z "$released" ]; then
    words=$(PATH="\${found%/*}:$dirs" limited 3 "$found" --version 2>/dev/null)
    case $? in 124 | 137) say "$1.late" yes ;; esac
    say "$1.version" "$(printf '%s\n' "$words" | sed -n 's/^[^0-9]*\([0-9][0-9]*\.[0-9][0-9]*\.[0-9][^ ]*\).*/\1/p' | head -n 1)"
  fi
  node_of "$1" "$node" node_version
}
`.replaceAll('\\${', '${');

/** `examine_machine`: memory, disk, processor, sshd, and what this user may not write. `examine_tmux`: its version. */
const MACHINE = String.raw`
examine_machine() {
  say system "$(uname -sm)"
  name=
  for word in $(cat /proc/meminfo 2>/dev/null); do
    case $name in MemTotal: | MemAvailable: | SwapTotal: | SwapFree:) say "memory.\${name%:}" "$word" ;; esac
    name=$word
  done
  processor=$(cat /proc/cpuinfo 2>/dev/null)
  case $processor in *' avx '* | *" avx$newline"*) say avx yes ;; *flags*) say avx no ;; esac
  before=
  for word in $(df -Pk "$HOME" 2>/dev/null); do
    case $word in [0-9]*%) say disk "$before" ;; esac
    before=$word
  done
  for place in "$HOME" "$HOME/.openclaw" "$HOME/.claude" "$HOME/.claude.json" "$HOME/.openclaw/openclaw.json"; do
    [ -e "$place" ] && [ ! -w "$place" ] && say unwritable "~\${place#"$HOME"}"
  done
  say sshd.sessions "$(sed -n '/^[[:space:]]*[Mm]ax[Ss]essions[[:space:]]/{s/^[^0-9]*\([0-9]*\).*/\1/p;q;}' /etc/ssh/sshd_config.d/*.conf /etc/ssh/sshd_config 2>/dev/null)"
}
examine_tmux() {
  say tmux "$(command -v tmux >/dev/null 2>&1 && limited 2 tmux -V 2>/dev/null | head -n 1)"
}
`.replaceAll('\\${', '${');

/** `examine_settings`: names of Anthropic's variables wherever a gateway gets them from; `$units` are its units. */
const SETTINGS = String.raw`
units=
for unit in "$HOME"/.config/systemd/user/openclaw*.service /etc/systemd/system/openclaw*.service /etc/systemd/user/openclaw*.service; do
  [ -r "$unit" ] && units="$units $unit"
done
examine_settings() {
  session_variables
  variables_in "$HOME/.openclaw/.env"
  for unit in $units; do
    for file in "$unit" "$unit".d/*.conf; do
      variables_in "$file"
      [ -r "$file" ] && sed -n 's/^ *EnvironmentFile=-\{0,1\}//p' "$file" 2>/dev/null | sed "s#%h#$HOME#g" | while read -r listed; do
        [ "$listed" = "$HOME/.openclaw/.env" ] || variables_in "$listed"
      done
    done
  done
}
`;

/** Functions that examine programs, machine and settings; the doctor, a handshake and prepare share them. */
export const EXAMINING = `${FINDING}${PROGRAMS}${MACHINE}${SETTINGS}${CLAUDE_FILES}${GATEWAYS}`;
