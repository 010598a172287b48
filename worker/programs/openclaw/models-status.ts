/** What OpenClaw says about its models and credentials, read from its JSON. Seen in 2026.4.15 and 2026.9.6. */
import { z } from 'zod';
import { plainText } from '../../../core/contract/plain-text.ts';
import type { ProviderRow } from '../../../core/contract/providers.ts';

/** The most entries of a list that are examined: a box may list anything, and OpenClaw lists about a hundred. */
const MOST_ENTRIES = 500;
/** The same for models, of which a catalogue has thousands. */
const MOST_MODELS = 10_000;
/** Profiles that are put into an order: their names are words of one command. */
const MOST_PROFILES = 50;

/** A list of which the first `most` entries are read. */
export function listOf<Entry extends z.ZodType>(entry: Entry, most = MOST_ENTRIES) {
  const cut = (value: unknown) => (Array.isArray(value) ? value.slice(0, most) : value);
  return z.preprocess(cut, z.array(entry));
}

const Profile = z.object({
  profileId: z.string(),
  provider: z.string().optional(),
  type: z.string().optional(),
  /** `expired` for a token past its end; of an OAuth one that is refreshed it says nothing. */
  status: z.string().optional(),
  expiresAt: z.number().optional(),
});

const Unusable = z.object({
  profileId: z.string(),
  kind: z.string().optional(),
  reason: z.string().optional(),
  until: z.number().optional(),
});

const Route = z.object({
  provider: z.string(),
  runtime: z.string(),
  effective: z.object({ kind: z.string(), detail: z.string().optional() }).optional(),
});

const Provider = z.object({
  provider: z.string(),
  effective: z.object({ kind: z.string(), detail: z.string().optional() }).optional(),
  env: z.object({ source: z.string().optional() }).optional(),
  profiles: z.object({ labels: listOf(z.string()).default([]) }).optional(),
});

/** `openclaw models status --json`, as much of it as Keyferry uses. */
export const StatusSchema = z.object({
  resolvedDefault: z.string().default(''),
  agentDir: z.string().default(''),
  /** `defaultSource`: `agent` where its own model counts and not the default one (from 2026.5 on). */
  modelConfig: z.object({ defaultSource: z.string().optional() }).optional(),
  allowed: listOf(z.string(), MOST_MODELS).default([]),
  auth: z.object({
    missingProvidersInUse: listOf(z.string()).default([]),
    providers: listOf(Provider).default([]),
    unusableProfiles: listOf(Unusable).default([]),
    /** Models that a program of the box's own runs, and what it would use there (2026.9.6). */
    runtimeAuthRoutes: listOf(Route).default([]),
    oauth: z
      .object({
        profiles: listOf(Profile).default([]),
        providers: listOf(
          z.object({
            provider: z.string(),
            profiles: listOf(Profile).default([]),
            effectiveProfiles: listOf(Profile).optional(),
          }),
        ).default([]),
      })
      .optional(),
  }),
});

export type Status = z.infer<typeof StatusSchema>;

const CatalogSchema = z.object({ models: listOf(z.object({ key: z.string() }), MOST_MODELS) });

/** `openclaw infer model run --json`. */
const TurnSchema = z.object({
  ok: z.literal(true),
  provider: z.string(),
  model: z.string(),
  outputs: listOf(z.object({ text: z.string().nullish() })),
});

/**
 * Lines that are tried as the beginning of JSON, and characters that are parsed in all of these tries but the first: a
 * box that prints brackets without end must not keep us.
 */
const MOST_STARTS = 32;
const MOST_TRIED = 4 * 1024 * 1024;
/** Characters of each string that are kept: none that we read has more. */
const MOST_STRING = 4_096;

/**
 * The JSON in a program's output: other lines can stand before and behind it, on either stream. Its strings
 * are the box's, and come as plain text. Returns undefined when there is none.
 */
export function findJson(output: string): unknown {
  const starts = startsOf(output);
  const last = Math.max(output.lastIndexOf('}'), output.lastIndexOf(']'));
  let tried = 0;
  for (const text of candidates(output, starts, last)) {
    const json = parse(text);
    if (json !== undefined) return json;
    tried += text.length;
    if (tried > MOST_TRIED) return undefined;
  }
  return undefined;
}

function startsOf(output: string): number[] {
  const starts: number[] = [];
  for (const { index } of output.matchAll(/^(?:\{|\[(?=\s*$|\s*[\]{["]))/gm)) {
    starts.push(index);
    if (starts.length === MOST_STARTS) break;
  }
  return starts;
}

function* candidates(output: string, starts: readonly number[], last: number): Generator<string> {
  for (const index of starts) yield output.slice(index, last + 1);
  // Lines behind it have brackets too: a closing one at the start of a line ends it, or its only line does.
  for (const index of starts) {
    const rest = output.slice(index);
    yield /^[\s\S]*?\n[}\]]/.exec(rest)?.[0] ?? '';
    yield /^.*/.exec(rest)?.[0] ?? '';
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text, (_, value) =>
      typeof value === 'string' ? plainText(value.slice(0, MOST_STRING)) : value,
    );
  } catch {
    // A warning that begins with a bracket: the next line that begins with one may be the JSON.
    return undefined;
  }
}

/** A provider's models in `models list --all --json`, each as `<id>/<model>`. */
export function readOffered(json: unknown, { openclaw, model }: ProviderRow): string[] {
  const { models } = CatalogSchema.parse(json);
  const names = new Set([openclaw.id, ...openclaw.listedAs]);
  const ids = models.flatMap(({ key }) => {
    const at = key.indexOf('/');
    const id = key.slice(at + 1);
    return at > 0 && names.has(key.slice(0, at)) && model.test(id) ? id : [];
  });
  return [...new Set(ids)].map((id) => `${openclaw.id}/${id}`);
}

/** The same in `infer model list --json`. */
export function readCatalog(json: unknown, row: ProviderRow): string[] {
  const models = EntriesSchema.parse(json).map(({ provider, id }) => ({ key: `${provider}/${id}` }));
  return readOffered({ models }, row);
}

const AGENT = /^[\w.-]{1,64}$/;
const EntriesSchema = listOf(z.object({ provider: z.string(), id: z.string() }));
const AgentsSchema = listOf(z.object({ id: z.string() }));
const AgentModelsSchema = listOf(z.object({ id: z.string(), model: z.unknown().optional() }));

/** Names in `agents list --json`, at most ten. */
export function readAgents(json: unknown): string[] {
  const read = AgentsSchema.safeParse(json);
  const ids = read.success ? read.data.map(({ id }) => id) : [];
  return ids.filter((id) => AGENT.test(id)).slice(0, 10);
}

/** `config get agents.list --json`; `hasModels`: more than one model stands there, the first among others. */
export function readAgentModels(json: unknown): { id: string; hasModels: boolean }[] {
  return AgentModelsSchema.parse(json).map(({ id, model }) => ({
    id,
    hasModels: typeof model === 'object' && model !== null,
  }));
}

/** The agent of the status: OpenClaw names the agent's folder. */
export function agentOf({ agentDir }: Status): string | undefined {
  return /\/agents\/([\w.-]+)\/agent\/?$/.exec(agentDir)?.[1];
}

/**
 * The last characters of a credential as a label shows it (`sk-opena...bbbb3333`); undefined if it shows none. One that is
 * out of use is marked behind them: ` [cooldown 29s]`, ` [disabled:billing 10m]` (2026.9.6).
 */
export function shownEnd(shown: string): string | undefined {
  return /\.\.\.(\S{4,16})(?: \[[^\]]{0,100}\])*$/.exec(shown)?.[1];
}

/**
 * The credential's secret is gone from the store, by what its label shows: the profile is listed on, and answers nothing.
 * `token:missing`, of an API key `missing` (2026.4.15, 2026.7.1 and 2026.9.6).
 */
export function isStripped(shown: string): boolean {
  return /^(?:token:)?missing(?: \[[^\]]{0,100}\])*$/.test(shown);
}

/** What is stored for a provider: each profile's id, and its credential as OpenClaw shows it. */
export function listedProfiles({ auth }: Status, { openclaw }: ProviderRow): { id: string; shown: string }[] {
  const stored = auth.providers.find(({ provider }) => provider === openclaw.id);
  const listed = (stored?.profiles?.labels ?? []).flatMap((label) => {
    const [, id, shown] = /^([\w-]+:[\w.@+-]{1,200})=(.{0,200})/.exec(label) ?? [];
    return id?.startsWith(`${openclaw.id}:`) ? { id, shown: shown ?? '' } : [];
  });
  return listed;
}

/**
 * A provider's profiles in the order in which OpenClaw would use them, as far as it says (not 2026.4.15), and then those
 * that it lists beside them.
 */
export function inOrder(status: Status, row: ProviderRow): string[] {
  const ids = listedProfiles(status, row).map(({ id }) => id);
  const known = status.auth.oauth?.providers.find(({ provider }) => provider === row.openclaw.id);
  const used = (known?.effectiveProfiles ?? []).map(({ profileId }) => profileId);
  return [...new Set([...used.filter((id) => ids.includes(id)), ...ids])].slice(0, MOST_PROFILES);
}

/** True when something on the box could answer a turn with this provider before the credential is there. */
export function hasCredential({ auth }: Status, { openclaw }: ProviderRow): boolean {
  const stored = auth.providers.find(({ provider }) => provider === openclaw.id);
  const kind = stored?.effective?.kind;
  return (kind !== undefined && kind !== 'missing') || (stored?.profiles?.labels.length ?? 0) > 0;
}

/** What 2026.4.15 says beside it. */
const GIVEN_UP = /isError=true|decision=surface_error/;
/** What a turn that did not get through says: 2026.4.15 reports `ok: true` and the error as the answer. */
const NO_ANSWER =
  /LLM request failed|connection error|\bHTTP \d{3}|\b[45]\d\d\b|unauthori[sz]ed|forbidden|rate.?limit|overloaded|credential|api.?key|expired|billing|timed? ?out|no(?:t produce a)? response|context (?:overflow|limit)|service is temporarily|\berror\b|⚠/i;

/** True when a turn with `model` was answered by its provider; false when that is not certain. */
export function isAnswered(json: unknown, stderr: string, model: string, row: ProviderRow): boolean {
  const turn = answeredTurn(json, stderr, row);
  return turn !== undefined && isSameModel(model, turn.model, row.openclaw.id);
}

/** A turn that this provider has certainly answered, with whichever model. */
export function answeredTurn(
  json: unknown,
  stderr: string,
  { openclaw }: ProviderRow,
): { model: string } | undefined {
  const turn = TurnSchema.safeParse(json);
  if (!turn.success || turn.data.provider !== openclaw.id || GIVEN_UP.test(stderr)) return undefined;
  const text = turn.data.outputs.map((output) => output.text ?? '').join('');
  return text.trim() !== '' && !NO_ANSWER.test(text) ? turn.data : undefined;
}

/** The id of a model can have slashes itself: only the provider's may be missing. */
function isSameModel(one: string, other: string, provider: string): boolean {
  const id = one.startsWith(`${provider}/`) ? one.slice(provider.length + 1) : one;
  // An id may itself begin with the provider's name: `perplexity/sonar`, `openrouter/auto`.
  return other === id || other === `${provider}/${id}`;
}

/** `openclaw agent exec --json` (2026.9.6). */
const AgentTurnSchema = z.object({
  ok: z.literal(true),
  status: z.literal('ok'),
  final: z.string(),
  provider: z.string(),
  model: z.string(),
});

/** True when a turn of an agent's was answered by this model, run by this provider's own program or not. */
export function isAnsweredByAgent(json: unknown, model: string, { openclaw }: ProviderRow): boolean {
  const turn = AgentTurnSchema.safeParse(json);
  if (!turn.success || ![openclaw.id, ...openclaw.listedAs].includes(turn.data.provider)) return false;
  const { final } = turn.data;
  return isSameModel(model, turn.data.model, openclaw.id) && final.trim() !== '' && !NO_ANSWER.test(final);
}
