import { type ErrorCode, KeyferryError, toKeyferryError } from '../../../core/contract/errors.ts';
import type { RunStep } from '../../../core/contract/fleet-runs.ts';
import { rowAs, rowOf } from '../../../core/contract/providers.ts';
import {
  ANSWERS,
  REPAIR_WORDS,
  type RepairDone,
  type RepairJob,
  type RepairName,
} from '../../../core/contract/repairs.ts';
import type { Recorder } from '../../../core/store/recorder.ts';
import { nowDate } from '../../../core/store/redis-clock.ts';
import { type Tested, testedOnBox } from '../../connections/on-box.ts';
import type { JobSignals } from '../../queue/box-jobs.ts';
import { type Look, lookAtBox } from '../look.ts';
import { lookedOf } from '../looking.ts';
import { REPAIR_STEPS } from '../repairs/all.ts';
import { type RunBox, step } from './steps.ts';

export interface CustomerStepServices {
  recorder: Pick<Recorder, 'record'>;
  /** Puts something right on a box whose customer's turn the caller has; where `prove` throws, it has failed and is taken back. */
  repair(work: Repairing, signals: JobSignals, prove?: () => Promise<void>): Promise<RepairDone>;
  /** Ends a repair whose worker was lost, by what a turn has said (`error`): what has not helped is put back. Never rejects. */
  endRepair(work: Repairing, error: ErrorCode | undefined, signals: JobSignals): Promise<void>;
  /** Hours between two looks at what works. */
  watchHours: number;
}

type Repairing = Extract<RepairJob, { task: 'repair' }>;

/** What can win over the customer's credential, and what takes it out. */
const WINS: Partial<Record<string, RepairName>> = {
  credential_overridden: 'config-key-out',
  other_credential_first: 'order-back',
};
/** Those that a run makes, each once. */
const MADE = [...new Set(Object.values(WINS))] as readonly RepairName[];
type Recorded = RunBox['records'][number];

/**
 * The second half, once the customer has connected: what wins over their credential is taken out, by the repairs that there are
 * for it, and a turn shows that it answers. Throws the code of whatever else is wrong.
 */
export async function letCustomerAnswer(
  services: CustomerStepServices,
  box: RunBox,
  askedBy: string,
): Promise<RunStep[]> {
  const { transport, agent, records, options, signal, givenUp, customer } = box;
  const signals = { signal, givenUp };
  const hadGateway = records.some(({ reason }) => reason === 'gateway_down');
  const look = await lookAtBox(transport, records, { signal, agent, hadGateway });
  const steps: RunStep[] = [];
  for (const record of records) {
    const ofRepair = { task: 'repair', customer, box: record.box, connection: record.id, askedBy } as const;
    const end = async (error?: ErrorCode) => {
      if (options.dryRun) return;
      for (const name of MADE) await services.endRepair({ ...ofRepair, name }, error, signals);
    };
    // One that makes no turn itself has not helped before one is answered: until then it can be taken back.
    const proof = async () => {
      await prove(services, box, record);
    };
    try {
      const repair = (name: RepairName) =>
        services.repair({ ...ofRepair, name }, signals, REPAIR_STEPS[name].proves ? undefined : proof);
      steps.push(...(await answering(services, box, { record, look, repair })));
    } catch (thrown) {
      // What answered before answers again, also where somebody was lost after they had taken it out.
      if (!signal.aborted) await end(toKeyferryError(thrown).code);
      throw thrown;
    }
    await end();
  }
  return steps;
}

async function answering(
  services: CustomerStepServices,
  box: RunBox,
  { record, look, repair }: { record: Recorded; look: Look; repair(name: RepairName): Promise<RepairDone> },
): Promise<RunStep[]> {
  const { options } = box;
  const { id, profile } = record;
  const seen = look.seen.get(id);
  const looked = lookedOf(look, id, services.watchHours);
  if (looked && !options.dryRun) await services.recorder.record('looked', looked);
  if (seen?.outcome === 'unreachable' || seen?.outcome === 'inconclusive') throw new KeyferryError(seen.code);
  const name = seen?.outcome === 'attention' ? WINS[seen.code] : undefined;
  if (seen?.outcome === 'attention' && !name) throw new KeyferryError(seen.code);
  const out = name && `${profile}: ${REPAIR_WORDS[name]}`;
  if (options.dryRun)
    return [
      ...(out ? [step('out', 'would', out)] : []),
      step(
        'proof',
        'would',
        `Make one turn that only ${profile} can answer, and one through the gateway if one runs.`,
      ),
    ];
  const done = name && (await repair(name));
  if (done?.outcome === 'failed') throw new KeyferryError(done.error ?? 'internal_error');
  if (done?.outcome === 'told') throw new KeyferryError(ANSWERS[name as RepairName]);
  // Where its own look does not see it any more, a turn says whether that is so.
  const isOut = done?.outcome === 'repaired';
  const seenBy = isOut ? undefined : await prove(services, box, record);
  const proof = step('proof', 'done', proofWords(profile, seenBy));
  return [...(isOut && out ? [step('out', 'done', out)] : []), proof];
}

/** `seen`: undefined where the turns were the repair's, which fails where a gateway's chats use something else. Pure. */
export function proofWords(profile: string, seen: Pick<Tested, 'throughGateway'> | undefined): string {
  const line = `A turn of OpenClaw’s command line that only ${profile} can answer was answered`;
  if (seen === undefined) return `${line}; none through a gateway was seen that something else answered.`;
  if (seen.throughGateway === undefined) return `${line}. Of chats through a gateway nothing was seen.`;
  return seen.throughGateway === 'this'
    ? `${line}, and one through the gateway with the only stored profile, which it is.`
    : `${line}, and one through the gateway with a stored profile; which one was not seen.`;
}

/** What was seen through the gateway, too. */
async function prove(
  { recorder }: CustomerStepServices,
  { transport, agent, signal }: RunBox,
  record: Recorded,
): Promise<Pick<Tested, 'throughGateway'>> {
  const row = rowOf(record.provider);
  if (!row) throw new KeyferryError('internal_error');
  const options = { signal, agent };
  const tested = await testedOnBox(transport, rowAs(row, record.profile), record, options);
  const { verdict, isByTurn, throughGateway } = tested;
  const at = nowDate().toISOString();
  await recorder.record('checked', { connection: record.id, at, verdict, isByTurn });
  if (verdict !== undefined) throw new KeyferryError(verdict);
  return { throughGateway };
}
