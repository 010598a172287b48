import { homedir } from 'node:os';
import { takeFlag, takeOption } from '../words.mjs';
import { profilesFor, readProfiles, secretOf, unusableUntil, usageOf } from './auth-store.mjs';
import { routesOf } from './cli-login.mjs';
import { configuredKey } from './endpoints.mjs';
import { probe } from './probe.mjs';
import {
  agentDirectory,
  checkConfig,
  configPath,
  defaultModel,
  fallbackModels,
  knownAgent,
  ownModel,
  readConfig,
} from './store.mjs';

/** `models status --json [--agent id] [--probe …]`. */
export async function status(style, words) {
  checkConfig(style);
  const asked = takeOption(words, '--agent');
  const agent = knownAgent(asked);
  // An agent's own model is told of only where it is asked for (2026.5.22, 2026.9.6).
  const own = asked === undefined ? undefined : ownModel(agent);
  const model = own ?? defaultModel(style);
  const profiles = Object.entries(readProfiles(agent));
  const all = providers(style, agent, profiles);
  const tokens = (provider) =>
    profiles.filter(([, one]) => one.provider === provider && one.type === 'token').length;
  const inUse = [model, ...fallbackModels()].map((key) => key.split('/')[0]);
  // One whose profiles are all out of use is missing as well.
  const routes = routesOf(style, model, agent);
  const isMissing = (id) => {
    if (id === 'anthropic' && routes.length > 0) return false;
    const found = all.find(({ provider }) => provider === id);
    if (found?.effective.kind !== 'profiles') return found === undefined;
    return profilesFor(agent, id).every((one) => unusableUntil(agent, one) !== undefined);
  };
  const answer = {
    configPath: configPath(),
    ...(asked === undefined ? {} : { agentId: agent }),
    agentDir: agentDirectory(agent),
    defaultModel: model,
    resolvedDefault: model,
    fallbacks: fallbackModels(),
    imageModel: null,
    imageFallbacks: [],
    ...(asked === undefined ? {} : { modelConfig: { defaultSource: own ? 'agent' : 'defaults' } }),
    aliases: {},
    allowed: style.allowed(readConfig().agents?.defaults ?? {}),
    auth: {
      storePath: style.storePath(agent).replace('~', homedir()),
      shellEnvFallback: { enabled: false, appliedKeys: [] },
      providersWithOAuth: all
        .filter(({ provider }) => tokens(provider) > 0)
        .map(({ provider }) => `${provider} (${tokens(provider)})`),
      missingProvidersInUse: [...new Set(inUse)].filter(isMissing),
      providers: all,
      ...(routes.length > 0 ? { runtimeAuthRoutes: routes } : {}),
      unusableProfiles: profiles.map(([id]) => unusable(agent, id)).filter(Boolean),
      oauth: {
        warnAfterMs: 86_400_000,
        profiles: profiles.map(health),
        providers: [...new Set(profiles.map(([, { provider }]) => provider))].map((provider) =>
          summary(agent, provider, profiles),
        ),
      },
      ...(takeFlag(words, '--probe') ? { probes: await probe(style, words, model, profiles) } : {}),
    },
  };
  console.log(JSON.stringify(answer, null, 2));
}

/** A variable that would win over nothing but an empty store: its name and value. */
function environmentKey(provider) {
  const names = [`${provider.toUpperCase()}_OAUTH_TOKEN`, `${provider.toUpperCase()}_API_KEY`];
  const name = names.find((one) => process.env[one]);
  return name && { name, value: process.env[name] };
}

/** First and last eight characters, of short ones fewer, as the real one masks them. */
function masked(secret) {
  const shown = secret.length > 16 ? 8 : secret.length > 6 ? 2 : 1;
  return `${secret.slice(0, shown)}...${secret.slice(-shown)}`;
}

/** Everybody for whom there is a credential, by name. */
function providers(style, agent, profiles) {
  const { models = {} } = readConfig();
  const named = [...profiles.map(([, { provider }]) => provider), ...Object.keys(models.providers ?? {})];
  return [...new Set([...named, 'anthropic', 'openai'])]
    .sort()
    .flatMap((id) => overview(style, agent, id, profiles));
}

/**
 * A profile wins over a variable of the environment, which then stands beside it as `env`; without a profile the
 * variable is effective, and without that the key that the configuration has.
 */
function overview(style, agent, provider, profiles) {
  const own = profiles.filter(([, one]) => one.provider === provider);
  const env = environmentKey(provider);
  const configured = configuredKey(provider);
  if (own.length === 0 && !env && !configured) return [];
  const count = (type) => own.filter(([, one]) => one.type === type).length;
  const effective =
    own.length > 0
      ? { kind: 'profiles', detail: style.storePath(agent) }
      : env
        ? { kind: 'env', detail: masked(env.value) }
        : { kind: 'models.json', detail: masked(configured) };
  const about = {
    count: own.length,
    oauth: 0,
    token: count('token'),
    apiKey: count('api_key'),
    labels: own.map(([id, profile]) => label(agent, id, profile)),
  };
  const beside = env ? { env: { value: masked(env.value), source: `env: ${env.name}` } } : {};
  return [{ provider, effective, profiles: about, ...beside }];
}

/** Behind one that is out of use stands for how long. */
function label(agent, id, profile) {
  const out = unusable(agent, id);
  const minutes = out && Math.ceil(out.remainingMs / 60_000);
  const why = out && `${out.kind}${out.kind === 'disabled' ? `:${out.reason}` : ''}`;
  const shown = `${profile.type === 'token' ? 'token:' : ''}${masked(secretOf(profile))}`;
  return `${id}=${shown}${out ? ` [${why} ${minutes}m]` : ''}`;
}

function unusable(agent, id) {
  const until = unusableUntil(agent, id);
  if (until === undefined) return undefined;
  const { disabledUntil = 0, disabledReason, cooldownReason } = usageOf(agent, id);
  const isDisabled = disabledUntil > Date.now();
  return {
    profileId: id,
    provider: readProfiles(agent)[id].provider,
    kind: isDisabled ? 'disabled' : 'cooldown',
    reason: isDisabled ? disabledReason : cooldownReason,
    until,
    remainingMs: until - Date.now(),
  };
}

function health([id, { provider, type, expires }]) {
  const status = expires > Date.now() ? 'ok' : 'expired';
  const good = expires === undefined ? { status: 'static' } : { status, expiresAt: expires };
  const left = expires === undefined ? {} : { remainingMs: expires - Date.now() };
  return { profileId: id, provider, type, ...good, ...left, source: 'store', label: id };
}

/** What is stored for a provider, and in which order it would be used. */
function summary(agent, provider, profiles) {
  const all = profiles.filter(([, one]) => one.provider === provider).map(health);
  const order = profilesFor(agent, provider);
  const effectiveProfiles = order.map((id) => all.find(({ profileId }) => profileId === id));
  const expiring = all.find(({ expiresAt }) => expiresAt !== undefined);
  return {
    provider,
    status: expiring ? 'ok' : 'static',
    profiles: all,
    effectiveProfiles,
    ...(expiring ? { expiresAt: expiring.expiresAt, remainingMs: expiring.remainingMs } : {}),
  };
}
