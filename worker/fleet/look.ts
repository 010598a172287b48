import { toKeyferryError } from '../../core/contract/errors.ts';
import type { Seen } from '../../core/contract/health.ts';
import type { BoxState } from '../../core/contract/repairs.ts';
import { claimedVersions, type Versions } from '../../core/contract/versions.ts';
import { Redactor } from '../../core/secrets/redaction.ts';
import { nowDate } from '../../core/store/redis-clock.ts';
import type { ReadTo } from '../../core/store/usage.ts';
import { type BoxSeen, seeBox } from '../doctor/see-box.ts';
import { Sessions } from '../handshake/sessions.ts';
import { Commands } from '../programs/openclaw/commands.ts';
import type { BoxConnection, Transport } from '../transports/transport.ts';
import { type AskOptions, askBox } from './ask-box.ts';
import { type AgentsKnown, askOtherAgent, withAgent, withAgentStates } from './other-agents.ts';
import { boxStates, readLook, unreached, type Watched } from './read-look.ts';
import { type ReadUsage, readUsage } from './read-usage.ts';

/** What one look at a box has seen. */
export interface Look {
  /** When it was over. */
  at: Date;
  /** By connection. */
  seen: ReadonlyMap<string, Seen>;
  /** Of the programs, as far as they are known. */
  versions: Versions;
  /** By connection, what decides on repairs; empty where OpenClaw has not answered. */
  states: ReadonlyMap<string, BoxState>;
  /** Milliseconds; absent: it was given up. */
  tookMs?: number;
  /** What the box has used, where that was asked for and the box could be asked. */
  usage?: ReadUsage | undefined;
}

export interface LookOptions extends AskOptions {
  /** One of OpenClaw's agents beside the default one is asked about, too; undefined: none is. */
  agents?: AgentsKnown | undefined;
  /** Usage is read, too, from there on. */
  usage?: ReadTo | undefined;
}

/** Milliseconds: a box that is off costs no more than the first. */
const REACH_MS = 5_000;
const SEE_MS = 30_000;
/** Milliseconds after which another agent is left for the next look. */
const AGENTS_UNTIL_MS = 3 * 60_000;
/** Milliseconds after which usage is left for the next look: it must not cost this one its deadline. */
const USAGE_UNTIL_MS = 5 * 60_000;

/**
 * Looks once at one box, for all of a customer's connections on it: at the machine, and at what OpenClaw says. No model is
 * asked, and nothing is changed. Throws only when aborted.
 */
export async function lookAtBox(
  transport: Transport,
  records: readonly Watched[],
  { signal, agent, hadGateway, agents, usage }: LookOptions,
): Promise<Look> {
  const from = performance.now();
  const all = (
    seen: ReadonlyMap<string, Seen>,
    versions: Versions = {},
    states: Look['states'] = new Map(),
  ): Look => ({ at: nowDate(), seen, versions, states, tookMs: Math.round(performance.now() - from) });
  let connection: BoxConnection | undefined;
  let box: BoxSeen | undefined;
  try {
    connection = await transport.connect({ signal, timeoutMs: REACH_MS });
    const sessions = new Sessions(connection);
    sessions.oneByOne();
    box = await seeBox(sessions, { signal, timeoutMs: SEE_MS });
    const facts = await askBox(sessions, box, records, { signal, agent, hadGateway });
    const versions = versionsOf(box);
    const ofDefault = readLook(facts, records, nowDate().getTime());
    const isToAsk = agents && performance.now() - from < AGENTS_UNTIL_MS && someWorks(ofDefault);
    const other = isToAsk
      ? await askOtherAgent(sessions, box, { facts, records, agents, agent }, signal)
      : undefined;
    const states = boxStates(facts, records, versions.openclaw);
    const look = all(withAgent(ofDefault, other), versions, withAgentStates(states, other));
    const isAsked = usage && facts.status && 'status' in facts.status;
    if (!isAsked || performance.now() - from > USAGE_UNTIL_MS) return look;
    return { ...look, usage: await usageOn(sessions, box, usage, signal) };
  } catch (thrown) {
    signal.throwIfAborted();
    const { code } = toKeyferryError(thrown);
    if (!connection || code === 'connection_lost') return all(unreached(code, records), versionsOf(box));
    const seen = records.map(({ id }) => [id, { outcome: 'inconclusive', code } as const] as const);
    return all(new Map(seen), versionsOf(box));
  } finally {
    await connection?.close();
  }
}

const someWorks = (seen: ReadonlyMap<string, Seen>) =>
  [...seen.values()].some(({ outcome }) => outcome === 'working');

/** Nothing that goes wrong with it is the look's. */
async function usageOn(
  sessions: Sessions,
  { openclaw }: BoxSeen,
  from: ReadTo,
  signal: AbortSignal,
): Promise<ReadUsage | undefined> {
  if (!openclaw) return undefined;
  try {
    const commands = new Commands(sessions, openclaw, new Redactor());
    return await readUsage(commands, { ...from, now: nowDate().getTime() }, { signal });
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

function versionsOf(box: BoxSeen | undefined): Versions {
  const openclaw = box?.openclaw?.openclaw.version ?? box?.facts.openclaw?.version;
  return claimedVersions({ claude: box?.facts.claude?.version, openclaw });
}
