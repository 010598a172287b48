import { type HostRow, PROVIDERS } from '../../core/contract/providers.ts';
import { FINDING } from '../boxes/survey.ts';
import { quote } from '../transports/shell.ts';
import { EXAMINING } from './examining.script.ts';
import { NODE_PROBE, SHELL_PROBE } from './reach.script.ts';

/** Kilobytes that must be free before `openclaw` is started to ask it something: one start takes about 400 MB. */
const ROOM_KB = 500 * 1024;

/**
 * The gateway's port and units; `$units` are from `EXAMINING`. `examine_named_port`: OPENCLAW_GATEWAY_PORT where every
 * openclaw command sees it, and whether there is anything to sign in to the gateway with.
 */
const GATEWAY = String.raw`
gateway_port() {
  [ -n "$units" ] && cat $units 2>/dev/null | sed -n 's/^.*\(--port[= ]\|OPENCLAW_GATEWAY_PORT=\)\([0-9][0-9]*\).*/\2/p' | head -n 1
  examine_named_port | sed -n 's/^@gateway.named \([0-9][0-9]*\) .*/\1/p'
  echo 18789
}
examine_named_port() {
  if [ -n "$OPENCLAW_GATEWAY_PORT" ]; then
    say gateway.named "$OPENCLAW_GATEWAY_PORT the session's environment"
  else
    named_port=$(sed -n 's/^ *\(export \)\{0,1\}OPENCLAW_GATEWAY_PORT=[^0-9]\{0,1\}\([0-9][0-9]*\).*/\2/p' "$HOME/.openclaw/.env" 2>/dev/null | tail -n 1)
    [ -n "$named_port" ] && say gateway.named "$named_port ~/.openclaw/.env"
  fi
  if [ -n "$OPENCLAW_GATEWAY_TOKEN$OPENCLAW_GATEWAY_PASSWORD" ] ||
    grep -Eqs '^ *(export )?OPENCLAW_GATEWAY_(TOKEN|PASSWORD)=.' "$HOME/.openclaw/.env" ||
    grep -Eqs '(token|password).? *:' "$HOME/.openclaw/openclaw.json"; then say gateway.login yes; fi
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
 * What OpenClaw says of its credentials and models, printed by itself: `sh -s -- <agent or -> <words and variables>`,
 * where the words are the gateway's own OpenClaw (none: the one that is found). In a session of its own, because it
 * takes seconds and the rest does not. `@status none`: there is none; `@status memory`: there is too
 * little memory to start it.
 */
export const STATUS_SCRIPT = `${FINDING}
main() {
  available=$(cat /proc/meminfo 2>/dev/null | sed -n 's/^\\(MemAvailable\\|SwapFree\\): *\\([0-9]*\\) kB/\\2/p' |
    { sum=0; while read -r more; do sum=$((sum + more)); done; echo $sum; })
  if [ "$available" -gt 0 ] && [ "$available" -lt ${ROOM_KB} ]; then say status memory; return; fi
  agent=$1
  shift
  found= entry=
  for word in "$@"; do
    case $word in *=*) export "$word" ;; *) if [ -n "$found" ]; then entry=$word; else found=$word; fi ;; esac
  done
  [ -n "$found" ] || find_program openclaw
  [ -n "$found" ] || { say status none; return; }
  set -- $entry models status --json
  [ "$agent" = - ] || set -- "$@" --agent "$agent"
  PATH="$(dirname "$found"):$dirs" NO_COLOR=1 OPENCLAW_NO_AUTO_UPDATE=1
  export PATH NO_COLOR OPENCLAW_NO_AUTO_UPDATE
  "$found" "$@" && return
  # Only this says in which line (2026.9.6).
  command -v timeout >/dev/null 2>&1 && timeout -k 1 6 "$found" $entry config validate
}
main "$@" </dev/null
`;

/** What the gateway runs with, which decides of which OpenClaw the status is asked. */
export const GATEWAY_SCRIPT = `${EXAMINING}
main() {
  describe_program openclaw
  examine_gateways
}
main </dev/null
`;

const hostsFrom = (part: HostRow['from']) =>
  Object.entries(PROVIDERS.anthropic.hosts)
    .filter(([, { from }]) => from === part)
    .map(([host]) => host)
    .join(' ');

/**
 * The whole examination in one round trip, under any POSIX sh: `sh -s -- <host> …`. Changes nothing on the box.
 * Parts run in parallel, each with its own limit, so that everything ends within about 9 s. Every `@name value` line is written at once, so that parts do not cut into each other's.
 */
export const SCRIPT = `${EXAMINING}${GATEWAY}${SHELL_PROBE}
probe=${quote(NODE_PROBE)}
examine_network() {
  port=$(gateway_port | head -n 1)
  settings=$(claude_environment)
  if [ -n "$settings" ]; then
    say proxied.claude yes
    (eval "$settings"; reach "$port" ${hostsFrom('sign-in')}) &
    set -- ${hostsFrom('turn')}
  fi
  reach "$port" "$@"
  wait
}
reach() {
  [ -n "$node" ] && limited 6 "$node" -e "$probe" "$@" 2>/dev/null
  # Done, or out of time; any other end is no Node, or one that does not run.
  case $? in 0 | 124 | 137) ;; *) reach_without_node "$@" ;; esac
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
  examine_tmux
  examine_settings
  examine_claude
  tr -d '\\n\\t ' <"$HOME/.openclaw/openclaw.json" 2>/dev/null | grep -q 'anthropic"\\{0,1\\}:{[^{}]*baseUrl' && say elsewhere yes
  examine_named_port
  wait
  [ -n "$https_proxy$HTTPS_PROXY" ] && say proxied yes
  say path "$dirs"
  say clock.end "$(date +%s)"
  say end ok
}
main "$@" </dev/null
`;
