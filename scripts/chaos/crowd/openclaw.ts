import { tokenFor } from './secrets.ts';

/** What a simulated `openclaw` (2026.9.6) prints; what it was given lies in its box. */
interface OpenClawState {
  /** Tokens by profile. */
  tokens: Map<string, string>;
  /** The order of profiles that was set. */
  order: string[] | undefined;
  model: string;
}

/** As it is installed, or as Keyferry has left it; `isBehind`: somebody has put another profile first since. */
export function freshOpenClaw(isConnected = false, isBehind = false): OpenClawState {
  if (!isConnected) return { tokens: new Map(), order: undefined, model: 'openai/gpt-6-astra' };
  const tokens = new Map([[WATCHED_PROFILE, tokenFor('watched')]]);
  if (isBehind) tokens.set(OTHER_PROFILE, tokenFor('other'));
  const order = isBehind ? [OTHER_PROFILE, WATCHED_PROFILE] : [WATCHED_PROFILE];
  return { tokens, order, model: 'anthropic/claude-opus-5-5' };
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

/** A command without a terminal: what it prints. It may change `state`. */
export function answer(state: OpenClawState, words: readonly string[], input: string): string {
  const line = words.join(' ');
  if (line.startsWith('models status')) return status(state);
  if (line.startsWith('models auth order')) return ordered(state, words.slice(3));
  if (line.startsWith('models auth logout')) return loggedOut(state, words[3] ?? '');
  if (line.startsWith('models list')) return models();
  if (line.startsWith('sessions')) return json({ path: STORE, count: 0, totalCount: 0, sessions: [] });
  if (line.startsWith('config get')) return json({});
  if (line.startsWith('config patch')) return patched(state, input);
  if (line.startsWith('config set')) return set(state, words.at(-1) ?? '');
  if (line.startsWith('infer model run')) return turn(words[words.indexOf('--model') + 1] ?? '');
  return '';
}

function status({ tokens, model }: OpenClawState): string {
  const labels = [...tokens].map(
    ([profile, token]) => `${profile}=token:${token.slice(0, 8)}...${token.slice(-8)}`,
  );
  const profiles = { count: labels.length, oauth: 0, token: labels.length, apiKey: 0, labels };
  const effective = { kind: 'profiles', detail: STORE };
  const providers = labels.length > 0 ? [{ provider: 'anthropic', effective, profiles }] : [];
  const inUse = model.split('/')[0];
  const ids = [...tokens.keys()].map((profileId) => ({ profileId, provider: 'anthropic' }));
  return json({
    resolvedDefault: model,
    agentDir: '/home/box/.openclaw/agents/main/agent',
    allowed: [],
    auth: {
      missingProvidersInUse: inUse === 'anthropic' && labels.length > 0 ? [] : [inUse],
      providers,
      unusableProfiles: [],
      // What is asked where there are several.
      ...(ids.length > 1 && { oauth: { profiles: ids, providers: [] } }),
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

function loggedOut(state: OpenClawState, profile: string): string {
  state.tokens.delete(profile);
  const left = state.order?.filter((id) => id !== profile) ?? [];
  state.order = left.length > 0 ? left : undefined;
  return `Removed auth profile: ${profile}`;
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

function turn(model: string): string {
  return json({
    ok: true,
    provider: 'anthropic',
    model: model.split('/')[1]?.split('@')[0],
    outputs: [{ text: 'ready', mediaUrl: null }],
  });
}

const json = (value: unknown) => JSON.stringify(value, null, 2);
