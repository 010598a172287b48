import { beforeAll, describe, expect, test } from '@jest/globals';
import { crowdRequirements } from '../../scripts/chaos/crowd/report.ts';
import {
  CROWD,
  CROWD_FAULTS,
  type CrowdEvidence,
  QUICK_CROWD_TIMES,
  runCrowd,
} from '../../scripts/chaos/crowd/run.ts';
import { QUICK_WORKER } from '../../scripts/chaos/run.ts';

/** `npm run chaos -- --fault crowd`, small. More than are cleaned up box by box where a worker stops. */
const RUN = { ...CROWD, ...QUICK_CROWD_TIMES, workerMain: QUICK_WORKER, count: 240, faults: CROWD_FAULTS };
const RUN_MS = 10 * 60_000;

let evidence: CrowdEvidence;

beforeAll(async () => {
  evidence = await runCrowd(RUN, () => undefined);
}, RUN_MS);

describe('a crowd whose worker is stopped, killed, frozen, and whose Redis goes away', () => {
  test('has met all of it', () => {
    expect(evidence.rounds.map(({ fault }) => fault)).toEqual(CROWD_FAULTS);
    expect(evidence.customers).toHaveLength(RUN.count);
  });

  test('ends connected, every one of them, and leaves nothing anywhere', () => {
    expect(crowdRequirements(evidence).filter(({ met }) => !met)).toEqual([]);
  });

  test('costs nobody an attempt: none has failed, and who was not connected went back to the queue', () => {
    expect(evidence.rounds.map(({ failed, left }) => [failed, left])).toEqual(CROWD_FAULTS.map(() => [0, 0]));
    for (const { stopped } of evidence.rounds) expect(stopped?.handedOver).toBe(stopped?.open);
  });
});
