/** Names that decide which store an OpenClaw has and whether it may be written. No others are said: they can be secrets. */
export const GATEWAY_VARIABLES = [
  'HOME',
  'CLAUDE_CONFIG_DIR',
  'OPENCLAW_HOME',
  'OPENCLAW_STATE_DIR',
  'OPENCLAW_CONFIG_PATH',
  'OPENCLAW_PROFILE',
  'OPENCLAW_AGENT_DIR',
  'OPENCLAW_NIX_MODE',
  'OPENCLAW_CONFIG_READONLY',
] as const;

/**
 * `value_of <name>`: its last value among lines of a unit, of a file of variables or of a command, however it is quoted.
 * `say_store <key>`: what `$given` leads to. A configuration is plain when this OpenClaw wrote it (it checks what it
 * writes) or a gateway has started since; `plugins` and `skills` have entries as agents do.
 */
const READING = String.raw`
uncommented() { sed -e ':a' -e '/\\$/{N;s/\\\n/ /;ba' -e '}' | sed '/^[[:space:]]*[#;]/d'; }
value_of() {
  sed -n -e "s/^\(.*[[:space:]=]\)\{0,1\}\"$1=\([^\"]*\)\".*/\2/p;t" -e "s/^\(.*[[:space:]=]\)\{0,1\}'$1=\([^']*\)'.*/\2/p;t" \
    -e "s/^\(.*[[:space:]=\"']\)\{0,1\}$1=\"\([^\"]*\)\".*/\2/p;t" -e "s/^\(.*[[:space:]=\"']\)\{0,1\}$1='\([^']*\)'.*/\2/p;t" \
    -e "s/^\(.*[[:space:]=\"']\)\{0,1\}$1=\([^[:space:]\"';]*\).*/\2/p" | tail -n 1
}
pick() { case $newline$given in *"$newline$1="*) printf '%s\n' "$given" | sed -n "s/^$1=//p" | tail -n 1 ;; esac; }
whole() { case $1 in '~') printf '%s' "$2" ;; '~/'*) printf '%s' "$2\${1#'~'}" ;; *) printf '%s' "$1" ;; esac; }
names_agents() {
  [ -r "$1" ] && tr -d '\n\t ' <"$1" 2>/dev/null | sed 's/\(plugins\|skills\)["'\'']\{0,1\}:{[^{]*entries//g' |
    grep -Eq 'agents.*(entries|list)["'\'']?:|[$]include'
}
own_keys() {
  [ -r "$1" ] && tr -d '\n\t ' <"$1" 2>/dev/null | grep -Eq 'auth["'\'']?:["'\'']api-key|apiKey["'\'']?:(["'\''][$][{]|[{][^}]*["'\'']env["'\''])|[$]include'
}
is_plain() {
  [ -e "$1" ] || return 0
  [ "$gateway_since" ] && [ "$(stat -L -c %Y "$1" 2>/dev/null || echo 0)" -lt "$gateway_since" ] && return 0
  grep -Eqs "\"lastTouchedVersion\": *\"\${released:-2}" "$1"
}
say_store() {
  at=$(pick HOME)
  at=$(whole "$(pick OPENCLAW_HOME)" "\${at:-$HOME}")
  [ "$at" ] || at=$(pick HOME)
  at=\${at:-$HOME}
  state=$(whole "$(pick OPENCLAW_STATE_DIR)" "$at")
  state=\${state:-$at/.openclaw}
  config=$(whole "$(pick OPENCLAW_CONFIG_PATH)" "$at")
  config=\${config:-$state/openclaw.json}
  near=$state
  while [ ! -e "$near" ] && [ "$near" != "\${near%/*}" ]; do near=\${near%/*}; done
  writable=w; [ -w "\${near:-/}" ] || writable=u
  how=a; is_plain "$config" && how=p
  agents=-; names_agents "$config" && agents=a
  fixed=-; grep -Eqs '^[[:space:]]*(export )?OPENCLAW_(NIX_MODE|CONFIG_READONLY)=["'\'']?1' "$state/.env" "$at/.openclaw/.env" && fixed=r
  keys=-; own_keys "$config" && keys=k
  say store "$1 $writable $how $agents $fixed $keys"
}
say_given() {
  for variable in $gateway_variables; do
    value=$(pick $variable)
    [ -n "$value" ] && say given "$1 $variable=$value"
  done
  say_store "$1"
}
`;

/**
 * Units by their files, which need no systemd, and by what systemd has loaded; of two with one name the first counts, as
 * for systemd. A node host (`openclaw node run`) is no gateway.
 */
const UNITS = String.raw`
unit_places() {
  if [ "$1" = user ]; then echo "$HOME/.config/systemd/user $HOME/.local/share/systemd/user /etc/systemd/user"
  else echo "/etc/systemd/system /run/systemd/system /usr/local/lib/systemd/system /usr/lib/systemd/system"; fi
}
hear_systemd() {
  scope=$1
  shift
  XDG_RUNTIME_DIR="\${XDG_RUNTIME_DIR:-/run/user/$(id -u)}" limited 2 systemctl --$scope show \
    -p Id -p FragmentPath -p ActiveState -p UnitFileState -- 'openclaw*.service' "$@" 2>/dev/null
}
say_states() {
  states= name=
  { printf '%s\n' "$heard"; echo; } | while read -r line; do
    case $line in
      Id=*) name=\${line#Id=} ;;
      ActiveState=* | UnitFileState=*) states="$states $line" ;;
      '') [ -n "$name" ] && say unit.states "$1/$name$states"; states= name= ;;
    esac
  done
}
examine_scope() {
  files=$(
    for place in $(unit_places $1); do
      ls -d "$place"/openclaw*.service
      grep -lsE '^ExecStart=.*openclaw.* gateway' "$place"/*.service
    done 2>/dev/null
  )
  # A pattern finds those that are loaded: one that was stopped is not, and is asked for by its name.
  names=
  # Only what is a gateway's: of any other one that was stopped nothing is to be said.
  for unit in $files; do
    case $unit in
      *@*) continue ;;
      */openclaw-gateway*) ;;
      *) grep -qsE '^ExecStart=.*openclaw.* gateway' "$unit" || continue ;;
    esac
    names="$names \${unit##*/}"
  done
  heard=$(hear_systemd $1 $names)
  say_states $1
  seen=' '
  for unit in $files $(printf '%s\n' "$heard" | sed -n 's/^FragmentPath=//p'); do
    name=\${unit##*/}
    case $name$seen in *@* | *" $name "*) continue ;; esac
    [ -r "$unit" ] || continue
    seen="$seen$name "
    examine_unit $1 "$name" "$unit"
  done
}
examine_unit() {
  key=$1/$2
  drops=
  for place in $(unit_places $1); do for drop in "$place/$2.d"/*.conf; do [ -r "$drop" ] && drops="$drops $drop"; done; done
  base=$HOME
  [ $1 = system ] && base=/root
  text=$(cat "$3" $drops "$3".d/*.conf 2>/dev/null | uncommented | sed "s#%h#$base#g")
  start=$(printf '%s\n' "$text" | sed -n 's/^ExecStart=[-@:+!|]*//p' | grep . | tail -n 1)
  case $start in *openclaw*' node '*) case $start in *gateway*) ;; *) return ;; esac ;; esac
  say unit.user "$key $(printf '%s\n' "$text" | sed -n 's/^User=//p' | tail -n 1)"
  set_by=$(printf '%s\n' "$text" | sed -n 's/^Environment=/ /p'; printf ' %s\n' "$start" | tr -d "\"'")
  for listed in $(printf '%s\n' "$text" | sed -n 's/^EnvironmentFile=-\{0,1\}//p'); do
    [ -e "$listed" ] || continue
    if [ -r "$listed" ]; then set_by="$set_by$newline$(uncommented <"$listed")"; else say unit.unread "$key $listed"; fi
  done
  examine_start
  given="HOME=$HOME"
  for variable in $gateway_variables; do
    case $set_by in *"$variable="*) ;; *) continue ;; esac
    value=$(printf '%s\n' "$set_by" | value_of $variable)
    [ -n "$value" ] && given="$given$newline$variable=$value"
  done
  chosen=$(printf '%s\n' "$start" | sed -n 's/.*--profile[= ]\([A-Za-z0-9_-]*\).*/\1/p; s/.*openclaw[^ ]* --dev .*/dev/p' | tail -n 1)
  if [ -n "$chosen" ]; then
    given="$given\${newline}OPENCLAW_PROFILE=$chosen"
    [ -n "$(pick OPENCLAW_STATE_DIR)" ] || given="$given\${newline}OPENCLAW_STATE_DIR=~/.openclaw-$chosen"
  fi
  say_given "$key"
}
examine_start() {
  set -f; set -- $(printf '%s' "$start" | tr -d "\"'"); set +f
  while [ $# -gt 0 ]; do case $1 in env | */env | *=* | -*) shift ;; *) break ;; esac; done
  bin=\${1:-} entry=
  case $bin in /*) ;; *) return ;; esac
  [ -x "$bin" ] || { say unit.gone "$key $bin"; return; }
  case \${bin##*/} in
    sh | bash | dash | zsh) return ;;
    node | nodejs | bun)
      shift
      while [ $# -gt 0 ]; do case $1 in -*) shift ;; *) break ;; esac; done
      entry=\${1:-}
      [ -r "$entry" ] || return ;;
  esac
  package_of "\${entry:-$bin}"
  if [ -n "$package" ] && grep -Eqs '"name": *"openclaw"' "$package"; then
    is=$(sed -n '/"version" *: *"/{s/.*"version" *: *"\([^"]*\)".*/\1/p;q;}' "$package")
    say unit.program "$key $package \${is:--} $bin $entry"
  elif [ -z "$entry" ]; then
    case $(head -c 2 "$bin" 2>/dev/null) in '#!') set_by="$set_by$newline$(uncommented <"$bin" 2>/dev/null | sed "s#[$]{\{0,1\}HOME}\{0,1\}#$HOME#g")" ;; esac
  fi
}
`;

/**
 * `say_port`: the port that this session's OpenClaw names as its gateway's, and where (\`--port\` aside, in the order in
 * which 2026.9.6 looks), with the user who listens on it: the kernel tells that of all users. A port that nobody names
 * is OpenClaw's default, which says nothing of whose gateway it is.
 */
const PORTS = String.raw`
port_of_config() {
  [ -r "$1" ] || return
  text=$(head -c 65536 "$1" 2>/dev/null | tr -d '\n\t \047"')
  opens='gateway:{'
  case $text in *"$opens"*) ;; *) return ;; esac
  # Without what is in braces further in, up to its own end.
  printf '%s' "\${text#*"$opens"}" | sed -e ':a' -e 's/{[^{}]*}//;ta' -e 's/}.*//' | sed -n 's/^\(.*,\)\{0,1\}port:\([0-9]\{1,5\}\).*/\2/p'
}
say_port() {
  port=$(pick OPENCLAW_GATEWAY_PORT) where="the session's environment"
  [ -n "$port" ] || { port=$({ cat "$state/.env" | value_of OPENCLAW_GATEWAY_PORT; } 2>/dev/null) where=$state/.env; }
  [ -n "$port" ] || { port=$(port_of_config "$config") where=$config; }
  case $port in '' | *[!0-9]* | ??????*) return ;; esac
  hex=$(printf '%04X' "$port")
  for uid in $(sed -n "s/^ *[0-9]*: [0-9A-F]*:$hex [0-9A-F]*:[0-9A-F]* 0A [^ ]* [^ ]* [^ ]*  *\([0-9]*\) .*/\1/p" /proc/net/tcp /proc/net/tcp6 2>/dev/null | sort -u); do
    say port "$port $uid $where"
  done
}
`;

/** Its title hides a gateway's words (2026.9.6: \`openclaw-gateway\`), and not what its environment was. */
const PROCESSES = String.raw`
gateway_processes() {
  for file in $(LC_ALL=C grep -las openclaw /proc/[0-9]*/cmdline 2>/dev/null); do
    at=\${file%/cmdline}
    { line=$(tr '\0' ' ' <"$file"); } 2>/dev/null
    case $line in
      openclaw-gateway* | *openclaw*' gateway ' | *openclaw*' gateway run '* | *openclaw*' gateway --'*) ;;
      *) continue ;;
    esac
    if [ -O "$at" ]; then
      case $(readlink "$at/exe" 2>/dev/null) in */node* | */bun*) ;; *) continue ;; esac
      given=$(tr '\0' '\n' <"$at/environ" 2>/dev/null)
      up=$(ps -o etimes= -p "\${at#/proc/}" 2>/dev/null) && gateway_since=$(($(date +%s) - up))
      say_given "process/\${at#/proc/}"
    else
      case $line in openclaw-gateway*) say other "$(stat -c '%U %u' "$at" 2>/dev/null)" ;; esac
    fi
  done
}
`;

/**
 * `examine_gateways`: what the gateway runs with, for it is what answers the customer's chats. In lines for gateway.ts:
 *
 *   user <name> <uid>                     of this session
 *   given <key> <VARIABLE>=<value>
 *   unit.states <key> <systemd's words>   unit.user, unit.gone, unit.unread <key> <text>
 *   unit.program <key> <package.json> <version or -> <path> <entry, or nothing>
 *   store <key> <w|u: writable> <p|a: plain, or to be asked about> <a|-: names agents> <r|-: read-only> <k|-: a provider
 *         may use a key of the configuration's own>
 *   other <user> <uid>                    somebody else's gateway runs
 *   port <port> <uid> <where>             this session's OpenClaw names the port, and that user listens on it
 *
 * A key is `session`, `user/<unit>`, `system/<unit>` or `process/<pid>`.
 */
export const GATEWAYS = `
gateway_variables='${GATEWAY_VARIABLES.join(' ')}'
gateway_since=
${READING}${UNITS}${PORTS}${PROCESSES}
examine_gateways() {
  say user "$(id -un) $(id -u)"
  gateway_processes
  given=$(env)
  say_given session
  say_port
  examine_scope user &
  examine_scope system
  wait
}
`.replaceAll('\\${', '${');
