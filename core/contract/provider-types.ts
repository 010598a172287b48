import type { EndpointApi } from './endpoint.ts';
import type { KnownRow, Method } from './provider-names.ts';
import type { Program } from './versions.ts';

/** A provider of models, whole. Everything that Keyferry does with one goes by its row, and names none. */
export interface ProviderRow extends KnownRow, ProviderDetails {
  /** Our id for it. */
  readonly id: string;
  readonly name: string;
  readonly icon: string;
  readonly methods: Readonly<Partial<Record<Method, MethodRow>>>;
  readonly revokeAt: string;
  readonly starts: readonly string[];
  readonly openclaw: {
    /** OpenClaw's id for it, with which its models and profiles begin. */
    readonly id: string;
    /** Ids under which OpenClaw also lists this provider's models. */
    readonly listedAs: readonly string[];
    /** The profile of its first credential. */
    readonly profile: string;
    /** Our profile, if that one belongs to something of the customer's own, or if this is not known; then with `-2` to `-99`. */
    readonly ownProfile: string;
    /** In our records, a login that Claude Code keeps on the box: OpenClaw has no credential then (2026.9.6). */
    readonly loginProfile: string;
    /** Its entry may stand under this name with a number behind it as well. */
    readonly isNumbered?: boolean;
  };
}

/** The part of a row that the first load of the customer's page can do without. */
export interface ProviderDetails {
  /** Ids under which OpenClaw also lists this provider's models. */
  readonly listedAs?: readonly string[];
  /** How OpenClaw comes to know it, the newest step first; `built-in` in every version if nothing is said. */
  readonly comes?: readonly Step[];
  /** How it is spoken to, in the words of OpenClaw's configuration. */
  readonly api: Api;
  /** Its address as `models.providers.<id>.baseUrl` has it; undefined: the customer says. */
  readonly baseUrl?: string;
  /** The customer says the address, its models, and which of these protocols it speaks; undefined: nothing but a key. */
  readonly endpoint?: readonly [EndpointApi, ...EndpointApi[]];
  /** Its keys; undefined for a provider without. */
  readonly key?: KeyForm;
  /** The first version of OpenClaw that takes its keys; without it every version does. One that is not known is new. */
  readonly keysSince?: string;
  /**
   * Its secrets as the redactor finds them in joined rows: each pattern begins with something fixed, stops at a blank,
   * and asks for so many characters that no ordinary word is one.
   */
  readonly secretShapes: readonly RegExp[];
  /** Environment variables from which OpenClaw or the sign-in takes a credential or an address; `X_*`: all that begin so. */
  readonly variables: readonly string[];
  /** The hosts that a box needs to reach. */
  readonly hosts: Readonly<Record<string, HostRow>>;
  readonly models: {
    /** What becomes the default: the first pattern that an offered model matches; of several, the highest numbers. */
    readonly best: readonly RegExp[];
    /** The same for a proof: small and cheap. */
    readonly small: readonly RegExp[];
    /** Ids that are put into the configuration where OpenClaw does not know the provider, and taken where it lists none of it. */
    readonly declared?: readonly string[];
  };
}

/** What a pasted text must be to be taken for a key. */
export interface KeyForm {
  /** Every key of it. Where providers say nothing certain, any printable text of a sane length. */
  readonly shape: RegExp;
  /** Beginnings of its other secrets, with which no turn can be made. */
  readonly others?: Readonly<Record<string, 'token' | 'admin'>>;
}

/** From which version of OpenClaw on, and how: in its own package, as a plugin of npm, only by configuration, or not at all. */
export type Step = readonly [since: string, how: Known];
export type Known = 'built-in' | 'config' | 'none' | `@openclaw/${string}`;

export type Api =
  | 'anthropic-messages'
  | 'google-generative-ai'
  | 'ollama'
  | 'openai-completions'
  | 'openai-responses';

/** How a credential that was obtained in one way behaves. */
export interface MethodRow {
  /** Milliseconds for which a credential is valid; undefined: until it is revoked. */
  readonly lifetimeMs: number | undefined;
  /**
   * How its use by OpenClaw is proved. `status-and-turn`: the status names the profile, and one real turn is answered;
   * `single-turn`: one real turn that nothing but this credential can answer.
   */
  readonly proof: 'status-and-turn' | 'single-turn';
  /** The first versions that can do it; without one every version can. */
  readonly needs?: { readonly [name in Program]?: string };
}

/** What on the box connects to it, `sign-in` or `turn`, and why. */
export interface HostRow {
  readonly from: 'sign-in' | 'turn';
  readonly why: string;
}
