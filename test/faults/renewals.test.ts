import { beforeAll, describe, expect, test } from '@jest/globals';
import { againstRenewals, renewalRequirements } from '../../scripts/chaos/renewals/report.ts';
import { type RenewalsEvidence, runRenewals } from '../../scripts/chaos/renewals/run.ts';
import { QUICK_WORKER } from '../../scripts/chaos/run.ts';

/** `npm run chaos -- --fault renewal`, small: as many as it takes for every step to be met. */
const RUN = { renewals: 96, concurrency: 96, seed: 19, workerMain: QUICK_WORKER, quietMs: 60_000 };
const RUN_MS = 5 * 60_000;

let evidence: RenewalsEvidence;

beforeAll(async () => {
  evidence = await runRenewals(RUN, () => undefined);
}, RUN_MS);

describe('customers renew under a steady stream of turns, and the worker process gets SIGKILL at every step', () => {
  test('no turn fails, and one token that works is in use at the end, which is on record', () => {
    expect(againstRenewals(evidence, 5)).toEqual([]);
    expect(renewalRequirements(evidence).filter(({ met }) => !met)).toEqual([]);
    expect(evidence.renewals).toHaveLength(RUN.renewals);
  });
});
