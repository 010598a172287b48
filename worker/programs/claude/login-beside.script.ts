/**
 * A second Claude Code login beside the one that is used, and how it takes that one's place. Claude Code keeps its login in
 * `.credentials.json` and what it knows of the account in `.claude.json` (`oauthAccount`); the former decides, and goes by one
 * rename. The latter says whose it is, in `claude auth status` alone. Nothing of either is printed. POSIX sh.
 *
 * `$1`: what to do, `$2`: whose it is (the handshake's name), `$3`: `left` where an earlier attempt's sign-in runs still.
 *
 *   make   says `@beside <path>`, where a new login is to be made, or `@beside` alone where there is none to be careful of, or
 *          none that another one can take the place of by a rename
 *   move   the login beside takes the place of the one that is used, of which a copy is kept
 *   keep   that copy goes: the one that was moved stays, whatever is done next
 *   back   the copy, if there is one, takes its place again
 *   end    nothing is left beside
 *
 * Each can be done once more after it was cut short. What an attempt has left whose handshake is over goes with `make`: a
 * login that has been moved by then was proved, and stays.
 */
export const LOGIN_BESIDE = String.raw`
do=$1 name=$2 left=$3
umask 077
place=\${CLAUDE_CONFIG_DIR:-$HOME/.claude}
if [ -d "$place" ]; then place=$(cd -P -- "$place" && pwd) || exit 1; fi
beside=$place/.keyferry
# A link stays: what it leads to is replaced.
led() { if [ -L "$1" ] && readlink -f -- "$1"; then return; fi; printf '%s\n' "$1"; }
login=$(led "$place/.credentials.json")
account=$(led "\${CLAUDE_CONFIG_DIR:-$HOME}/.claude.json")
# Another file can be renamed to where it is, which the kernel does not do over a mount.
movable() {
  [ -s "$login" ] && [ ! -L "$login" ] && [ -w "\${login%/*}" ] || return 1
  [ -r /proc/self/mountinfo ] || return 0
  while read -r id parent device root at rest; do
    if [ "$at" = "$login" ]; then return 1; fi
  done </proc/self/mountinfo
}
# The directory last: it knows where a part lies beside what was a link.
gone() {
  at=$(cat "$beside/at" 2>/dev/null)
  rm -rf -- "\${at:-$login}.keyferry" "$login.keyferry" "$account.keyferry" "$beside"
}
put() { cp -p -- "$1" "$2.keyferry" && mv -f -- "$2.keyferry" "$2"; }
whose() {
  [ -f "$1" ] || return 0
  node -e '
    const { readFileSync, writeFileSync, renameSync, statSync } = require("node:fs");
    const [from, to] = process.argv.slice(1);
    const read = (file) => JSON.parse(readFileSync(file, "utf8"));
    const { oauthAccount } = read(from);
    let now = {};
    let mode = 0o600;
    try {
      mode = statSync(to).mode & 0o777;
      now = read(to);
    } catch (error) {
      if (error.code !== "ENOENT") throw error;
    }
    if (JSON.stringify(now.oauthAccount) !== JSON.stringify(oauthAccount)) {
      writeFileSync(to + ".keyferry", JSON.stringify({ ...now, oauthAccount }, null, 2), { mode });
      renameSync(to + ".keyferry", to);
    }
  ' "$1" "$2" >/dev/null 2>&1
}
case $do in
  make)
    if [ "$left" = left ] && [ "$(cat "$beside/of" 2>/dev/null)" = "$name" ]; then
      if [ -e "$beside/moved" ]; then printf '\n@moved\n'; fi
      printf '\n@beside %s\n' "$beside"
      exit
    fi
    gone
    if [ "$left" = left ] || ! movable; then
      printf '\n@beside\n'
      exit
    fi
    mkdir -- "$beside" || exit 1
    # What an organization forces on sign-ins counts for this one, too.
    if [ -f "$place/settings.json" ]; then cp -- "$place/settings.json" "$beside/" || exit 1; fi
    printf '%s\n' "$name" >"$beside/of" || exit 1
    printf '\n@beside %s\n' "$beside"
    ;;
  move)
    # What uses it may have renewed it since.
    if [ -e "$beside/moved" ]; then
      printf '\n@moved\n'
      exit
    fi
    [ -s "$beside/.credentials.json" ] || exit 1
    # Where somebody has signed out since, there is none to go back to.
    if [ -s "$login" ] && [ ! -e "$beside/before" ]; then
      if [ -f "$account" ]; then cp -p -- "$account" "$beside/before.claude.json" || exit 1; fi
      cp -p -- "$login" "$beside/before.part" && mv -- "$beside/before.part" "$beside/before" || exit 1
    fi
    printf '%s\n' "$login" >"$beside/at" || exit 1
    put "$beside/.credentials.json" "$login" || exit 1
    whose "$beside/.claude.json" "$account"
    : >"$beside/moved"
    printf '\n@moved\n'
    ;;
  keep)
    rm -f -- "$beside/before" "$beside/before.claude.json" || exit 1
    printf '\n@kept\n'
    ;;
  back)
    if [ -e "$beside/before" ]; then
      cmp -s -- "$beside/before" "$login" || put "$beside/before" "$login" || exit 1
      whose "$beside/before.claude.json" "$account"
    fi
    gone || exit 1
    printf '\n@back\n'
    ;;
  end)
    gone || exit 1
    printf '\n@ended\n'
    ;;
esac
`.replaceAll('\\${', '${');
