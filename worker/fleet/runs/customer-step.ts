import { KeyferryError } from '../../../core/contract/errors.ts';
import type { RunStep } from '../../../core/contract/fleet-runs.ts';
import { rowAs, rowOf } from '../../../core/contract/providers.ts';
import {
  REPAIR_WORDS,
  type RepairDone,
  type RepairJob,
  type RepairName,
} from '../../../core/contract/repairs.ts';
import type { Recorder } from '../../../core/store/recorder.ts';
import { nowDate } from '../../../core/store/redis-clock.ts';
import { testOnBox } from '../../connections/on-box.ts';
import { lookAtBox } from '../look.ts';
import { lookedOf } from '../looking.ts';
import { type RunBox, step } from './steps.ts';

export interface CustomerStepServices {
  recorder: Pick<Recorder, 'record'>;
  /** Puts something right on a box whose customer's turn the caller has. */
  repair(work: Extract<RepairJob, { task: 'repair' }>, signal: AbortSignal): Promise<RepairDone>;
  /** Hours between two looks at what works. */
  watchHours: number;
}

/** What can win over the customer's credential, and what takes it out. */
const WINS: Partial<Record<string, RepairName>> = {
  credential_overridden: 'config-key-out',
  other_credential_first: 'order-back',
};
/** A turn that the repair itself makes. */
const PROVES = new Set<RepairName>(['config-key-out']);

/**
 * The second half, once the customer has connected: what wins over their credential is taken out, by the repairs that there are
 * for it, and a turn shows that it answers. Throws the code of whatever else is wrong.
 */
export async function letCustomerAnswer(
  services: CustomerStepServices,
  box: RunBox,
  askedBy: string,
): Promise<RunStep[]> {
  const { transport, agent, records, options, signal, customer } = box;
  const { recorder, watchHours, repair } = services;
  const look = await lookAtBox(transport, records, { signal, agent });
  const steps: RunStep[] = [];
  for (const record of records) {
    const { id, profile } = record;
    const seen = look.seen.get(id);
    const looked = lookedOf(look, id, watchHours);
    if (looked && !options.dryRun) await recorder.record('looked', looked);
    if (seen?.outcome === 'unreachable' || seen?.outcome === 'inconclusive')
      throw new KeyferryError(seen.code);
    const name = seen?.outcome === 'attention' ? WINS[seen.code] : undefined;
    if (seen?.outcome === 'attention' && !name) throw new KeyferryError(seen.code);
    if (options.dryRun) {
      if (name) steps.push(step('out', 'would', `${profile}: ${REPAIR_WORDS[name]}`));
      steps.push(step('proof', 'would', `Make one turn that only ${profile} can answer.`));
      continue;
    }
    if (name) {
      const work = { task: 'repair', customer, box: record.box, connection: id, name, askedBy } as const;
      const done = await repair(work, signal);
      if (done.outcome === 'failed') throw new KeyferryError(done.error ?? 'internal_error');
      if (done.outcome !== 'repaired')
        throw new KeyferryError(seen?.outcome === 'attention' ? seen.code : 'internal_error');
      steps.push(step('out', 'done', `${profile}: ${REPAIR_WORDS[name]}`));
    }
    if (!name || !PROVES.has(name)) await prove(services, box, record);
    steps.push(step('proof', 'done', `A turn that only ${profile} can answer was answered.`));
  }
  return steps;
}

async function prove(
  { recorder }: CustomerStepServices,
  { transport, agent, signal }: RunBox,
  record: RunBox['records'][number],
): Promise<void> {
  const row = rowOf(record.provider);
  if (!row) throw new KeyferryError('internal_error');
  const verdict = await testOnBox(transport, rowAs(row, record.profile), record, { signal, agent });
  await recorder.record('checked', { connection: record.id, at: nowDate().toISOString(), verdict });
  if (verdict !== undefined) throw new KeyferryError(verdict);
}
