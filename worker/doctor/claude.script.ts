import { quote } from '../transports/shell.ts';

/**
 * Looks into the files that Claude Code reads when it starts, with the box's own Node: what is no JSON, and which login
 * method is forced. Names and places alone leave the box. With `env` it prints, for the shell on the box only, what the
 * settings put into the program's environment on its way out: proxies and certificates.
 */
const PROBE = String.raw`
const fs = require("fs"), path = require("path"), home = process.env.HOME, own = process.env.CLAUDE_CONFIG_DIR;
const short = (file) => file.startsWith(home + "/") ? "~" + file.slice(home.length) : file;
const folder = own || path.join(home, ".claude");
const read = (file, broken) => {
  let text;
  try { text = fs.readFileSync(file, "utf8").slice(0, 4194304).replace(/^\ufeff/, ""); } catch { return {}; }
  try { return JSON.parse(text) || {}; } catch { if (text.trim() && broken) broken(short(file)); return {}; }
};
const say = (name, value) => console.log("\n@" + name + " " + value);
const settings = [path.join(folder, "settings.json"), "/etc/claude-code/managed-settings.json"].map((file) => [file, read(file)]);
if (process.argv[1] === "env") {
  const names = /^(https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS|NODE_TLS_REJECT_UNAUTHORIZED|SSL_CERT_FILE)$/i;
  for (const [, { env }] of settings)
    for (const [name, value] of Object.entries(env && typeof env === "object" ? env : {}))
      if (names.test(name)) console.log("export " + name + "='" + String(value).split("'").join("'\\''") + "'");
} else {
  read(own ? path.join(own, ".claude.json") : path.join(home, ".claude.json"), (file) => say("claude.broken", file));
  for (const [file, { forceLoginMethod }] of settings)
    if (typeof forceLoginMethod === "string") say("claude.method", forceLoginMethod + " " + short(file));
}
`;

/** `examine_claude`, and `claude_environment`, which prints lines for `eval`; `limited` is from `EXAMINING`. */
export const CLAUDE_FILES = `
claude_probe=${quote(PROBE)}
probe_claude() {
  set -- "$1" "\${CLAUDE_CONFIG_DIR:-$HOME/.claude}"
  [ -e "$HOME/.claude.json" ] || [ -e "$2/.claude.json" ] || [ -e "$2/settings.json" ] || [ -d /etc/claude-code ] || return
  probing=$(search node)
  [ -n "$probing" ] && limited 3 "$probing" -e "$claude_probe" "$1" 2>/dev/null
}
examine_claude() { probe_claude look; }
claude_environment() { probe_claude env; }
`;
