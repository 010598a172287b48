import { takeFlag, takeOption } from '../words.mjs';
import { readProfiles, usageOf } from './auth-store.mjs';
import { agentDirectory, agents, configIssue, defaultAgent, knownAgent } from './store.mjs';

/** `models auth list --json`; 2026.4.15 has the command but not the option. */
export function listProfiles(style, words) {
  if (!style.listsAsJson) {
    console.error("error: unknown option '--json'");
    process.exitCode = 1;
    return;
  }
  const agent = knownAgent(takeOption(words, '--agent'));
  const asked = takeOption(words, '--provider');
  const iso = (at) => new Date(at).toISOString();
  const profiles = Object.entries(readProfiles(agent))
    .filter(([, { provider }]) => asked === undefined || provider === asked)
    .map(([id, { provider, type, expires }]) => {
      const { cooldownUntil, cooldownReason, disabledUntil, disabledReason } = usageOf(agent, id);
      return {
        id,
        provider,
        type,
        label: id,
        ...(expires === undefined ? {} : { expiresAt: iso(expires) }),
        ...(cooldownUntil === undefined ? {} : { cooldownUntil: iso(cooldownUntil) }),
        ...(disabledUntil === undefined ? {} : { disabledUntil: iso(disabledUntil) }),
        ...(cooldownReason === undefined ? {} : { cooldownReason }),
        ...(disabledReason === undefined ? {} : { disabledReason }),
      };
    })
    .toSorted((a, b) => a.provider.localeCompare(b.provider) || a.id.localeCompare(b.id));
  const answer = {
    agentId: agent,
    agentDir: `~/.openclaw/agents/${agent}/agent`,
    authStatePath: style.storePath(agent),
    provider: asked ?? null,
    profiles,
  };
  console.log(JSON.stringify(answer, null, 2));
}

/**
 * `models list --json [--all] [--provider id]`. Without a gateway neither version knows a model of Anthropic's
 * unless it is asked for all: 2026.9.6 then gives those of its Claude CLI provider, and still none for
 * `--provider anthropic`.
 */
export function listModels(style, words) {
  const provider = takeOption(words, '--provider');
  const isAll = takeFlag(words, '--all');
  if (isAll && provider === undefined && style.listsAll === false) {
    setInterval(() => {}, 1_000);
    return;
  }
  const known = isAll || (provider !== undefined && style.listsProvider) ? style.models : [];
  const keys = known.filter((key) => provider === undefined || key.startsWith(`${provider}/`));
  if (keys.length === 0 && !style.listsAsJson) {
    console.log('No models found.');
    return;
  }
  const models = keys.map((key) => ({
    key,
    name: key.split('/')[1],
    input: 'text+image',
    contextWindow: 200_000,
    local: false,
    available: true,
    tags: [],
    missing: false,
  }));
  if (style.listsAsJson) console.error('Gateway is not running. Showing the local cached model catalog.');
  console.log(JSON.stringify({ count: models.length, models }, null, 2));
}

/** `agents list --json`. */
export function listAgents() {
  const told = agents().map(({ id }) => ({
    id,
    agentDir: agentDirectory(id),
    bindings: 0,
    isDefault: id === defaultAgent(),
  }));
  console.log(JSON.stringify(told, null, 2));
}

/** `config validate`: only this names the line. */
export function validate() {
  const issue = configIssue();
  if (!issue) return;
  console.log(`OpenClaw config is invalid: ~/.openclaw/openclaw.json\n  × openclaw.json:1 — ${issue}`);
  process.exitCode = 1;
}

/** `sessions --json`: a practice box has had no chats. */
export function listSessions(_style, words) {
  const agent = knownAgent(takeOption(words, '--agent'));
  const path = `${agentDirectory(agent)}/openclaw-agent.sqlite`;
  console.log(JSON.stringify({ path, count: 0, totalCount: 0, activeMinutes: null, sessions: [] }, null, 2));
}
