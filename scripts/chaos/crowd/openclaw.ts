import { tokenFor } from './secrets.ts';

/** What a simulated `openclaw` (2026.9.6) was given; it lies in its box. */
export interface OpenClawState {
  /** Credentials by profile. */
  tokens: Map<string, string>;
  /** The order of profiles that was set. */
  order: string[] | undefined;
  model: string;
  /** Credentials that their provider refuses. */
  refused: Set<string>;
}

/** What a command prints; it ends with 0 unless it says otherwise. */
export interface Printed {
  out: string;
  err?: string;
  code?: number;
}

/** As it is installed, or as Keyferry has left it; `isBehind`: somebody has put another profile first since. */
export function freshOpenClaw(isConnected = false, isBehind = false): OpenClawState {
  const refused = new Set<string>();
  if (!isConnected) return { tokens: new Map(), order: undefined, model: 'openai/gpt-6-astra', refused };
  const tokens = new Map([[WATCHED_PROFILE, tokenFor('watched')]]);
  if (isBehind) tokens.set(OTHER_PROFILE, tokenFor('other'));
  const order = isBehind ? [OTHER_PROFILE, WATCHED_PROFILE] : [WATCHED_PROFILE];
  return { tokens, order, model: 'anthropic/claude-opus-5-5', refused };
}

const OTHER_PROFILE = 'anthropic:other';

/** Under which name a box that is connected from the start has its token. */
export const WATCHED_PROFILE = 'anthropic:keyferry';

const STORE = '~/.openclaw/state/openclaw.sqlite';

/** Stores what was pasted into `models auth paste-token`, and says under which profile. */
export function pasteAs(state: OpenClawState, argv: readonly string[], token: string): string {
  const at = argv.indexOf('--profile-id');
  const profile = (at < 0 ? undefined : argv[at + 1]) ?? 'anthropic:manual';
  state.tokens.set(profile, token);
  return profile;
}

/** The credentials that a chat may meet now, one of which answers it; without an order OpenClaw takes turns. */
export function usedNow({ tokens, order, refused }: OpenClawState): { met: string[]; answers: boolean } {
  const used = (order ?? [...tokens.keys()]).flatMap((profile) => tokens.get(profile) ?? []);
  const end = used.findIndex((token) => !refused.has(token));
  return { met: order === undefined || end < 0 ? used : used.slice(0, end + 1), answers: end >= 0 };
}

/** A command without a terminal: what it prints. It may change `state`. */
export function answer(state: OpenClawState, words: readonly string[], input: string): Printed {
  const line = words.join(' ');
  if (line.startsWith('infer model run')) return turn(state, words[words.indexOf('--model') + 1] ?? '');
  if (line.startsWith('models auth logout')) return loggedOut(state, words[3] ?? '');
  return { out: said(state, words, input) };
}

function said(state: OpenClawState, words: readonly string[], input: string): string {
  const line = words.join(' ');
  if (line.startsWith('models status')) return status(state);
  if (line.startsWith('models auth order')) return ordered(state, words.slice(3));
  if (line.startsWith('models list')) return models();
  if (line.startsWith('sessions')) return json({ path: STORE, count: 0, totalCount: 0, sessions: [] });
  if (line.startsWith('config get')) return json({});
  if (line.startsWith('config patch')) return patched(state, input);
  if (line.startsWith('config set')) return set(state, words.at(-1) ?? '');
  return '';
}

function status({ tokens, order, model }: OpenClawState): string {
  const labels = [...tokens].map(([profile, token]) => `${profile}=${masked(token)}`);
  const profiles = { count: labels.length, oauth: 0, token: labels.length, apiKey: 0, labels };
  const effective = { kind: 'profiles', detail: STORE };
  const providers = labels.length > 0 ? [{ provider: 'anthropic', effective, profiles }] : [];
  const inUse = model.split('/')[0];
  const named = (ids: readonly string[]) =>
    ids.filter((id) => tokens.has(id)).map((profileId) => ({ profileId, provider: 'anthropic' }));
  const ids = named([...tokens.keys()]);
  const ordered = { provider: 'anthropic', profiles: ids, effectiveProfiles: order ? named(order) : ids };
  return json({
    resolvedDefault: model,
    agentDir: '/home/box/.openclaw/agents/main/agent',
    allowed: [],
    auth: {
      missingProvidersInUse: inUse === 'anthropic' && labels.length > 0 ? [] : [inUse],
      providers,
      unusableProfiles: [],
      // What is asked where there are several.
      ...(ids.length > 1 && { oauth: { profiles: ids, providers: [ordered] } }),
    },
  });
}

/** `get|set|clear --provider anthropic …`. */
function ordered(state: OpenClawState, [verb, ...words]: readonly string[]): string {
  const profiles = words.filter((word, at) => !word.startsWith('-') && !words[at - 1]?.startsWith('-'));
  if (verb === 'get') return json({ order: state.order ?? null });
  state.order = verb === 'set' ? [...profiles] : undefined;
  return `Auth profile order override: ${state.order?.join(', ') ?? 'cleared'}`;
}

function loggedOut(state: OpenClawState, profile: string): Printed {
  if (!state.tokens.delete(profile)) return { out: '', err: `Auth profile "${profile}" not found`, code: 1 };
  const left = state.order?.filter((id) => id !== profile) ?? [];
  state.order = left.length > 0 ? left : undefined;
  return { out: `Removed auth profile: ${profile}` };
}

function models(): string {
  const ids = ['claude-opus-5-5', 'claude-opus-5', 'claude-sonnet-5', 'claude-opus-4-8', 'claude-sonnet-4-6'];
  return json({ count: ids.length, models: ids.map((id) => ({ key: `claude-cli/${id}`, name: id })) });
}

function patched(state: OpenClawState, input: string): string {
  if (input === '') return '';
  const { agents } = JSON.parse(input) as { agents: { defaults: { model: { primary: string } } } };
  state.model = agents.defaults.model.primary;
  return 'Applied 1 config update(s).';
}

function set(state: OpenClawState, model: string): string {
  state.model = model;
  return 'Updated agents.defaults.model.primary.';
}

/** `<model>@<profile>` is asked with that profile's credential alone. */
function turn(state: OpenClawState, asked: string): Printed {
  const [model = '', profile] = asked.split('@');
  const [provider, id] = model.split('/');
  const named = profile === undefined ? undefined : state.tokens.get(profile);
  const used = profile === undefined ? usedNow(state).met.at(-1) : named;
  if (used !== undefined && !state.refused.has(used))
    return { out: json({ ok: true, provider, model: id, outputs: [{ text: 'ready', mediaUrl: null }] }) };
  const why =
    used === undefined
      ? `Selected auth profile "${profile}" is unavailable.`
      : `No text output returned for provider "${provider}" model "${id}": 401 invalid x-api-key.`;
  const log = `[model-fetch] response provider=${provider} api=x model=${id} status=401 elapsedMs=1\n`;
  const err = used === undefined ? '' : log;
  return { out: json({ ok: false, error: { type: 'cli_error', message: why } }), err, code: 1 };
}

/** As 2026.9.6 shows a key, and a token. */
const masked = (secret: string) =>
  `${secret.startsWith('sk-ant-oat') ? 'token:' : ''}${secret.slice(0, 8)}...${secret.slice(-8)}`;

const json = (value: unknown) => JSON.stringify(value, null, 2);
