/**
 * One real turn through the gateway that serves the customer, in a session of its own and without the customer's tools: what
 * a turn of the command line does not show, as a gateway of 2026.9.6 goes by other rules (docs/fleet.md). The gateway's own
 * token is read on the box, and stays there.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { KeyferryError } from '../../../core/contract/errors.ts';
import type { ProviderRow } from '../../../core/contract/providers.ts';
import { evenIfCancelled } from '../../still-there.ts';
import type { CallLimits } from '../../transports/transport.ts';
import { type Commands, succeeded } from './commands.ts';
import { findJson } from './models-status.ts';
import { hasModelRuns, keepsModelRuns } from './versions.ts';

/**
 * What it was answered with: a stored profile of the provider's, or something else, which is named. `unseen`: it was not
 * answered by the provider, does not say, or could not be made; and why, in words. `isRefused`: the gateway has taken at least two
 * turns, and it or the provider has refused each.
 */
export type GatewayTurn =
  | { by: 'profile' }
  | { by: 'other'; what: string }
  | { by: 'unseen'; why: string; isRefused?: true };

const PROMPT = 'Reply with the one word: ready';
/** Milliseconds for one turn, and for forgetting its session. */
const TURN_MS = 60_000;
const FORGET_MS = 30_000;
/** Bytes of its answer: 8 KiB in 2026.9.6. */
const MOST_BYTES = 256 * 1024;
/** A gateway takes up what has changed within seconds: only what it says three times counts. */
const TURNS = 3;
const AGAIN_AFTER_MS = 5_000;
/** The same where it says no, as it goes by the model from before (2026.9.6: two seconds on a quiet machine). */
const TRIES = 5;
const SOON_AFTER_MS = 2_000;
/** The same of one that runs, and refuses by itself: it may be at it for longer (a logout left one so for 87 s). */
const TRIES_REFUSED = 10;
const SAID_NO = 'The gateway did not answer.';
const REFUSES = 'The gateway refused its turn.';
const OTHER_PROVIDER = 'Another provider answered.';
const REFUSED = 'The provider refused its turn.';
const REFUSED_BY_ANY = 'A provider refused its turn.';
const SKIPPED = 'The gateway asks the provider no more.';
/** Turns where the provider itself refuses them: by one alone a gateway is not said to refuse all. */
const TURNS_REFUSED = 2;
const MAY_PASS: ReadonlySet<string> = new Set([
  SAID_NO,
  REFUSES,
  REFUSED,
  REFUSED_BY_ANY,
  SKIPPED,
  OTHER_PROVIDER,
]);

const TurnSchema = z.object({
  status: z.literal('ok'),
  result: z.object({
    meta: z.object({
      agentMeta: z.object({
        provider: z.string(),
        credentialSource: z.object({ kind: z.string(), evidence: z.string().optional() }).optional(),
      }),
      requestShaping: z.object({ authMode: z.string().optional() }).optional(),
    }),
  }),
});

/**
 * Reads the JSON of a turn. 2026.9.6 says where the credential came from, in words without secrets; 2026.7.1 only that it was
 * a profile, and of anything else nothing. Pure.
 */
export function readGatewayTurn(json: unknown, { openclaw }: ProviderRow): GatewayTurn {
  const read = TurnSchema.safeParse(json);
  if (!read.success) return { by: 'unseen', why: 'It did not answer in a form that is known.' };
  const { agentMeta, requestShaping } = read.data.result.meta;
  if (agentMeta.provider !== openclaw.id) return { by: 'unseen', why: OTHER_PROVIDER };
  const { kind, evidence } = agentMeta.credentialSource ?? {};
  if (kind === 'profile' || (kind === undefined && requestShaping?.authMode === 'auth-profile'))
    return { by: 'profile' };
  if (kind === 'direct') {
    const from = { environment: 'a variable', 'provider-config': 'a key of its configuration' }[
      evidence ?? ''
    ];
    // A word of the box's choosing could be a key.
    return { by: 'other', what: from ?? 'another credential' };
  }
  return { by: 'unseen', why: 'It does not say with which credential.' };
}

/**
 * What support should know of it, a sentence at most. Throws `credential_overridden` where the gateway answers with something
 * else than a stored profile.
 */
export function checkGatewayTurn(turn: GatewayTurn | undefined): string[] {
  if (turn?.by === 'other')
    throw new KeyferryError('credential_overridden', {
      detail: `A turn through the gateway was answered with ${turn.what}.`,
    });
  return turn?.by === 'unseen'
    ? [`Which credential chats through the gateway use was not seen. ${turn.why}`]
    : [];
}

interface GatewayTurnParts {
  commands: Commands;
  provider: ProviderRow;
  /** Whose turn it is; undefined: not known. */
  agent: string | undefined;
  /** Milliseconds before it is asked again. */
  againAfterMs?: number | undefined;
}

/** Asks again where something else than a profile answers, or it says no. Throws only when aborted, or where the link is lost. */
export async function turnThroughGateway(parts: GatewayTurnParts, limits: CallLimits): Promise<GatewayTurn> {
  const { commands, agent, againAfterMs = AGAIN_AFTER_MS } = parts;
  if (!hasModelRuns(commands.version))
    return { by: 'unseen', why: `OpenClaw ${commands.version} has no such turn.` };
  if (agent === undefined) return { by: 'unseen', why: 'The agent is not known.' };
  const until = performance.now() + limits.timeoutMs;
  let isAll = true;
  for (let turns = 1; ; turns += 1) {
    const left = until - performance.now();
    const turn = await oneTurn(parts, agent, { ...limits, timeoutMs: Math.max(1, Math.min(TURN_MS, left)) });
    const isOther = turn.by === 'other';
    isAll &&= turn.by === 'unseen' && turn.isRefused === true;
    if (!isOther && !(turn.by === 'unseen' && MAY_PASS.has(turn.why))) return turn;
    const pauseMs = isOther || turns >= TRIES ? againAfterMs : Math.min(SOON_AFTER_MS, againAfterMs);
    const most = isOther ? TURNS : mostOf(turn.why);
    if (turns >= most || until - performance.now() < 2 * pauseMs)
      return isOther || (isAll && turns > 1) ? turn : { by: 'unseen', why: turn.why };
    await sleep(pauseMs, undefined, { signal: limits.signal });
  }
}

/**
 * The gateway says no because the provider did, and goes by the right model by then: `⚠️ anthropic/<model> request failed
 * (authentication failed, HTTP 401)` (2026.9.6). What passes (408, 429, 5xx) is asked again.
 */
function isRefused(said: string, { openclaw }: ProviderRow): boolean {
  return said.includes(` ${openclaw.id}/`) && /\bHTTP 4(?!08|29)\d\d\b/.test(said);
}

const SKIPS = /\bhas auth(?:_permanent)? issue \(skipping all models\)/;

/**
 * Once a provider has refused all that the gateway would use, it asks it no more for a while, of each turn: `All models failed (1):
 * anthropic/<model>: Provider anthropic has auth issue (skipping all models) (auth)` (2026.9.6, 2026.7.1).
 */
function isSkipped(said: string, { openclaw }: ProviderRow): boolean {
  return said.includes(`Provider ${openclaw.id} has auth`) && SKIPS.test(said);
}

/** As 2026.7.1 says it: `FailoverError: LLM error authentication_error: Invalid bearer token`. It may be another provider's. */
const BY_ANY = /\bLLM error (?:authentication|permission)_error\b/;

function mostOf(why: string): number {
  if (why === REFUSED) return TURNS_REFUSED;
  return why === REFUSES ? TRIES_REFUSED : TRIES;
}

/**
 * The gateway has no credential for the turn, or what it has prepared is stale: `prepared model runtime plugin generation was
 * superseded`, `prepared model catalog owner config was replaced during the read` (2026.9.6).
 */
const OF_ITSELF = /\bprepared model .{0,80}\bwas (?:superseded|replaced)\b|No API key found for provider/;

function refusalOf(said: string, provider: ProviderRow): GatewayTurn {
  if (isRefused(said, provider)) return { by: 'unseen', why: REFUSED, isRefused: true };
  if (isSkipped(said, provider)) return { by: 'unseen', why: SKIPPED, isRefused: true };
  if (BY_ANY.test(said)) return { by: 'unseen', why: REFUSED_BY_ANY, isRefused: true };
  return OF_ITSELF.test(said)
    ? { by: 'unseen', why: REFUSES, isRefused: true }
    : { by: 'unseen', why: SAID_NO };
}

async function oneTurn(
  { commands, provider }: GatewayTurnParts,
  agent: string,
  limits: CallLimits,
): Promise<GatewayTurn> {
  const sessionId = `model-run-keyferry-${randomUUID()}`;
  const sessionKey = `agent:${agent}:explicit:${sessionId}`;
  const options = { modelRun: true, promptMode: 'none', cleanupBundleMcpOnRunEnd: true };
  const session = { agentId: agent, sessionId, sessionKey, idempotencyKey: randomUUID() };
  limits.signal.throwIfAborted();
  try {
    const params = { ...session, message: PROMPT, ...options };
    const result = await commands.gatewayCall('agent', params, {
      ...limits,
      maxBytes: MOST_BYTES,
      isFinal: true,
    });
    if (result.exit.kind === 'lost') throw commands.failed(['gateway', 'call', 'agent'], result);
    if (!succeeded(result)) return refusalOf(`${result.stderr}\n${result.stdout}`, provider);
    return readGatewayTurn(findJson(result.stdout), provider);
  } catch (thrown) {
    limits.signal.throwIfAborted();
    if (thrown instanceof KeyferryError && thrown.code === 'connection_lost') throw thrown;
    return { by: 'unseen', why: 'The gateway did not answer in time.' };
  } finally {
    // 2026.7.1 lists it among the customer's sessions; 2026.9.6 does not keep it.
    if (keepsModelRuns(commands.version)) {
      const forgetting = { signal: evenIfCancelled(limits.signal), timeoutMs: FORGET_MS };
      const deleted = commands.gatewayCall('sessions.delete', { key: sessionKey }, forgetting);
      await deleted.catch(() => undefined);
    }
  }
}
