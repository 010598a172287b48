import type { Method } from './provider-names.ts';
import type { HostRow, KeyForm, MethodRow } from './provider-types.ts';

const DAY_MS = 24 * 60 * 60_000;

export const METHODS = {
  'setup-token': { lifetimeMs: 365 * DAY_MS, proof: 'status-and-turn' },
  'api-key': { lifetimeMs: undefined, proof: 'single-turn' },
  'claude-login': {
    lifetimeMs: undefined,
    proof: 'status-and-turn',
    // `claude auth login` asks for a code in 2.1.140; in 2.1.41, 2.1.89 and 2.1.116 it does not (the browser has to be on
    // the box), and 2.1.36 takes the words for a prompt. OpenClaw leaves the login to Claude Code from 2026.8.1 on;
    // 2026.4.15 to 2026.7.35 copy its tokens into a store of their own.
    needs: { claude: '2.1.140', openclaw: '2026.8.1' },
  },
} as const satisfies Readonly<Record<Method, MethodRow>>;

/** A key of which its provider says nothing certain: what fits into a header, and has no end that was forgotten. */
export const ANY_KEY: KeyForm = { shape: /^[\x21-\x7e]{16,}$/ };

/** The variables that OpenClaw takes keys from, its first, several and numbered ones (docs/concepts/model-providers). */
export const keysOf = (name: string) => [`${name}_API_KEY*`, `OPENCLAW_LIVE_${name}_KEY`] as const;

/** A host that the turns of a provider go to. */
export const turn = (host: string): Readonly<Record<string, HostRow>> => ({
  [host]: { from: 'turn', why: 'OpenClaw sends its turns there.' },
});
