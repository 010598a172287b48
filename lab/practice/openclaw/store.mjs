import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { CliError } from './errors.mjs';

const { env } = process;

/** As the real one finds them; an empty value counts as none. */
const stateDirectory = () =>
  env.OPENCLAW_STATE_DIR?.trim() || join(env.OPENCLAW_HOME?.trim() || homedir(), '.openclaw');
export const configPath = () => env.OPENCLAW_CONFIG_PATH?.trim() || join(stateDirectory(), 'openclaw.json');

/** Throws where the configuration is not this program's to write. */
export function checkWritable() {
  const name = ['OPENCLAW_NIX_MODE', 'OPENCLAW_CONFIG_READONLY'].find((one) => env[one] === '1');
  if (name)
    throw new CliError(
      `Config is externally managed (\`${name}=1\`), so OpenClaw treats openclaw.json as immutable.`,
    );
}

export const agentDirectory = (agent) => join(stateDirectory(), 'agents', agent, 'agent');

/** A file's JSON; undefined if it is not there. */
export function readFile(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whole at any time, as the real one's: several of them run side by side. */
export function writeFile(path, value) {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const whole = `${path}.${process.pid}.tmp`;
  writeFileSync(whole, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(whole, path);
}

/** As it stands, valid or not, laid over the file beside it that it may include. */
export function readConfig() {
  const { $include, ...config } = readFile(configPath()) ?? {};
  if ($include === undefined) return config;
  return laidOver(readFile(join(dirname(configPath()), $include)) ?? {}, config);
}

/** A configuration with another laid over it; `null` takes away. */
export function laidOver(base, patch) {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const made = typeof base === 'object' && base !== null && !Array.isArray(base) ? { ...base } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete made[name];
    else made[name] = laidOver(made[name], value);
  }
  return made;
}

/** What the real one would not take, as far as it is simulated: a top-level section has known keys only. */
export function configIssue() {
  const unknown = Object.keys(readConfig().auth ?? {}).find(
    (key) => !['profiles', 'order', 'cooldowns'].includes(key),
  );
  return unknown && `auth: Unrecognized key: "${unknown}"`;
}

/** The same; one that is not even JSON is said in other words (2026.4.15 to 2026.9.6). */
function parsedIssue() {
  try {
    return configIssue();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new CliError(`Failed to read config at ${configPath()}: JSON5: ${error.message}`);
  }
}

/** Throws where the configuration is not valid: all commands but a few end so. */
export function checkConfig(style) {
  const issue = parsedIssue();
  if (issue) throw new CliError(style.invalid(configPath(), issue));
}

export function writeConfig(config) {
  checkWritable();
  writeFile(configPath(), config);
}

/** `{id, model?, default?}`, in the order of the configuration: a list up to 2026.5.22, by name in 2026.9.6. */
export function agents() {
  const { list, entries = {} } = readConfig().agents ?? {};
  const all = list ?? Object.entries(entries).map(([id, entry]) => ({ id, ...entry }));
  return all.length > 0 ? all : [{ id: 'main' }];
}

/** Who is meant where nobody is named; undefined where the configuration leaves that open. */
export function defaultAgent() {
  const { ownership, defaults } = readConfig().agents ?? {};
  const all = agents();
  const chosen = defaults?.systemAgent?.agentId ?? all.find((one) => one.default)?.id;
  if (chosen || all.length === 1) return chosen ?? all[0].id;
  return ownership === 'explicit' ? undefined : all[0].id;
}

/** The same for a command that changes something: 2026.9.6 wants the agent named where several could be meant. */
export function mutationAgent(style, asked) {
  if (style.wantsAgent && asked === undefined && agents().length > 1 && defaultAgent() === undefined)
    throw new CliError('Multiple agents are configured; auth mutations require --agent <id>.');
  return knownAgent(asked);
}

/** The agent asked for, which has to be there. */
export function knownAgent(agent = defaultAgent()) {
  if (agent === undefined)
    throw new CliError(
      'Multiple agents are configured, but model inspection has no explicit owner. Pass --agent <id> or set agents.defaults.systemAgent.agentId.',
    );
  if (!agents().some(({ id }) => id === agent) && agent !== 'main')
    throw new CliError(`Unknown agent id "${agent}". Use "openclaw agents list" to see configured agents.`);
  return agent;
}

const primary = (model) => (typeof model === 'string' ? model : model?.primary);

/** The default model, as `provider/model`: without one in the configuration its first declared one, else OpenClaw's. */
export function defaultModel(style) {
  const { agents: { defaults } = {}, models: { providers = {} } = {} } = readConfig();
  const declared = Object.entries(providers).find(([, { models = [] }]) => models.length > 0);
  const first = declared && `${declared[0]}/${declared[1].models[0].id}`;
  return primary(defaults?.model) ?? (style.takesDeclared ? first : undefined) ?? style.defaultModel;
}

/** `agents.defaults.model.fallbacks`. */
export const fallbackModels = () => readConfig().agents?.defaults?.model?.fallbacks ?? [];

/** The profile to which an agent's own chat is pinned, which then answers alone; undefined: none. */
export function pinOf(agent) {
  const chats = readConfig().session?.store;
  return chats && readFile(chats)?.[`agent:${agent}:main`]?.authProfileOverride;
}

/** An agent's own model; undefined where the default one counts. */
export const ownModel = (agent) => primary(agents().find(({ id }) => id === agent)?.model);
