import { join } from 'node:path';
import { agentDirectory, readConfig, readFile, writeConfig, writeFile } from './store.mjs';

/**
 * An agent's credentials, as every style keeps them here (the real 2026.9.6 has a database): `profiles` by id, `{type,
 * provider, token | key, expires?}`; `order` by provider, where one was set; `usageStats` by id.
 */
const path = (agent) => join(agentDirectory(agent), 'auth-profiles.json');
const read = (agent) => ({ version: 1, profiles: {}, ...readFile(path(agent)) });

export const readProfiles = (agent) => read(agent).profiles;

export const secretOf = ({ key, token }) => key ?? token ?? '';

/** Also in the configuration, without the secret: whoever does that last comes last, where no order is set. */
export function saveProfile(agent, id, profile) {
  const store = read(agent);
  writeFile(path(agent), { ...store, profiles: { ...store.profiles, [id]: profile } });
  const config = readConfig();
  const mode = { provider: profile.provider, mode: profile.type };
  config.auth = { ...config.auth, profiles: { ...config.auth?.profiles, [id]: mode } };
  writeConfig(config);
}

/** Takes profiles out of an agent's store, with their places in orders and what was known of their failures. */
export function removeProfiles(agent, ids) {
  const { profiles, order = {}, usageStats = {}, ...store } = read(agent);
  const without = (record) => Object.fromEntries(Object.entries(record).filter(([id]) => !ids.includes(id)));
  const orders = Object.entries(order).map(([provider, all]) => [
    provider,
    all.filter((id) => !ids.includes(id)),
  ]);
  const left = orders.filter(([, all]) => all.length > 0);
  writeFile(path(agent), {
    ...store,
    profiles: without(profiles),
    ...(left.length > 0 ? { order: Object.fromEntries(left) } : {}),
    ...(Object.keys(usageStats).length > 0 ? { usageStats: without(usageStats) } : {}),
  });
}

/** The order that was set for a provider; undefined if none was. */
export const readOrder = (agent, provider) => read(agent).order?.[provider];

/** Sets it; no ids: takes it away. */
export function writeOrder(agent, provider, ids) {
  const store = read(agent);
  const { [provider]: _, ...others } = store.order ?? {};
  const order = ids ? { ...others, [provider]: ids } : others;
  const { order: __, ...rest } = store;
  writeFile(path(agent), { ...rest, ...(Object.keys(order).length > 0 ? { order } : {}) });
}

export const usageOf = (agent, id) => read(agent).usageStats?.[id] ?? {};

/** When a profile may be used again, in milliseconds since the epoch; undefined: now. */
export function unusableUntil(agent, id) {
  const { cooldownUntil = 0, disabledUntil = 0 } = usageOf(agent, id);
  const until = Math.max(cooldownUntil, disabledUntil);
  return until > Date.now() ? until : undefined;
}

const COOLDOWNS_MS = [30_000, 60_000, 300_000];

/** What a chat turn remembers of a refusal: `auth` for half a minute, `billing` for ten; both grow. */
export function noteFailure(agent, id, reason) {
  const usage = usageOf(agent, id);
  // Once a pause is over, the next failure counts as the first.
  const errorCount = (unusableUntil(agent, id) === undefined ? 0 : (usage.errorCount ?? 0)) + 1;
  const now = Date.now();
  const failed =
    reason === 'billing'
      ? { disabledUntil: now + 600_000 * 2 ** (errorCount - 1), disabledReason: reason }
      : { cooldownUntil: now + COOLDOWNS_MS[Math.min(errorCount, 3) - 1], cooldownReason: reason };
  writeUsage(agent, id, { ...usage, errorCount, lastFailureAt: now, ...failed });
}

/** A turn that is answered clears what was remembered. */
export const noteSuccess = (agent, id) => writeUsage(agent, id, { errorCount: 0, lastUsed: Date.now() });

function writeUsage(agent, id, usage) {
  const store = read(agent);
  writeFile(path(agent), { ...store, usageStats: { ...store.usageStats, [id]: usage } });
}

const BY_TYPE = ['oauth', 'token', 'api_key'];

/**
 * The profiles that may answer for a provider, the first one first: those of the order that was set; else all that the
 * configuration names, tokens before keys and the one that was used longest ago before the others. Those that are out
 * of use come last (read in 2026.9.6, seen in 2026.4.15 to 2026.9.6).
 */
export function profilesFor(agent, provider) {
  const { profiles, usageStats = {} } = read(agent);
  const isIts = ([, one]) => one.provider === provider;
  const ids = (record) =>
    Object.entries(record ?? {})
      .filter(isIts)
      .map(([id]) => id);
  const ordered = readOrder(agent, provider);
  const configured = ids(readConfig().auth?.profiles);
  const all = ordered ?? (configured.length > 0 ? configured : ids(profiles));
  const present = all.filter((id) => profiles[id]?.provider === provider && !isOver(profiles[id]));
  const until = (id) => unusableUntil(agent, id) ?? 0;
  const type = (id) => BY_TYPE.indexOf(profiles[id].type);
  const used = (id) => usageStats[id]?.lastUsed ?? 0;
  const preferred = ordered ? () => 0 : (a, b) => type(a) - type(b) || used(a) - used(b);
  return present.toSorted((a, b) => until(a) - until(b) || preferred(a, b));
}

const isOver = ({ expires }) => expires !== undefined && expires <= Date.now();
