/**
 * OpenClaw's agents beside its default one: each may have a model, an order and, up to 2026.7.1, a store of its own. A look asks
 * about one of them, so that it costs no more however many there are. What was so when the connection worked is no fault.
 */
import type { Seen } from '../../core/contract/health.ts';
import type { LookJob } from '../../core/contract/jobs.ts';
import {
  AGENT_FAULTS,
  type AgentFault,
  type AgentState,
  type BoxState,
  MOST_AGENTS,
} from '../../core/contract/repairs.ts';
import { Redactor } from '../../core/secrets/redaction.ts';
import { nowDate } from '../../core/store/redis-clock.ts';
import type { BoxSeen } from '../doctor/see-box.ts';
import { Commands } from '../programs/openclaw/commands.ts';
import { agentOf } from '../programs/openclaw/models-status.ts';
import { readEveryAgent } from '../programs/openclaw/profile-trace.ts';
import type { BoxConnection, CallLimits } from '../transports/transport.ts';
import { COMMAND_MS, ordersOf, statusOf } from './ask-box.ts';
import { agentFaults, isByAgent, type LookFacts, readLook, type Watched } from './read-look.ts';

/** What earlier looks have said of agents. */
export type AgentsKnown = NonNullable<LookJob['agents']>;

/** An agent that was asked about. */
interface AgentSeen {
  id: string;
  /** By connection, what is so for it now. */
  faults: ReadonlyMap<string, readonly AgentFault[]>;
  /** By connection, what was so before, of the agents that there still are. */
  known: ReadonlyMap<string, readonly AgentState[]>;
}

/** Milliseconds for all that is asked of it: the look has more to do, and its own deadline. */
const MOST_MS = 2 * COMMAND_MS;

interface Asking {
  /** What OpenClaw has said of the default one. */
  facts: LookFacts;
  records: readonly Watched[];
  agents: AgentsKnown;
  /** The agent that stands for the default one; undefined: OpenClaw's own. */
  agent: string | undefined;
}

/** Undefined where there is none, or it says nothing: what the look has seen besides must not be lost. Throws only when aborted. */
export async function askOtherAgent(
  sessions: BoxConnection,
  box: BoxSeen,
  asking: Asking,
  signal: AbortSignal,
): Promise<AgentSeen | undefined> {
  try {
    return await asked(sessions, box, asking, AbortSignal.any([signal, AbortSignal.timeout(MOST_MS)]));
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

async function asked(
  sessions: BoxConnection,
  { openclaw }: BoxSeen,
  { facts, records, agents, agent }: Asking,
  signal: AbortSignal,
): Promise<AgentSeen | undefined> {
  if (!openclaw || !facts.status || 'error' in facts.status) return undefined;
  const { wanted } = agents;
  const known = new Map(records.map(({ id }) => [id, agents.known?.[id] ?? []] as const));
  const none = (id: string) => ({ id, faults: new Map(), known: new Map() });
  // Where there was one with something wrong, it is gone.
  if (!openclaw.config?.namesAgents) return wanted === undefined ? undefined : none(wanted);
  const limits: CallLimits = { signal, timeoutMs: COMMAND_MS };
  const commands = new Commands(sessions, openclaw, new Redactor());
  if (!records.some(isByAgent)) return wanted === undefined ? undefined : none(wanted);
  const all = await commands.ask(['agents', 'list', '--json'], limits, readEveryAgent);
  const ofDefault = agent ?? agentOf(facts.status.status);
  const others = all.filter((id) => id !== ofDefault).slice(0, MOST_AGENTS);
  const isThere = ({ id }: AgentState) => others.includes(id);
  const still = new Map([...known].map(([id, states]) => [id, states.filter(isThere)] as const));
  if (wanted !== undefined && !all.includes(wanted)) return { ...none(wanted), known: still };
  const working = worksHere(facts, records);
  const id = wanted ?? nextOf(others, still.get(working ?? '') ?? []);
  if (id === undefined) return undefined;
  const status = await statusOf(commands, id, limits);
  if ('error' in status) return undefined;
  const orders = await ordersOf(commands, status.status, records, id, limits);
  const ofAgent = { ...facts, status, orders };
  const faults = new Map(
    records.map((record) => [record.id, agentFaults(ofAgent, status.status, record, records)] as const),
  );
  return { id, faults, known: still };
}

/** A connection that works for the default agent: only of such ones is kept which agent was asked about. Pure. */
export function worksHere(facts: LookFacts, records: readonly Watched[]): string | undefined {
  const seen = readLook(facts, records, nowDate().getTime());
  return records.find(({ id }) => seen.get(id)?.outcome === 'working')?.id;
}

/** The one that was never asked about, else the one for which that is longest ago. Pure. */
function nextOf(others: readonly string[], known: readonly AgentState[]): string | undefined {
  return others.find((id) => known.every((one) => one.id !== id)) ?? known[0]?.id;
}

/** What a look says of each connection, with what it has seen of another agent: only what works for the default one is moved by it. Pure. */
export function withAgent(
  seen: ReadonlyMap<string, Seen>,
  other: AgentSeen | undefined,
): ReadonlyMap<string, Seen> {
  if (!other) return seen;
  const { id: agent } = other;
  return new Map(
    [...seen].map(([id, saw]): [string, Seen] => {
      if (saw.outcome !== 'working') return [id, saw];
      const code = newFault(other, id);
      return [id, code ? { outcome: 'attention', code, agent } : { outcome: 'working', agent }];
    }),
  );
}

function newFault({ id: agent, faults, known }: AgentSeen, connection: string): AgentFault | undefined {
  const state = known.get(connection)?.find(({ id }) => id === agent);
  // One that was never seen may always have been so.
  return state && faults.get(connection)?.find((code) => !state.asIs.includes(code));
}

/** What it saw of OpenClaw, with what is so for that agent, which is asked about last from now on. Pure. */
export function withAgentStates(
  states: ReadonlyMap<string, BoxState>,
  other: AgentSeen | undefined,
): ReadonlyMap<string, BoxState> {
  if (!other) return states;
  const { id: agent, faults, known } = other;
  return new Map(
    [...states].map(([id, state]) => {
      const before = (known.get(id) ?? []).filter((one) => one.id !== agent);
      const now = faults.get(id);
      const agents = [
        ...before,
        ...(now ? [{ id: agent, asIs: AGENT_FAULTS.filter((code) => now.includes(code)) }] : []),
      ];
      return [id, { ...state, agents: agents.slice(-MOST_AGENTS) }];
    }),
  );
}
