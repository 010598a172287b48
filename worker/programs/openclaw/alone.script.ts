/**
 * A turn that one credential alone can answer, where no name says which. What says so is a configuration for this process
 * alone, which includes the box's and lies beside it; nothing that the box's own turns read is changed, and it holds no
 * secret. POSIX sh.
 *
 * `$1` seconds, `$2` what is laid over the box's configuration (members of JSON), `$3` a profile or nothing, `$4` agent,
 * then the program, in the background, so that what ends this ends it at once. What a run that was killed has left goes
 * with the next one.
 *
 * With a profile, for 2026.4.15, which knows no `<model>@<profile>`: a turn in a chat of its own, to which that is pinned, so
 * that no other and no fallback model can answer. In the chat's list the pin still stands if it was used: OpenClaw takes out
 * one that it cannot use, and adds a chat if it does not take this one.
 */
export const ALONE = String.raw`
seconds=$1 laid=$2 profile=$3 agent=$4
shift 4
state=\${OPENCLAW_STATE_DIR:-\${OPENCLAW_HOME:-$HOME}/.openclaw}
config=\${OPENCLAW_CONFIG_PATH:-$state/openclaw.json}
forget() {
  for chat in $(sed -n 's/.*"sessionId": *"\([0-9a-f-]*\)".*/\1/p' "$1/sessions.json" 2>/dev/null); do
    rm -f -- "$state/agents/$agent/sessions/$chat.jsonl"
  done
  rm -rf -- "$1" "$1.json"
}
for left in "\${config%/*}"/keyferry-proof.??????; do [ -d "$left" ] && forget "$left"; done
rm -f -- "\${config%/*}"/keyferry-proof.??????.json
umask 077
proof=$(mktemp -d "\${config%/*}/keyferry-proof.XXXXXX") || exit 1
trap 'forget "$proof"' EXIT
turn=
trap '[ -n "$turn" ] && kill "$turn" 2>/dev/null; exit 143' HUP INT TERM
chat=
if [ -n "$profile" ]; then
  printf '{"agent:%s:main":{"sessionId":"%s","updatedAt":%s000,"authProfileOverride":"%s","authProfileOverrideSource":"user"}}\n' \
    "$agent" "$(cat /proc/sys/kernel/random/uuid)" "$(date +%s)" "$profile" >"$proof/sessions.json"
  chat=",\"session\":{\"store\":\"$proof/sessions.json\",\"scope\":\"per-sender\",\"mainKey\":\"main\"}"
fi
printf '{"$include":"./%s",%s%s}\n' "\${config##*/}" "$laid" "$chat" >"$proof.json"
OPENCLAW_CONFIG_PATH=$proof.json
export OPENCLAW_CONFIG_PATH
if command -v timeout >/dev/null 2>&1; then timeout -k 5 "$seconds" "$@" & else "$@" & fi
turn=$!
wait "$turn"
code=$?
[ -n "$profile" ] || exit $code
chats=$(grep -o '"sessionId": *"[^"]*"' "$proof/sessions.json" | sort -u | grep -c .)
[ "$chats" = 1 ] &&
  grep -q "\"authProfileOverride\": *\"$profile\"" "$proof/sessions.json" && printf '\n[keyferry: alone]\n' >&2
exit $code
`.replaceAll('\\${', '${');

/** Whether what it printed shows that the pin was used. */
export function wasAlone(stderr: string): boolean {
  return stderr.slice(-200).includes('\n[keyferry: alone]\n');
}
