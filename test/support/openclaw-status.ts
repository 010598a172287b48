import { type Status, StatusSchema } from '../../worker/programs/openclaw/models-status.ts';

/** Made up, in the shape that tokens have. */
export const TOKEN = `sk-ant-oat01-${'Ab3_x-9'.repeat(13)}tail`;
export const MODEL = 'anthropic/claude-opus-4-6';

/** The masked label that OpenClaw gives a stored token. */
export const labelOf = (token: string) => `anthropic:manual=token:${token.slice(0, 8)}...${token.slice(-8)}`;

/** `models status --json` of a box that uses the token, as 2026.4.15 and 2026.9.6 print it. */
export const CONNECTED = {
  configPath: '/home/x/.openclaw/openclaw.json',
  defaultModel: MODEL,
  resolvedDefault: MODEL,
  fallbacks: [],
  allowed: [],
  auth: {
    storePath: '/home/x/.openclaw/state/openclaw.sqlite',
    providersWithOAuth: ['anthropic (1)'],
    missingProvidersInUse: [] as string[],
    providers: [
      {
        provider: 'anthropic',
        effective: { kind: 'profiles', detail: '~/.openclaw/state/openclaw.sqlite' },
        profiles: { count: 1, oauth: 0, token: 1, apiKey: 0, labels: [labelOf(TOKEN)] },
      },
    ],
    unusableProfiles: [] as object[],
    oauth: {
      warnAfterMs: 86_400_000,
      profiles: [{ profileId: 'anthropic:manual', provider: 'anthropic', type: 'token', status: 'static' }],
      providers: [
        {
          provider: 'anthropic',
          status: 'static',
          profiles: [{ profileId: 'anthropic:manual' }],
          effectiveProfiles: [{ profileId: 'anthropic:manual' }],
        },
      ],
    },
  },
};

/** The same with changes: `auth` is laid over, everything else replaced. */
export function statusWith(changes: { resolvedDefault?: string; auth?: object } = {}): Status {
  return StatusSchema.parse({ ...CONNECTED, ...changes, auth: { ...CONNECTED.auth, ...changes.auth } });
}
