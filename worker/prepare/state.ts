import { saidLines } from '../boxes/said.ts';
import { EXAMINING } from '../doctor/examining.script.ts';
import { type Facts, type NodeFact, readFacts } from '../doctor/facts.ts';

/** How commands become root on the box: already root, with sudo without a password, or not at all. */
export type Root = 'yes' | 'sudo' | 'no';

/** A box as prepare sees it: the doctor's view of programs and machine, and what installing needs. */
export interface BoxState
  extends Pick<Facts, 'claude' | 'openclaw' | 'node' | 'machine' | 'memory' | 'diskFree' | 'tmux'> {
  root: Root;
  apt: boolean;
  /** curl or wget is there. */
  downloads: boolean;
  /** True if the C library is musl, for which there is no official Node. */
  musl: boolean;
  /** The Node in ~/.npm-global/bin, which takes precedence for programs there. */
  prefixNode: NodeFact | undefined;
  /** There is an npm next to the Node that programs in ~/.npm-global/bin would run on. */
  npm: boolean;
  /** A login shell has ~/.npm-global/bin on its PATH. */
  loginPath: boolean;
  /** A non-login shell over SSH has it there, as far as that can be arranged for this login shell. */
  sessionPath: boolean;
}

/** Where global npm packages go: the home, so that no root is needed. */
export const PREFIX = '.npm-global';

/** Examines the box in one round trip and changes nothing. */
export const STATE_SCRIPT = `${EXAMINING}
bin="$HOME/${PREFIX}/bin"
node_fact() { [ -x "$2" ] && say "$1" "$(limited 3 "$2" --version 2>/dev/null | head -n 1) $2"; }
main() {
  find_program node
  node=$found
  node_fact node "$node"
  node_fact prefix.node "$bin/node"
  near="$bin/node"
  [ -x "$near" ] || near=$node
  [ -n "$near" ] && [ -x "$(dirname "$near")/npm" ] && say npm yes
  examine_program claude &
  examine_program openclaw &
  examine_machine
  examine_tmux
  if [ "$(id -u)" = 0 ]; then say root yes
  elif command -v sudo >/dev/null 2>&1 && limited 5 sudo -n true >/dev/null 2>&1; then say root sudo
  else say root no; fi
  command -v apt-get >/dev/null 2>&1 && say apt yes
  { command -v curl || command -v wget; } >/dev/null 2>&1 && say downloads yes
  ls /lib/ld-musl-* >/dev/null 2>&1 && say musl yes
  login=$(limited 4 "\${SHELL:-/bin/sh}" -lc 'printf "\\n%s\\n" "$PATH"' 2>/dev/null | tail -n 1)
  case ":$login:" in *":$bin:"*) say path.login yes ;; esac
  case ":$PATH:" in *":$bin:"*) say path.session yes ;; esac
  case $SHELL in
    */bash) grep -qs '${PREFIX}/bin' "$HOME/.bashrc" && say path.session yes ;;
    */zsh) grep -qs '${PREFIX}/bin' "$HOME/.zshenv" && say path.session yes ;;
    *) say path.session yes ;;
  esac
  wait
  say end ok
}
main </dev/null
`;

/** Reads what `STATE_SCRIPT` printed. Throws `box_unusable` when it did not run to its end. */
export function readState(stdout: string, stderr = ''): BoxState {
  const { claude, openclaw, node, machine, memory, diskFree, tmux } = readFacts(stdout, stderr);
  const lines = saidLines(stdout);
  const said = (name: string) => lines.get(name)?.[0];
  const [, version, path] =
    /^v(\d{1,6}\.\d{1,6}\.\d{1,6})\S{0,40} (\/[\x20-\x7e]{1,300})$/.exec(said('prefix.node') ?? '') ?? [];
  const root = said('root');
  return {
    ...{ claude, openclaw, node, machine, memory, diskFree, tmux },
    root: root === 'yes' || root === 'sudo' ? root : 'no',
    apt: said('apt') === 'yes',
    downloads: said('downloads') === 'yes',
    musl: said('musl') === 'yes',
    prefixNode: version && path ? { version, path } : undefined,
    npm: said('npm') === 'yes',
    loginPath: said('path.login') === 'yes',
    sessionPath: said('path.session') === 'yes',
  };
}
