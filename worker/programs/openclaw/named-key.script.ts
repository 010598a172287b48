/**
 * What OpenClaw's own `config get` crosses out: whether a provider's entry in the configuration names where its key is, a
 * variable (`${NAME}`) or a SecretRef. A key itself is never printed. POSIX sh and the box's Node, which runs OpenClaw, too.
 *
 * `$1` OpenClaw's id for the provider, then OpenClaw's program.
 */
export const NAMED_KEY = String.raw`
id=$1
shift
case \${1##*/} in node | nodejs) node=$1 program=$2 ;; *) node=node program=$1 ;; esac
exec "$node" -e '
const { readFileSync, realpathSync } = require("fs");
const { env, argv: [, id, program] } = process;
const home = require("os").homedir();
const whole = (path) => path.replace(/^~(?=\/|$)/, home);
const state = env.OPENCLAW_STATE_DIR || (env.OPENCLAW_HOME || home) + "/.openclaw";
const text = readFileSync(whole(env.OPENCLAW_CONFIG_PATH || state + "/openclaw.json"), "utf8");
const read = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return require("module").createRequire(realpathSync(program))("json5").parse(text);
  }
};
const key = read(text)?.models?.providers?.[id]?.apiKey;
const isVariable = typeof key === "string" && /^[$][{][A-Za-z_][A-Za-z0-9_]{0,99}[}]$/.test(key);
const isPlace = key !== null && typeof key === "object" && typeof key.source === "string";
console.log(JSON.stringify({ named: isVariable || isPlace ? key : null }));
' "$id" "$program"
`.replaceAll('\\${', '${');
