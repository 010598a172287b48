import { z } from 'zod';

/**
 * What Keyferry knows about each provider of models, one row per provider, which everything else reads. OpenClaw's
 * names were seen by running 2026.4.15, 2026.5.22 and 2026.9.6, Claude Code's by running 1.0.64 to 2.1.332.
 */
export interface ProviderRow {
  /** The name that people read. */
  readonly name: string;
  readonly methods: Readonly<Record<string, MethodRow>>;
  /** Where its customers revoke a credential; removing it from a box does not. */
  readonly revokeAt: string;
  readonly openclaw: {
    /** OpenClaw's id for it, with which its models and profiles begin. */
    readonly id: string;
    /** Ids under which OpenClaw also lists this provider's models. */
    readonly listedAs: readonly string[];
    /** The profile that OpenClaw itself gives to a pasted credential. */
    readonly profile: string;
    /** Our profile, if that one belongs to something of the customer's own, or if this is not known. */
    readonly ownProfile: string;
  };
  /** The part of a model's id after `<id>/`: only one of this form reaches a browser. */
  readonly model: RegExp;
  /** Recognises a pasted text that is, or holds, one of this provider's secrets. */
  readonly secretStart: RegExp;
  /** Its secrets as the redactor finds them; each pattern stops at a blank, and begins with something fixed. */
  readonly secretShapes: readonly RegExp[];
  /** Environment variables from which OpenClaw or the sign-in would take a credential or an address. */
  readonly variables: { readonly prefix: string; readonly others: readonly string[] };
  /** The hosts that a box needs to reach. */
  readonly hosts: Readonly<Record<string, HostRow>>;
}

/** The ways in which a credential can be obtained. */
export interface MethodRow {
  /** Milliseconds for which a credential is valid; undefined: until it is revoked. */
  readonly lifetimeMs: number | undefined;
  /** How its use by OpenClaw is proved: the status names the profile, and one real turn is answered. */
  readonly proof: 'status-and-turn';
}

/** What on the box connects to it, `sign-in` or `turn`, and why. */
export interface HostRow {
  readonly from: 'sign-in' | 'turn';
  readonly why: string;
}

const DAY_MS = 24 * 60 * 60_000;

export const PROVIDERS = {
  anthropic: {
    name: 'Anthropic',
    revokeAt: 'https://claude.ai/settings/claude-code',
    methods: { 'setup-token': { lifetimeMs: 365 * DAY_MS, proof: 'status-and-turn' } },
    openclaw: {
      id: 'anthropic',
      // 2026.9.6 without a gateway lists Anthropic's models under its Claude CLI provider; the ids are the same.
      listedAs: ['claude-cli'],
      profile: 'anthropic:manual',
      ownProfile: 'anthropic:keyferry',
    },
    model: /^claude-[a-z0-9.-]{1,60}$/,
    secretStart: /(^|[^\w-])sk-ant-/i,
    secretShapes: [
      /sk-ant-[\w-]+/g,
      // The rest of one whose beginning is not visible.
      /(?<![\w-])(?:sk-)?(?:k-ant-|-?ant-|nt-|t-|-)?(?:oat|ort|api|sid|admin)\d\d-[\w-]{8,}/g,
    ],
    variables: { prefix: 'ANTHROPIC_', others: ['CLAUDE_CODE_OAUTH_TOKEN'] },
    hosts: {
      'platform.claude.com': { from: 'sign-in', why: 'Claude Code exchanges the code there since 2.1.' },
      'console.anthropic.com': { from: 'sign-in', why: 'Claude Code exchanged the code there before 2.1.' },
      'api.anthropic.com': { from: 'turn', why: 'OpenClaw sends its turns there.' },
      'claude.ai': {
        from: 'sign-in',
        why: 'The customer signs in there with their own browser; the box hardly needs it.',
      },
    },
  },
} as const satisfies Readonly<Record<string, ProviderRow>>;

export type Provider = keyof typeof PROVIDERS;
export type Method = { [P in Provider]: keyof (typeof PROVIDERS)[P]['methods'] }[Provider];

/** The provider and method of everything that was written before there was a choice. */
export const FIRST = { provider: 'anthropic', method: 'setup-token' } as const satisfies {
  provider: Provider;
  method: Method;
};

const SLUG = /^[a-z][a-z0-9-]{0,40}$/;

/** A provider, and a method, by name. It may be one that only a newer version knows: a reader still reads the rest. */
export const providerSchema = z.string().regex(SLUG).default(FIRST.provider);
export const methodSchema = z.string().regex(SLUG).default(FIRST.method);

/** The row of a provider; undefined for one that only a newer version knows. */
export function rowOf(provider: string): ProviderRow | undefined {
  return Object.hasOwn(PROVIDERS, provider) ? PROVIDERS[provider as Provider] : undefined;
}

/** Whether OpenClaw's name for a model, `<id>/<model>`, is one of this provider's. */
export function isModelOf({ openclaw, model }: ProviderRow, name: string): boolean {
  return name.startsWith(`${openclaw.id}/`) && model.test(name.slice(openclaw.id.length + 1));
}

/** Whether a profile is one that Keyferry stores this provider's credentials under. */
export function isProfileOf({ openclaw }: ProviderRow, profile: string): boolean {
  const rest = profile.startsWith(openclaw.ownProfile)
    ? profile.slice(openclaw.ownProfile.length)
    : undefined;
  return profile === openclaw.profile || (rest !== undefined && /^(-[2-9])?$/.test(rest));
}

/** Whether a pasted text is, or holds, any provider's secret: it must not be pasted anywhere else. */
export function holdsSecret(text: string): boolean {
  return Object.values(PROVIDERS).some(({ secretStart }) => secretStart.test(text));
}
