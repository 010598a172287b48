import type { ProviderRow } from '../../../core/contract/providers.ts';

/**
 * Whether a version has what came between 2026.4.15 and 2026.5.22: `models auth paste-api-key`, and turns that one
 * profile answers (`<model>@<profile>`). One that is not known is new.
 */
export function hasNamedKeys(version = ''): boolean {
  return isSince(5, version);
}

/** Whether `models auth logout` removes one of several profiles, with its name: 2026.4.15 and 2026.5.22 do not. */
export function logsOutOfOne(version = ''): boolean {
  return isSince(6, version);
}

/** Whether a gateway makes one turn of a model by itself, without the chat's tools: not that of 2026.4.15. Tried from 2026.7.1 on. */
export function hasModelRuns(version = ''): boolean {
  return isSince(7, version);
}

/** Whether a gateway uses a variable that a provider's entry names, though a profile is stored: seen in 2026.9.6, and not in 2026.7.1. */
export function usesNamedKeys(version = ''): boolean {
  return isSince(8, version);
}

/** Whether a gateway lists the models that some credential can use, and no others: seen in 2026.9.6. */
export function listsForCredentials(version = ''): boolean {
  return isSince(8, version);
}

/** Whether a model's turn through the gateway stays among the sessions: in 2026.7.1 it does, in 2026.9.6 not. */
export function keepsModelRuns(version = ''): boolean {
  return !isSince(9, version);
}

/** Whether a gateway goes on by an order of profiles that was in its store before: that of 2026.7.1 does, that of 2026.9.6 reads it each time. */
export function keepsOrders(version = ''): boolean {
  return !isSince(9, version);
}

/** Whether a gateway counts the usage of all its agents where it is asked to. That of 2026.4.15 always does, that of 2026.5.22 of one alone. */
export function countsAllAgents(version = ''): boolean {
  return isSince(7, version);
}

/** Whether a gateway counts usage by the days of a time zone that is named: that of 2026.9.6 does, that of 2026.7.1 refuses the name. */
export function countsByTimeZone(version = ''): boolean {
  return isSince(9, version);
}

/**
 * Whether OpenClaw, asked to, says when it sends a turn to this provider: not of Ollama's protocol, and up to 2026.7.1 not
 * of Google's, for which it used Google's own client.
 */
export function saysWhatItSends(version: string | undefined, { openclaw, endpoint }: ProviderRow): boolean {
  return !endpoint?.includes('ollama') && (openclaw.id !== 'google' || isSince(8, version));
}

/** From that month of 2026 on. */
function isSince(since: number, version = ''): boolean {
  const [, year, month] = /^(\d{4})\.(\d+)\./.exec(version) ?? [];
  return year === undefined || Number(year) > 2026 || (Number(year) === 2026 && Number(month) >= since);
}
