import { FINDING } from '../boxes/survey.ts';
import { quote } from '../transports/shell.ts';
import { NODE_PROBE, SHELL_PROBE } from './reach.script.ts';

/** Kilobytes that must be free before `openclaw` is started for an answer: one start takes about 400 MB. */
const ROOM_KB = 500 * 1024;

/** `examine_program <name>`: where it is, its version, the Node that it would run on, and what its package wants. */
const PROGRAMS = String.raw`
limited() {
  if command -v timeout >/dev/null 2>&1; then timeout -k 1 "$@"; else shift; "$@"; fi
}
engines() {
  at=$(readlink -f "$1" 2>/dev/null || printf '%s' "$1")
  for up in 1 2 3 4; do
    at=$(dirname "$at")
    [ -f "$at/package.json" ] && { sed -n '/"engines"/,/}/s/.*"node" *: *"\([^"]*\)".*/\1/p' "$at/package.json" | head -n 1; break; }
  done
}
runs_on() {
  start=$(head -c 80 "$1" 2>/dev/null | tr -d '\000' | head -n 1)
  case $start in *ELF*) echo native ;; '#!'*node*) echo node ;; *) echo script ;; esac
}
printed_version() {
  PATH="$(dirname "$1"):$dirs" limited 3 "$1" --version 2>/dev/null | sed -n 's/^[^0-9]*\([0-9][0-9]*\.[0-9][0-9]*\.[0-9][^ ]*\).*/\1/p' | head -n 1
}
examine_program() {
  find_program "$1"
  [ -n "$found" ] || return
  say "$1" "$found"
  released=$(version "$found")
  [ -n "$released" ] || released=$(printed_version "$found")
  say "$1.version" "$released"
  say "$1.engines" "$(engines "$found")"
  say "$1.runs" "$(runs_on "$found")"
  near=$(dirname "$found")/node
  [ -x "$near" ] || near=$node
  [ -n "$near" ] && say "$1.node" "$(limited 3 "$near" --version 2>/dev/null | head -n 1) $near"
}
`;

/** `examine_machine`: memory, disk, processor, tmux, sshd. */
const MACHINE = String.raw`
examine_machine() {
  say system "$(uname -sm)"
  cat /proc/meminfo 2>/dev/null | sed -n 's/^\(MemTotal\|MemAvailable\|SwapTotal\|SwapFree\): *\([0-9]*\) kB/\1 \2/p' |
    while read -r name kilobytes; do say "memory.$name" "$kilobytes"; done
  cat /proc/cpuinfo 2>/dev/null | grep -m 1 '^flags' | grep -qw avx && say avx yes
  say disk "$(df -Pk "$HOME" 2>/dev/null | sed -n '2s/^.* \([0-9][0-9]*\)  *[0-9-]*%.*/\1/p')"
  for place in "$HOME" "$HOME/.openclaw" "$HOME/.claude" "$HOME/.claude.json" "$HOME/.openclaw/openclaw.json"; do
    [ -e "$place" ] && [ ! -w "$place" ] && say unwritable "~\${place#"$HOME"}"
  done
  say tmux "$(command -v tmux >/dev/null 2>&1 && limited 2 tmux -V 2>/dev/null | head -n 1)"
  say sshd.sessions "$(cat /etc/ssh/sshd_config.d/*.conf /etc/ssh/sshd_config 2>/dev/null | sed -n 's/^[[:space:]]*[Mm]ax[Ss]essions[[:space:]][[:space:]]*\([0-9]*\).*/\1/p' | head -n 1)"
}
`.replaceAll('\\${', '${');

/** The functions with which programs and the machine are examined; prepare has the same eyes. */
export const EXAMINING = `${FINDING}${PROGRAMS}${MACHINE}`;

/** Names of variables wherever a gateway gets them from; the units themselves. */
const GATEWAY = String.raw`
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
      sed -n 's/^ *EnvironmentFile=-\{0,1\}//p' "$file" 2>/dev/null | sed "s#%h#$HOME#g" | while read -r listed; do
        [ "$listed" = "$HOME/.openclaw/.env" ] || variables_in "$listed"
      done
    done
  done
}
gateway_port() {
  [ -n "$units" ] && cat $units 2>/dev/null | sed -n 's/^.*\(--port[= ]\|OPENCLAW_GATEWAY_PORT=\)\([0-9][0-9]*\).*/\2/p' | head -n 1
  [ -n "$OPENCLAW_GATEWAY_PORT" ] && printf '%s\n' "$OPENCLAW_GATEWAY_PORT"
  echo 18789
}
examine_units() {
  for unit in $units; do
    name=$(basename "$unit")
    scope=user
    case $unit in /etc/systemd/system/*) scope=system ;; esac
    case $name in *@*) continue ;; esac
    states=$(XDG_RUNTIME_DIR="\${XDG_RUNTIME_DIR:-/run/user/$(id -u)}" limited 3 systemctl --$scope show "$name" -p ActiveState -p SubState -p NRestarts 2>/dev/null | tr '\n' ' ')
    say unit "$scope $name $states"
  done
}
`.replaceAll('\\${', '${');

/**
 * What OpenClaw says of its credentials and models, printed by itself: `sh -s -- <agent or ->`. In a session of its
 * own, because it takes seconds and the rest does not. `@status none`: there is none; `@status memory`: there is too
 * little memory to start it.
 */
export const STATUS_SCRIPT = `${FINDING}
main() {
  available=$(cat /proc/meminfo 2>/dev/null | sed -n 's/^\\(MemAvailable\\|SwapFree\\): *\\([0-9]*\\) kB/\\2/p' |
    { sum=0; while read -r more; do sum=$((sum + more)); done; echo $sum; })
  if [ "$available" -gt 0 ] && [ "$available" -lt ${ROOM_KB} ]; then say status memory; return; fi
  find_program openclaw
  [ -n "$found" ] || { say status none; return; }
  agent=$1
  set -- models status --json
  [ "$agent" = - ] || set -- "$@" --agent "$agent"
  PATH="$(dirname "$found"):$dirs" NO_COLOR=1 OPENCLAW_NO_AUTO_UPDATE=1 exec "$found" "$@"
}
main "$@" </dev/null
`;

/**
 * The whole examination in one round trip, under any POSIX sh: `sh -s -- <host> …`. Changes nothing on the box. Parts run side by side, each with a limit of its own, so that all of it
 * ends within about 9 s. Every `@name value` line is written at once, so that parts do not cut into each other's.
 */
export const SCRIPT = `${EXAMINING}${GATEWAY}${SHELL_PROBE}
probe=${quote(NODE_PROBE)}
examine_network() {
  port=$(gateway_port | head -n 1)
  [ -n "$node" ] && limited 6 "$node" -e "$probe" "$port" "$@" 2>/dev/null
  # Done, or out of time; any other end is no Node, or one that does not run.
  case $? in 0 | 124 | 137) ;; *) reach_without_node "$port" "$@" ;; esac
}
main() {
  say clock.start "$(date +%s)"
  find_program node
  node=$found
  [ -n "$node" ] && say node "$(limited 3 "$node" --version 2>/dev/null | head -n 1) $node"
  examine_program openclaw &
  examine_program claude &
  examine_network "$@" &
  examine_units &
  examine_machine
  examine_settings
  wait
  [ -n "$https_proxy$HTTPS_PROXY" ] && say proxied yes
  say path "$dirs"
  say clock.end "$(date +%s)"
  say end ok
}
main "$@" </dev/null
`;
