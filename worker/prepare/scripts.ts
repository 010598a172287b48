import { PREFIX } from './state.ts';

/**
 * What the steps run on the box: POSIX sh, each safe to run twice. They stop at the first command that fails,
 * whose output is the reason.
 */

const START = `set -e
bin="$HOME/${PREFIX}/bin"
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
fail() { echo "$*" >&2; exit 1; }
`;

/** Arguments: the packages. */
export const PACKAGES = `${START}
as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
`;

/** An existing file is used, and one that cannot be used is removed again. Argument: megabytes. */
export const SWAP = `${START}
if [ ! -e /swapfile ]; then
  undo() { as_root rm -f /swapfile; }
  trap 'code=$?; [ $code = 0 ] || undo' EXIT
  as_root fallocate -l "$1M" /swapfile 2>/dev/null || as_root dd if=/dev/zero of=/swapfile bs=1M count="$1" 2>/dev/null
  as_root chmod 600 /swapfile
  as_root mkswap /swapfile >/dev/null
fi
as_root swapon /swapfile
grep -qs '^/swapfile[[:space:]]' /etc/fstab || echo '/swapfile none swap sw 0 0' | as_root tee -a /etc/fstab >/dev/null
`;

/**
 * The official tarball, into the home: no root, no repository to add, and exactly this one: its SHA-256 is known
 * here, so that the place it comes from need not be trusted. Arguments: version, where versions are, then a word
 * `<architecture>=<SHA-256>` each.
 */
export const NODE = `${START}
version=$1 from=$2
shift 2
case $(uname -m) in
  x86_64) arch=x64 ;; aarch64 | arm64) arch=arm64 ;; ppc64le) arch=ppc64le ;; s390x) arch=s390x ;; *) arch= ;;
esac
sum=
for known in "$@"; do case $known in "$arch="*) sum=\${known#*=} ;; esac; done
[ -n "$sum" ] || fail "There is no official Node for $(uname -m)."
name=node-v$version-linux-$arch
home="$HOME/.local/share/keyferry"
fetch() {
  if command -v curl >/dev/null 2>&1; then curl -fsSL --retry 2 --connect-timeout 15 -o "$2" "$1"
  else wget -q -T 15 -O "$2" "$1"; fi || fail "$1 could not be downloaded."
}
if [ ! -x "$home/$name/bin/node" ]; then
  mkdir -p "$home"
  work=$(mktemp -d "$home/.node-XXXXXX")
  trap 'rm -rf "$work"' EXIT
  fetch "$from/v$version/$name.tar.gz" "$work/$name.tar.gz"
  cd "$work"
  printf '%s  %s\\n' "$sum" "$name.tar.gz" | sha256sum -c - >/dev/null 2>&1 ||
    fail "$name.tar.gz is not the one that was released: its SHA-256 is another."
  tar -xzf "$name.tar.gz"
  rm -rf "$home/$name"
  mv "$name" "$home/$name"
fi
mkdir -p "$bin"
for program in node npm npx; do ln -sfn "$home/$name/bin/$program" "$bin/$program"; done
"$bin/node" --version >/dev/null
`;

/**
 * For login shells in ~/.profile and whatever is read in its place; for commands over SSH at the top of ~/.bashrc,
 * because Debian's and Ubuntu's returns at once for shells without a terminal.
 */
export const PATH = `${START}
mkdir -p "$bin"
line='case ":$PATH:" in *":$HOME/${PREFIX}/bin:"*) ;; *) PATH="$HOME/${PREFIX}/bin:$PATH" ;; esac # Keyferry'
has() { grep -qsF "$line" "$1"; }
append() { has "$1" || printf '\\n%s\\n' "$line" >>"$1"; }
prepend() {
  has "$1" && return
  old=$(mktemp)
  if [ -e "$1" ]; then cat "$1" >"$old"; fi
  { printf '%s\\n' "$line"; cat "$old"; } >"$1"
  rm -f "$old"
}
append "$HOME/.profile"
for file in .bash_profile .bash_login .zprofile; do if [ -e "$HOME/$file" ]; then append "$HOME/$file"; fi; done
case $SHELL in */bash) prepend "$HOME/.bashrc" ;; */zsh) prepend "$HOME/.zshenv" ;; esac
`;

/**
 * From the registry that the box's own npm configuration names. npm 12 runs the install scripts of those packages only
 * that are named; one that does not know the setting (before 11.16) says `undefined`. OpenClaw 2026.9.6 in the place of
 * 2026.4.15 or 2026.7.1 does not say its status until its doctor has converted the store, or what it keeps of itself in the
 * configuration; after 2026.7.1 the doctor's first run ends with 1, and the second converts the rest. It wants the
 * gateway stopped, and does that itself; but for one of 2026.7.1, whose files are gone, it waits half an hour. Where a gateway
 * runs, it is run whatever the status says: 2026.9.6 restarts none before that.
 * Arguments: package, version, program, then the user's units that run a gateway, which are started again however it ends.
 */
export const NPM = `${START}
# With a prefix of its own, npm would look for the machine's configuration below that prefix.
if config=$(npm config get globalconfig 2>/dev/null) && [ -r "$config" ]; then export npm_config_globalconfig="$config"; fi
PATH="$bin:$PATH"
export PATH npm_config_update_notifier=false OPENCLAW_NO_AUTO_UPDATE=1 DISABLE_AUTOUPDATER=1
near="$bin/npm"
[ -x "$near" ] || near=npm
allowed=$("$near" config get allow-scripts 2>/dev/null) || allowed=undefined
if [ "$allowed" = undefined ]; then scripts=
else scripts="--allow-scripts=$1\${allowed:+,$allowed}"; fi
"$near" install --global --prefix "$HOME/${PREFIX}" --no-audit --no-fund --loglevel=error \${scripts:+"$scripts"} "$1@$2" >/dev/null
said=$("$bin/$3" --version 2>&1) || fail "$3 was installed and does not run: $said"
case $said in *"$2"*) ;; *) fail "$3 was installed as $2 and says: $said" ;; esac
if [ "$3" = openclaw ] && [ -d "\${OPENCLAW_STATE_DIR:-$HOME/.openclaw}/agents" ]; then
  shift 3
  units=$* converts=$*
  if [ -n "$units" ]; then
    systemd() { XDG_RUNTIME_DIR="\${XDG_RUNTIME_DIR:-/run/user/$(id -u)}" systemctl --user "$@" </dev/null >&2; }
    trap 'systemd start $units' EXIT
    trap 'exit 1' HUP INT TERM
    systemd stop $units || fail "systemd has not stopped $units, which openclaw doctor --fix wants."
  else
    said=$("$bin/openclaw" models status --json 2>&1 </dev/null) || case $said in
    *"requires legacy credential migration"* | *'meta: Unrecognized key: "lastTouchedAt"'*) converts=yes ;;
    esac
  fi
  if [ -n "$converts" ]; then
    # What it prints may hold a secret of the gateway's, and is kept nowhere.
    doctor() { "$bin/openclaw" doctor --fix --non-interactive >/dev/null 2>&1 </dev/null; }
    doctor || doctor || fail "openclaw doctor --fix has not converted its store: it ended with exit code $?."
  fi
fi
`;
