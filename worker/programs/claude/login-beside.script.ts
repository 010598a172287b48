/**
 * A second Claude Code login beside the one that is used, and how it takes that one's place. Claude Code keeps its login in
 * `.credentials.json` and what it knows of the account in `.claude.json` (`oauthAccount`); the former decides, and goes by one
 * rename. The latter says whose it is, in `claude auth status` alone. Nothing of either is printed. POSIX sh.
 *
 * `$1`: what to do, `$2`: whose it is (the handshake's name), `$3`: `left` where an earlier attempt's sign-in runs still.
 *
 *   make   says `@beside <path>`, where a new login is to be made, or `@beside` alone where there is none to be careful of
 *   move   the login beside takes the place of the one that is used, of which a copy is kept
 *   back   that copy takes its place again
 *   end    nothing is left beside
 *
 * Each can be done once more after it was cut short. What an attempt has left whose handshake is over goes with `make`: a
 * login that has been moved by then was proved, and stays.
 */
export const LOGIN_BESIDE = String.raw`
do=$1 name=$2 left=$3
umask 077
place=\${CLAUDE_CONFIG_DIR:-$HOME/.claude}
account=\${CLAUDE_CONFIG_DIR:-$HOME}/.claude.json
if [ -d "$place" ]; then place=$(cd -P -- "$place" && pwd) || exit 1; fi
beside=$place/.keyferry
login=$place/.credentials.json
put() { cp -p -- "$1" "$2.keyferry" && mv -f -- "$2.keyferry" "$2"; }
whose() {
  [ -f "$1" ] || return 0
  node -e '
    const { readFileSync, writeFileSync, renameSync, statSync, realpathSync } = require("node:fs");
    const [from, to] = process.argv.slice(1);
    const read = (file) => JSON.parse(readFileSync(file, "utf8"));
    const { oauthAccount } = read(from);
    let now = {};
    let mode = 0o600;
    let path = to;
    try {
      path = realpathSync(to);
      mode = statSync(path).mode & 0o777;
      now = read(path);
    } catch (error) {
      if (error.code !== "ENOENT") throw error;
    }
    if (JSON.stringify(now.oauthAccount) !== JSON.stringify(oauthAccount)) {
      writeFileSync(path + ".keyferry", JSON.stringify({ ...now, oauthAccount }, null, 2), { mode });
      renameSync(path + ".keyferry", path);
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
    rm -rf -- "$beside"
    rm -f -- "$login.keyferry" "$account.keyferry"
    if [ "$left" = left ] || [ ! -s "$login" ]; then
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
    if [ ! -e "$beside/before" ]; then
      if [ -f "$account" ]; then cp -p -- "$account" "$beside/before.claude.json" || exit 1; fi
      cp -p -- "$login" "$beside/before.part" && mv -- "$beside/before.part" "$beside/before" || exit 1
    fi
    put "$beside/.credentials.json" "$login" || exit 1
    whose "$beside/.claude.json" "$account"
    : >"$beside/moved"
    printf '\n@moved\n'
    ;;
  back)
    if [ -e "$beside/before" ]; then
      put "$beside/before" "$login" || exit 1
      whose "$beside/before.claude.json" "$account"
    fi
    rm -rf -- "$beside"
    rm -f -- "$login.keyferry" "$account.keyferry"
    printf '\n@back\n'
    ;;
  end)
    rm -rf -- "$beside"
    printf '\n@ended\n'
    ;;
esac
`.replaceAll('\\${', '${');
