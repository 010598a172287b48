import type { Session } from '../../core/contract/http-api.ts';
import type { OwnConnection } from '../../core/contract/own-connections.ts';
import type { Connection, Snapshot } from '../../core/contract/snapshot.ts';
import { NOON, practiceSnapshot, seenAs } from './fixtures.ts';

/** What a platform may offer: all of Claude's ways, keys of others, and something that is not in the plan. */
export const OFFERS: NonNullable<Session['offers']> = [
  {
    provider: 'anthropic',
    methods: [{ method: 'setup-token' }, { method: 'claude-login' }, { method: 'api-key' }],
  },
  ...['openai', 'google', 'openrouter', 'groq', 'mistral'].map((provider) => ({
    provider,
    methods: [{ method: 'api-key' }],
  })),
  { provider: 'deepseek', methods: [{ method: 'api-key', lacks: 'plan' }] },
  { provider: 'ollama', asks: ['endpoint'], methods: [{ method: 'api-key' }] },
  { provider: 'custom', asks: ['endpoint', 'key'], methods: [{ method: 'api-key' }] },
  { provider: 'xai', methods: [{ method: 'api-key', lacks: 'version' }] },
];

/** The public half of a key that nobody has the private half of any more. */
export const SEAL_TO = {
  id: 'practice',
  key: 'BHaJ0FkJ4h4Lq7cG3Yy8uU0sCkqZ2b7hT0n9S6oQy0m3C2e1oHk9bq3b8m4zQ0mX3f0vKk1cQ4uU1x9oQ2c3p5E',
};

export const WITH_OFFERS: Session = { customer: 'alice', csrf: 'practice', offers: OFFERS, sealTo: SEAL_TO };

/** A key of the right shape; no provider has ever given it out. */
export const OPENAI_KEY = `sk-proj-${'practice'.repeat(5)}x7Qa`;

const WITH_KEY = { provider: 'openai', method: 'api-key' } as const;

export const OPENAI_CONNECTION: Connection = {
  ...WITH_KEY,
  profile: 'openai:keyferry',
  model: 'openai/gpt-5.4',
  label: 'work',
  connectedAt: new Date(NOON).toISOString(),
  seen: seenAs('working'),
};

/** What OpenClaw has of a connection's provider. */
export const CHOICES = {
  now: 'openai/gpt-5.4',
  isAnsweredHere: true,
  models: ['openai/gpt-6-astra', 'openai/gpt-5.4', 'openai/gpt-5.4-mini'],
};

/** A handshake with a key. */
export const withKey = (phase: Snapshot['phase'], more: Partial<Snapshot> = {}): Snapshot =>
  practiceSnapshot(phase, {
    ...WITH_KEY,
    handshake: 'c8d2a3b4-4e6f-4a71-9b02-1d3e5f708a9c',
    ...(phase === 'connected' && { connection: OPENAI_CONNECTION }),
    ...more,
  });

/** An address of the customer's own. */
export const OLLAMA_CONNECTION: Connection = {
  provider: 'ollama',
  method: 'api-key',
  profile: 'keyferry-ollama:keyferry',
  model: 'keyferry-ollama/gemma4:latest',
  endpoint: { baseUrl: 'http://192.168.1.20:11434', api: 'ollama', models: ['gemma4:latest'] },
  connectedAt: new Date(NOON).toISOString(),
  seen: seenAs('working'),
};

const owned = (last: number, more: Partial<OwnConnection>): OwnConnection => ({
  id: `3f1c2b4a-5d6e-4f70-8a91-${String(last).padStart(12, '0')}`,
  box: 'default',
  ...WITH_KEY,
  label: null,
  position: last,
  model: 'openai/gpt-5.4',
  hint: 'x7Qa',
  connectedAt: new Date(NOON).toISOString(),
  expiresAt: null,
  checkedAt: new Date(NOON).toISOString(),
  health: 'working',
  healthSince: new Date(NOON).toISOString(),
  reason: null,
  ...more,
});

/** Three keys of one provider, and a subscription. */
export const OWN: OwnConnection[] = [
  owned(9, {
    provider: 'anthropic',
    method: 'setup-token',
    position: 0,
    hint: 'Zq_A',
    model: 'anthropic/claude-opus-5-5',
    expiresAt: new Date(NOON + 365 * 86_400_000).toISOString(),
  }),
  owned(0, { label: 'work' }),
  owned(1, { label: 'personal', hint: 'p3rS', connectedAt: new Date(NOON - 40 * 86_400_000).toISOString() }),
  owned(2, { hint: 'k9Lm', health: 'attention', reason: 'key_no_credit' }),
];
