import { homedir } from 'node:os';
import { takeFlag, takeOption } from '../words.mjs';
import { askModel } from './messages-api.mjs';
import {
  agentDirectory,
  checkConfig,
  configPath,
  defaultModel,
  knownAgent,
  ownModel,
  readConfig,
  readProfiles,
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
  const inUse = model.split('/')[0];
  const usable = inUse === 'anthropic' && (profiles.length > 0 || environmentKey());
  const answer = {
    configPath: configPath(),
    ...(asked === undefined ? {} : { agentId: agent }),
    agentDir: agentDirectory(agent),
    defaultModel: model,
    resolvedDefault: model,
    fallbacks: [],
    imageModel: null,
    imageFallbacks: [],
    ...(asked === undefined ? {} : { modelConfig: { defaultSource: own ? 'agent' : 'defaults' } }),
    aliases: {},
    allowed: style.allowed(readConfig().agents?.defaults ?? {}),
    auth: {
      storePath: style.storePath(agent).replace('~', homedir()),
      shellEnvFallback: { enabled: false, appliedKeys: [] },
      providersWithOAuth: profiles.length > 0 ? [`anthropic (${profiles.length})`] : [],
      missingProvidersInUse: usable ? [] : [inUse],
      providers: providers(style, agent, profiles),
      unusableProfiles: [],
      oauth: {
        warnAfterMs: 86_400_000,
        profiles: profiles.map(health),
        providers: profiles.length > 0 ? [summary(profiles)] : [],
      },
      ...(takeFlag(words, '--probe') ? { probes: await probe(words, model, profiles) } : {}),
    },
  };
  console.log(JSON.stringify(answer, null, 2));
}

const environmentKey = () => process.env.ANTHROPIC_OAUTH_TOKEN || process.env.ANTHROPIC_API_KEY;

/** First and last eight characters, as the real one masks them. */
const masked = (secret) => `${secret.slice(0, 8)}...${secret.slice(-8)}`;

/**
 * A profile wins over a variable of the environment, which then stands beside it as `env`; without a profile the
 * variable is effective (both versions).
 */
function providers(style, agent, profiles) {
  const key = environmentKey();
  if (!key && profiles.length === 0) return [];
  const source = process.env.ANTHROPIC_OAUTH_TOKEN ? 'ANTHROPIC_OAUTH_TOKEN' : 'ANTHROPIC_API_KEY';
  const effective =
    profiles.length > 0
      ? { kind: 'profiles', detail: style.storePath(agent) }
      : { kind: 'env', detail: masked(key) };
  return [
    {
      provider: 'anthropic',
      effective,
      profiles: {
        count: profiles.length,
        oauth: 0,
        token: profiles.length,
        apiKey: 0,
        labels: profiles.map(
          ([id, { type, token }]) => `${id}=${type === 'token' ? 'token:' : ''}${masked(token)}`,
        ),
      },
      ...(key ? { env: { value: masked(key), source: `env: ${source}` } } : {}),
    },
  ];
}

function health([id, { provider, type, expires }]) {
  const good = expires === undefined ? { status: 'static' } : { status: 'ok', expiresAt: expires };
  const left = expires === undefined ? {} : { remainingMs: expires - Date.now() };
  return { profileId: id, provider, type, ...good, ...left, source: 'store', label: id };
}

function summary(profiles) {
  const all = profiles.map(health);
  const expiring = all.find(({ expiresAt }) => expiresAt !== undefined);
  return {
    provider: 'anthropic',
    status: 'ok',
    profiles: all,
    effectiveProfiles: all,
    ...(expiring ? { expiresAt: expiring.expiresAt, remainingMs: expiring.remainingMs } : {}),
  };
}

const PROBE_STATUS = { 400: 'format', 401: 'auth', 402: 'billing', 403: 'auth', 429: 'rate_limit' };

/** One small turn per profile asked for. */
async function probe(words, model, profiles) {
  const provider = takeOption(words, '--probe-provider') ?? 'anthropic';
  const profileId = takeOption(words, '--probe-profile');
  const maxTokens = Number(takeOption(words, '--probe-max-tokens') ?? 8);
  const timeoutMs = Number(takeOption(words, '--probe-timeout') ?? 8000);
  const startedAt = Date.now();
  const targets = profiles.filter(([id]) => profileId === undefined || id === profileId);
  const asked = model.startsWith('anthropic/') ? model : 'anthropic/claude-haiku-4-5';
  const results = [];
  for (const [id, { token }] of targets) {
    const began = Date.now();
    const answer = await askModel({
      token,
      model: asked.split('/')[1],
      prompt: 'Reply with OK.',
      maxTokens,
      timeoutMs,
    });
    const told = answer.ok
      ? { status: 'ok' }
      : {
          status: answer.status ? (PROBE_STATUS[answer.status] ?? 'unknown') : 'timeout',
          error: answer.message,
        };
    const about = { provider, model: asked, profileId: id, label: id, source: 'profile', mode: 'token' };
    results.push({ ...about, ...told, latencyMs: Date.now() - began });
  }
  const finishedAt = Date.now();
  return {
    startedAt,
    finishedAt,
    durationMs: finishedAt - startedAt,
    totalTargets: targets.length,
    options: { provider, profileIds: profileId ? [profileId] : [], timeoutMs, concurrency: 2, maxTokens },
    results,
  };
}
