import type { Method } from './provider-names.ts';
import type { HostRow, KeyForm, MethodRow } from './provider-types.ts';

const DAY_MS = 24 * 60 * 60_000;

export const METHODS = {
  'setup-token': { lifetimeMs: 365 * DAY_MS, proof: 'status-and-turn' },
  'api-key': { lifetimeMs: undefined, proof: 'single-turn' },
  'claude-login': { lifetimeMs: undefined, proof: 'status-and-turn' },
} as const satisfies Readonly<Record<Method, MethodRow>>;

/** A key of which its provider says nothing certain: what fits into a header, and has no end that was forgotten. */
export const ANY_KEY: KeyForm = { shape: /^[\x21-\x7e]{16,}$/ };

/** The variables that OpenClaw takes keys from, its first, several and numbered ones (docs/concepts/model-providers). */
export const keysOf = (name: string) => [`${name}_API_KEY*`, `OPENCLAW_LIVE_${name}_KEY`] as const;

/** A host that the turns of a provider go to. */
export const turn = (host: string): Readonly<Record<string, HostRow>> => ({
  [host]: { from: 'turn', why: 'OpenClaw sends its turns there.' },
});
