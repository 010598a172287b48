import { z } from 'zod';
import { MODEL } from './endpoint.ts';

/**
 * What the first load of the customer's page, and whoever reads a snapshot, must know of each provider; the rest of a
 * row is in provider-rows.ts. OpenClaw's id for a provider is ours (2026.4.15 to 2026.9.6).
 */
export interface NameRow {
  /** The name that people read. */
  readonly name: string;
  /** One or two letters that stand for it where there is room for no more. */
  readonly icon: string;
  /** Only an API key, if nothing else is said. */
  readonly methods?: readonly Method[];
  /** Where its customers revoke a credential; removing it from a box does not. */
  readonly revokeAt: string;
  /** Fixed beginnings of its secrets, each of which means this provider and no other. */
  readonly starts?: readonly string[];
  /** The part of a model's id after `<id>/`, where fewer forms than `MODEL` are known: only these reach a browser. */
  readonly model?: RegExp;
  /** The profile of its first credential, if that is not `<id>:keyferry`. */
  readonly profile?: string;
  /**
   * Of an address of the customer's own: the name under which OpenClaw is told of it, the next ones with `-2` to `-99`. By
   * it, what Keyferry has put into a configuration is told from what the customer has.
   */
  readonly entry?: string;
}

/** The ways in which a credential can be obtained. */
export const METHOD_NAMES = ['setup-token', 'api-key', 'claude-login'] as const;
export type Method = (typeof METHOD_NAMES)[number];

export const NAMES = {
  anthropic: {
    name: 'Anthropic',
    icon: 'A',
    methods: METHOD_NAMES,
    revokeAt: 'https://claude.ai/settings/claude-code',
    starts: ['sk-ant-'],
    model: /^claude-[a-z0-9.-]{1,60}$/,
    // OpenClaw's own for a pasted token.
    profile: 'anthropic:manual',
  },
  openai: {
    name: 'OpenAI',
    icon: 'O',
    revokeAt: 'https://platform.openai.com/api-keys',
    starts: ['sk-proj-', 'sk-svcacct-', 'sk-admin-', 'sk-None-'],
  },
  google: {
    name: 'Google Gemini',
    icon: 'G',
    revokeAt: 'https://aistudio.google.com/apikey',
    starts: ['AIza', 'AQ.'],
  },
  openrouter: {
    name: 'OpenRouter',
    icon: 'OR',
    revokeAt: 'https://openrouter.ai/settings/keys',
    starts: ['sk-or-'],
  },
  huggingface: {
    name: 'Hugging Face',
    icon: 'HF',
    revokeAt: 'https://huggingface.co/settings/tokens',
    starts: ['hf_'],
  },
  cohere: { name: 'Cohere', icon: 'Co', revokeAt: 'https://dashboard.cohere.com/api-keys' },
  together: {
    name: 'Together AI',
    icon: 'T',
    revokeAt: 'https://api.together.ai/settings/api-keys',
    starts: ['tgp_v1_'],
  },
  perplexity: {
    name: 'Perplexity',
    icon: 'P',
    revokeAt: 'https://console.perplexity.ai',
    starts: ['pplx-'],
  },
  groq: { name: 'Groq', icon: 'Gq', revokeAt: 'https://console.groq.com/keys', starts: ['gsk_'] },
  mistral: { name: 'Mistral', icon: 'M', revokeAt: 'https://console.mistral.ai/api-keys' },
  xai: { name: 'xAI', icon: 'X', revokeAt: 'https://console.x.ai', starts: ['xai-'] },
  deepseek: { name: 'DeepSeek', icon: 'D', revokeAt: 'https://platform.deepseek.com/api_keys' },
  fireworks: {
    name: 'Fireworks AI',
    icon: 'F',
    revokeAt: 'https://app.fireworks.ai/settings/users/api-keys',
    starts: ['fw_'],
  },
  cerebras: { name: 'Cerebras', icon: 'Ce', revokeAt: 'https://cloud.cerebras.ai', starts: ['csk-'] },
  moonshot: { name: 'Moonshot AI', icon: 'K', revokeAt: 'https://platform.kimi.ai/console/api-keys' },
  minimax: {
    name: 'MiniMax',
    icon: 'MM',
    revokeAt: 'https://platform.minimax.io/user-center/basic-information/interface-key',
  },
  zai: { name: 'Z.AI', icon: 'Z', revokeAt: 'https://z.ai/manage-apikey/apikey-list' },
  nvidia: {
    name: 'NVIDIA',
    icon: 'N',
    revokeAt: 'https://build.nvidia.com/settings/api-keys',
    starts: ['nvapi-'],
  },
  venice: { name: 'Venice', icon: 'V', revokeAt: 'https://venice.ai/settings/api', starts: ['vapi_'] },
  'vercel-ai-gateway': {
    name: 'Vercel AI Gateway',
    icon: 'Ve',
    revokeAt: 'https://vercel.com/dashboard/ai-gateway',
    starts: ['vck_'],
  },
  ollama: { name: 'Ollama', icon: 'Ol', revokeAt: '', entry: 'keyferry-ollama' },
  custom: { name: 'Another provider', icon: '+', revokeAt: '', entry: 'keyferry-custom' },
} as const satisfies Readonly<Record<string, NameRow>>;

export type Provider = keyof typeof NAMES;

/** The provider and method of everything that was written before there was a choice. */
export const FIRST = { provider: 'anthropic', method: 'setup-token' } as const satisfies {
  provider: Provider;
  method: Method;
};

const SLUG = /^[a-z][a-z0-9-]{0,40}$/;

/** A provider, and a method, by name. It may be one that only a newer version knows: a reader still reads the rest. */
export const providerSchema = z.string().regex(SLUG).default(FIRST.provider);
export const methodSchema = z.string().regex(SLUG).default(FIRST.method);

/** As much of a row as the functions here need; a whole one (`ProviderRow`) is one of these. */
export interface KnownRow {
  readonly openclaw: {
    readonly id: string;
    readonly profile: string;
    readonly ownProfile: string;
    readonly loginProfile: string;
    /** Its entry may stand under this name with a number behind it as well. */
    readonly isNumbered?: boolean;
  };
  readonly model: RegExp;
}

/** What the first load knows of a provider; undefined for one that only a newer version knows. */
export function nameRowOf(provider: string): NameRow | undefined {
  return Object.hasOwn(NAMES, provider) ? NAMES[provider as Provider] : undefined;
}

/** The names that OpenClaw has for a provider, its credentials and its models. */
export function knownRow(id: string, { profile, model = MODEL, entry }: NameRow): KnownRow {
  const names = namesOf(entry ?? id);
  return {
    openclaw: { ...names, profile: profile ?? names.ownProfile, ...(entry && { isNumbered: true }) },
    model,
  };
}

/** The names that go with OpenClaw's id of a provider. */
export function namesOf(id: string) {
  const ownProfile = `${id}:keyferry`;
  return { id, profile: ownProfile, ownProfile, loginProfile: `${id}:claude-cli` };
}

/** Whether an id of OpenClaw's is this provider's, or of one of its entries. */
export function isIdOf({ openclaw: { id, isNumbered } }: KnownRow, other: string): boolean {
  return other === id || (isNumbered === true && other.startsWith(id) && NUMBER.test(other.slice(id.length)));
}

const NUMBER = /^-([2-9]|[1-9]\d)$/;

/** Whether OpenClaw's name for a model, `<id>/<model>`, is one of this provider's. */
export function isModelOf(row: KnownRow, name: string): boolean {
  const at = name.indexOf('/');
  return at > 0 && isIdOf(row, name.slice(0, at)) && row.model.test(name.slice(at + 1));
}

/** Whether a profile is one that Keyferry stores this provider's credentials under. */
export function isProfileOf(row: KnownRow, profile: string): boolean {
  const { openclaw } = row;
  if (profile === openclaw.profile || profile === openclaw.loginProfile) return true;
  const [id = '', name = ''] = profile.split(':');
  if (!isIdOf(row, id) || !name.startsWith('keyferry')) return false;
  const rest = name.slice('keyferry'.length);
  return rest === '' || NUMBER.test(rest);
}

const literal = (start: string) => start.replace('.', '\\.');

/**
 * Any provider's secret within a text: a fixed beginning and some of the rest, or `sk-` as several providers use it. In
 * ordinary words there is no such thing.
 */
export function secretsOf(rows: readonly Pick<NameRow, 'starts'>[]): RegExp {
  const starts = rows.flatMap(({ starts = [] }) => starts).map(literal);
  return new RegExp(`(?:^|[^\\w-])(?:(?:${starts.join('|')})[\\w.-]{8}|sk-[A-Za-z0-9]{24})`, 'i');
}

const SECRET = secretsOf(Object.values<NameRow>(NAMES));

/** The provider whose secret a text holds, where its beginning says so; undefined for what several have. */
export function secretOwner(text: string): Provider | undefined {
  const found =
    SECRET.exec(text)?.[0]
      .replace(/^[^\w-]/, '')
      .toLowerCase() ?? '';
  const owners = Object.entries<NameRow>(NAMES).flatMap(([provider, { starts = [] }]) =>
    starts.some((start) => found.startsWith(start.toLowerCase())) ? [provider as Provider] : [],
  );
  return owners[0];
}

/** Whether a pasted text is, or holds, any provider's secret: it must not be pasted anywhere else. */
export function holdsSecret(text: string): boolean {
  return SECRET.test(text);
}
