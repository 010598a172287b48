/**
 * What a box runs for the holder: POSIX sh with `$tmux`, its path. One tmux server of its own (`-L keyferry`, no
 * configuration of the user's) has a session per handshake, named as it. Tried with tmux 3.3a; `terminal-overrides`
 * keeps the client on the ordinary screen, so that what was shown last stays there when it is detached.
 */
const TMUX = `hold() { "$tmux" -L keyferry -f /dev/null -u "$@"; }`;

/** Printed by the holder under a program that has ended. */
export const ENDED_MARK = /\[keyferry: the program ended with (\d{1,3})\]/;

/** Says how the program before it ended. */
const ENDED = 'printf "\\n[keyferry: the program ended with %d]\\n" "$?"';

/**
 * In the pane: runs the program, says how it ended and keeps what it showed for whoever comes. When nobody has
 * ended the holder after `$1` seconds, it ends by itself. No single quote may stand in it.
 */
const PANE = `(sleep "$1"; trap "" HUP; kill -HUP 0; sleep 2; kill -KILL 0) &
shift
"$@"
${ENDED}
wait`;

/**
 * What HOLD waits for before tmux attaches. As it does so, tmux throws away what the terminal has on its way to us
 * (`tcflush` in tty_start_tty, 3.3a), also the mark that every program here begins with: one opening in some eighty
 * would never be heard of. Whoever says this has seen the mark.
 */
export const GO = '\n';

/**
 * Begins the session unless it is there, and once it is told a line (see GO) becomes a client of it; older clients are
 * detached. Where tmux does not begin one (no room for its socket), the program runs plainly, and how it ended is said
 * all the same: a client that goes without that has lost a program that may still run. Words: tmux, name,
 * columns, rows, seconds, the program for `env`. The program's environment is the login's own: tmux must not take
 * itself to be inside tmux, and TERM is our own terminal's, whatever a start-up file makes of it: with `dumb` or none
 * tmux does not attach.
 */
export const HOLD = `tmux=$1 name=$2 columns=$3 rows=$4 seconds=$5
shift 5
unset TMUX
TERM=xterm-256color
export TERM
${TMUX}
begin() {
  hold has-session -t "=$name" 2>/dev/null || hold start-server \\; set -g status off \\; set -g history-limit 0 \\; set -g prefix None \\; set -g prefix2 None \\; \\
    set -s escape-time 10 \\; set -s set-clipboard off \\; set -as terminal-overrides ",*:smcup@:rmcup@" \\; \\
    set -g remain-on-exit off \\; set -g detach-on-destroy on \\; set -g bell-action none \\; \\
    new-session -d -s "$name" -x "$columns" -y "$rows" -- sh -c '${PANE}' sh "$seconds" env "$@" 2>/dev/null
}
# Once more: an earlier one may just have begun it, or the server may just have ended.
begin "$@" || { sleep 0.2; begin "$@"; } || tmux=
read -r go
[ -n "$tmux" ] || { env "$@"; ${ENDED}; exit; }
exec "$tmux" -L keyferry -u attach-session -d -t "=$name"`;

/** Says by its exit code whether there is a session; words are tmux and its name. */
export const HAS = `tmux=$1
${TMUX}
hold has-session -t "=$2" 2>/dev/null`;

/**
 * Ends sessions: words are tmux and their names. What has not gone on the hang-up soon after is killed (2.1.330
 * takes its time, and has nothing to save). Needs /proc for the second half.
 */
export const END = `tmux=$1
shift
PATH="$PATH:/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin:/home/linuxbrew/.linuxbrew/bin:/snap/bin:$HOME/.local/bin"
${TMUX}
of_sessions() {
  for stat in /proc/[0-9]*/stat; do
    { read -r line <"$stat"; } 2>/dev/null || continue
    set -- \${line##*) }
    case " $sessions " in *" $4 "*) at=\${stat%/stat}; printf '%s ' "\${at#/proc/}" ;; esac
  done
}
sessions=
for name in "$@"; do sessions="$sessions $(hold list-panes -s -t "=$name" -F '#{pane_pid}' 2>/dev/null)"; done
for name in "$@"; do hold kill-session -t "=$name" 2>/dev/null; done
n=0
while [ $n -lt 6 ]; do
  left=$(of_sessions)
  [ -n "$left" ] || exit 0
  sleep 0.05
  n=$((n + 1))
done
kill -KILL $left 2>/dev/null
exit 0`;
