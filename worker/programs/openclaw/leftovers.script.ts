/**
 * Searches OpenClaw's own directory for a credential that only its SHA-256 and its last characters tell: every word of
 * every file with that end is hashed on the box, so that no credential leaves it. Arguments: the last characters and the
 * first twelve digits of the hash; where the directory is, OpenClaw's own variables say. POSIX sh and GNU or busybox tools;
 * a word is only ever in the shell's own memory and in pipes, in no argument and no file.
 *
 * Whatever may hold files of OpenClaw's and was not searched makes the search a partial one (`left`): a mount or a link
 * that leads elsewhere, a configuration or an agent's directory elsewhere, files that are too large or unreadable.
 *
 * In what OpenClaw has put aside of its own and no longer reads (`auth-profiles.json.migrated-…` of 2026.9.6 beside an
 * agent's store, `openclaw.json.bak…`), the credential is written over, and nothing else: other people's are in there, too.
 * Every other file is only named: it is the customer's, or, like the copy of a database, unreadable once its length changes.
 */
export const LEFTOVERS = String.raw`
export LC_ALL=C
say() { printf '\n@%s %s\n' "$1" "$2"; }
end=$1 digits=$2
for tool in find grep tr awk sha256sum cut sed wc head; do command -v "$tool" >/dev/null 2>&1 || { say lacks "$tool"; exit 0; }; done
whole() { case $1 in '~') printf '%s' "$2" ;; '~/'*) printf '%s' "$2\${1#'~'}" ;; *) printf '%s' "$1" ;; esac; }
home=$(whole "$OPENCLAW_HOME" "$HOME")
home=\${home:-$HOME}
at=$(whole "$OPENCLAW_STATE_DIR" "$home")
at=\${at:-$home/.openclaw}
[ -d "$at" ] && cd -P -- "$at" 2>/dev/null && at=$(pwd -P) || { say lacks directory; exit 0; }
left=no
# Of a path that is there: whether what it leads to is searched.
inside() {
  [ -e "$1" ] || return 0
  if [ -d "$1" ]; then to=$(cd -P -- "$1" 2>/dev/null && pwd -P); else to=$(cd -P -- "\${1%/*}/" 2>/dev/null && pwd -P); fi
  case $to/ in "$at"/*) ;; *) false ;; esac
}
config=$(whole "$OPENCLAW_CONFIG_PATH" "$home")
inside "\${config:-$at/openclaw.json}" || left=yes
inside "$(whole "$OPENCLAW_AGENT_DIR" "$home")" || left=yes
# Read wherever the rest is, until doctor has moved it (2026.9.6).
inside "$HOME/.openclaw/agent" || left=yes
agents=$(sed -n 's/agentDir["'\'']\{0,1\}[[:space:]]*:[[:space:]]*["'\'']\([^"'\'']*\)["'\'']/\n@dir \1\n/g; s/[$]include/\n@included\n/g; p' "\${config:-$at/openclaw.json}" 2>/dev/null | grep '^@\|agentDir')
while IFS= read -r line; do
  case $line in '') ;; '@dir '[/~]*) inside "$(whole "\${line#@dir }" "$home")" || left=yes ;; *) left=yes ;; esac
done <<KEYFERRY
$agents
KEYFERRY
[ -r /proc/self/mounts ] || left=yes
at=$(printf '%s' "$at" | sed 's/ /\\040/g') awk 'index($2, ENVIRON["at"] "/") == 1 { print "mount" }' /proc/self/mounts 2>/dev/null | grep -q . && left=yes
# Every piece of a file's words that ends as the credential does and begins where one may; at most 200, or '-more'.
words() {
  { tr -cs 'A-Za-z0-9_.~+/=:@-' '\n' < "$1"; echo; tr -cs '\041\043-\046\050-\133\135-\137\141-\176' '\n' < "$1"; } 2>/dev/null | end=$end awk '
    function take(piece) {
      if (length(piece) < 8 || length(piece) > 4096 || seen[piece]++) return
      if (++taken < 200) print piece
      else if (taken == 200) print "-more"
    }
    # A newline or tab in JSON leaves its letter.
    function begins(piece) { take(piece); if (piece ~ /^[ntr]/) take(substr(piece, 2)) }
    function pieces(piece,   at, count) {
      if (length(piece) > 4200) piece = substr(piece, length(piece) - 4199)
      begins(piece)
      for (at = 1; at < length(piece) - 6; at++)
        if (index(":=/@,;(<[{", substr(piece, at, 1))) {
          if (++count > 64) { print "-more"; return }
          begins(substr(piece, at + 1))
        }
    }
    {
      base = hits = 0; rest = $0
      while (at = index(rest, ENVIRON["end"])) {
        if (++hits > 64) { print "-more"; break }
        base += at
        after = substr($0, base + 4, 1)
        if (after == "" || index(".:=/@,;)>]}!?&", after)) pieces(substr($0, 1, base + 3))
        rest = substr($0, base + 1)
      }
    }'
}
is_it() { [ "$(printf '%s' "$1" | sha256sum | cut -c 1-12)" = "$digits" ]; }
word_in() {
  words "$1" | {
    more=
    while IFS= read -r word; do
      [ "$word" = -more ] && { more=-more; continue; }
      is_it "$word" && { printf '%s' "$word"; exit; }
    done
    printf '%s' "$more"
  }
}
put_aside() {
  case \${1#"$at"/} in
    */*/*/*/*) false ;;
    agents/*/agent/auth-profiles.json.* | agents/*/agent/auth.json.*) ;;
    */*) false ;;
    openclaw.json.bak*) ;;
    *) false ;;
  esac && [ -f "$1" ] && [ ! -L "$1" ] && [ -w "$1" ] && [ "$(tr -cd '\000' < "$1" | wc -c)" -eq 0 ]
}
# Too large, or not for this user: nobody knows what is in it. A find that cannot tell counts the same.
some=$(find "$at" -xdev -name node_modules -prune -o -type f \( -size +131072 -o ! -readable \) -print 2>/dev/null) || left=yes
[ -n "$some" ] && left=yes
{
  find "$at" -xdev -name node_modules -prune -o -type f -size -131073 -exec grep -laF -e "$end" -- {} + 2>/dev/null | head -n 2001
  printf '@links\n'
  find "$at" -xdev -name node_modules -prune -o -type l -print 2>/dev/null | head -n 2001
} | {
  count=0 links=
  while IFS= read -r file; do
    [ "$file" = @links ] && { links=yes count=0; continue; }
    count=$((count + 1))
    [ "$count" -gt 2000 ] && { left=yes; continue; }
    if [ -n "$links" ]; then
      # What a link inside leads to is searched by its own name.
      [ -L "$file" ] || { left=yes; continue; }
      [ -e "$file" ] || continue
      if [ -d "$file" ]; then inside "$file" || left=yes; continue; fi
      [ -f "$file" ] && [ -r "$file" ] && [ -z "$(find -L "$file" -prune -size +131072 2>/dev/null)" ] || { left=yes; continue; }
      grep -qaF -e "$end" -- "$file" || continue
    else
      [ -f "$file" ] || { left=yes; continue; }
    fi
    word=$(word_in "$file")
    [ "$word" = -more ] && { left=yes; continue; }
    [ -n "$word" ] || continue
    if put_aside "$file"; then
      printf 's#%s#removed-by-keyferry#g\n' "$(printf '%s' "$word" | sed 's/[].[*^$#]/\\&/g')" | sed -i -f /dev/stdin "$file" 2>/dev/null
      [ -z "$(word_in "$file")" ] && { say cleaned "\${file#"$at"/}"; continue; }
    fi
    say found "\${file#"$at"/}"
  done
  say left "$left"
  say end ok
}
`.replaceAll('\\${', '${');
