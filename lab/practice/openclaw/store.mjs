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

const profilesPath = (agent) => join(agentDirectory(agent), 'auth-profiles.json');

export const agentDirectory = (agent) => join(stateDirectory(), 'agents', agent, 'agent');

function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whole at any time, as the real one's: several of them run side by side. */
function write(path, value) {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const whole = `${path}.${process.pid}.tmp`;
  writeFileSync(whole, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(whole, path);
}

/** As it stands, valid or not. */
export const readConfig = () => read(configPath()) ?? {};

/** What the real one would not take, as far as it is simulated: a top-level section has known keys only. */
export function configIssue() {
  const unknown = Object.keys(readConfig().auth ?? {}).find(
    (key) => !['profiles', 'order', 'cooldowns'].includes(key),
  );
  return unknown && `auth: Unrecognized key: "${unknown}"`;
}

/** Throws where the configuration is not valid: all commands but a few end so. */
export function checkConfig(style) {
  const issue = configIssue();
  if (issue) throw new CliError(style.invalid(configPath(), issue));
}

export function writeConfig(config) {
  checkWritable();
  write(configPath(), config);
}

/** `{id: {type, provider, token, expires?}}`, as both styles keep it here (the real 2026.9.6 has a database). */
export const readProfiles = (agent) => readStore(agent).profiles;

const readStore = (agent) => ({ version: 1, profiles: {}, ...read(profilesPath(agent)) });

export function saveProfile(agent, id, profile) {
  const store = readStore(agent);
  write(profilesPath(agent), { ...store, profiles: { ...store.profiles, [id]: profile } });
  const config = readConfig();
  config.auth ??= {};
  config.auth.profiles = {
    ...config.auth.profiles,
    [id]: { provider: profile.provider, mode: profile.type },
  };
  writeConfig(config);
}

/** Takes profiles out of an agent's store, with their places in its order. */
export function removeProfiles(agent, ids) {
  const { order = [], ...store } = readStore(agent);
  const isLeft = (id) => !ids.includes(id);
  const profiles = Object.fromEntries(Object.entries(store.profiles).filter(([id]) => isLeft(id)));
  const left = order.filter(isLeft);
  write(profilesPath(agent), { ...store, profiles, ...(left.length > 0 ? { order: left } : {}) });
}

/** The order that was set; undefined if none was. */
export const readOrder = (agent) => readStore(agent).order;

export function clearOrder(agent) {
  const { order: _, ...store } = readStore(agent);
  write(profilesPath(agent), store);
}

/** Those named come first, in that order. */
export function orderProfiles(agent, ids) {
  const { profiles } = readStore(agent);
  const unknown = ids.find((id) => !profiles[id]);
  if (unknown) throw new CliError(`Auth profile "${unknown}" not found.`);
  const ordered = Object.fromEntries(ids.map((id) => [id, profiles[id]]));
  write(profilesPath(agent), { version: 1, profiles: { ...ordered, ...profiles }, order: ids });
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

/** The default model, as `provider/model`. */
export function defaultModel(style) {
  return primary(readConfig().agents?.defaults?.model) ?? style.defaultModel;
}

/** An agent's own model; undefined where the default one counts. */
export const ownModel = (agent) => primary(agents().find(({ id }) => id === agent)?.model);
