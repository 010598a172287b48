/**
 * Searches OpenClaw's own directory for a credential that only its SHA-256 and its last characters tell: every word of
 * every file with that end is hashed on the box, so that no credential leaves it. Arguments: the last characters, the
 * first twelve digits of the hash, the directory (or nothing: OpenClaw's default one). POSIX sh and GNU or busybox tools;
 * a word is only ever in the shell's own memory and in pipes, in no argument and no file.
 *
 * In what OpenClaw has put aside of its own and no longer reads (`auth-profiles.json.migrated-…` of 2026.9.6 beside an
 * agent's store, `openclaw.json.bak…`), the credential is written over, and nothing else: other people's are in there, too.
 * Every other file is only named: it is the customer's, or, like the copy of a database, unreadable once its length changes.
 */
export const LEFTOVERS = String.raw`
export LC_ALL=C
say() { printf '\n@%s %s\n' "$1" "$2"; }
end=$1 digits=$2 at=${'$'}{3:-$HOME/.openclaw}
for tool in find grep tr awk sha256sum cut sed wc; do command -v "$tool" >/dev/null 2>&1 || { say lacks "$tool"; exit 0; }; done
[ -d "$at" ] || { say lacks directory; exit 0; }
words() {
  tr -cs 'A-Za-z0-9_.~+/=:@-' '\n' < "$1" 2>/dev/null | end=$end awk '
    function take(word) {
      if (length(word) < 12 || length(word) > 4096 || seen[word]++) return
      if (substr(word, length(word) - 3) == ENVIRON["end"] && ++taken <= 50) print word
    }
    { take($0); if (i = index($0, "=")) take(substr($0, i + 1)) }'
}
is_it() { [ "$(printf '%s' "$1" | sha256sum | cut -c 1-12)" = "$digits" ]; }
word_in() { words "$1" | while IFS= read -r word; do is_it "$word" && { printf '%s' "$word"; break; }; done; }
put_aside() {
  case ${'$'}{1#"$at"/} in
    */*/*/*/*) false ;;
    agents/*/agent/auth-profiles.json.* | agents/*/agent/auth.json.*) ;;
    */*) false ;;
    openclaw.json.bak*) ;;
    *) false ;;
  esac && [ -f "$1" ] && [ ! -L "$1" ] && [ -w "$1" ] && [ "$(tr -cd '\000' < "$1" | wc -c)" -eq 0 ]
}
left=no
# Too large, or not for this user: nobody knows what is in it. A find that cannot tell counts the same.
some=$(find "$at" -xdev -name node_modules -prune -o -type f \( -size +131072 -o ! -readable \) -print 2>/dev/null) || left=yes
[ -n "$some" ] && left=yes
find "$at" -xdev -name node_modules -prune -o -type f -size -131073 -exec grep -laF -e "$end" -- {} + 2>/dev/null | head -n 2001 | {
  count=0
  while IFS= read -r file; do
    count=$((count + 1))
    [ "$count" -gt 2000 ] && { left=yes; break; }
    word=$(word_in "$file")
    [ -n "$word" ] || continue
    if put_aside "$file"; then
      printf 's#%s#removed-by-keyferry#g\n' "$(printf '%s' "$word" | sed 's/[.]/[.]/g')" | sed -i -f /dev/stdin "$file" 2>/dev/null
      [ -z "$(word_in "$file")" ] && { say cleaned "${'$'}{file#"$at"/}"; continue; }
    fi
    say found "${'$'}{file#"$at"/}"
  done
  say left "$left"
  say end ok
}
`;
