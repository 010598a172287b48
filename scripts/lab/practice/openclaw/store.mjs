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

export const readConfig = () => read(configPath()) ?? {};
export function writeConfig(config) {
  checkWritable();
  write(configPath(), config);
}

/** `{id: {type, provider, token, expires?}}`, as both styles keep it here (the real 2026.9.6 has a database). */
export const readProfiles = (agent) => read(profilesPath(agent))?.profiles ?? {};

export function saveProfile(agent, id, profile) {
  write(profilesPath(agent), { version: 1, profiles: { ...readProfiles(agent), [id]: profile } });
  const config = readConfig();
  config.auth ??= {};
  config.auth.profiles = {
    ...config.auth.profiles,
    [id]: { provider: profile.provider, mode: profile.type },
  };
  writeConfig(config);
}

/** The agent asked for, which has to be there. */
export function knownAgent(agent = 'main') {
  const known = ['main', ...(readConfig().agents?.list ?? []).map(({ id }) => id)];
  if (!known.includes(agent))
    throw new CliError(`Unknown agent id "${agent}". Use "openclaw agents list" to see configured agents.`);
  return agent;
}

/** The default model, as `provider/model`. */
export function defaultModel(style) {
  return readConfig().agents?.defaults?.model?.primary ?? style.defaultModel;
}
