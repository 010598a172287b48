import { beforeAll, describe, expect, test } from '@jest/globals';
import { Accounts } from '../../scripts/chaos/account.ts';
import { FAULTS } from '../../scripts/chaos/plan.ts';
import { requirements } from '../../scripts/chaos/requirements.ts';
import { type Evidence, runChaos } from '../../scripts/chaos/run.ts';

/** Everything of `npm run chaos`, small: two handshakes for each fault, with locks that last seconds. */
const RUN = { handshakes: 2 * FAULTS.length, concurrency: 2, seed: 20, quick: true };
const RUN_MS = 8 * 60_000;

let evidence: Evidence;

beforeAll(async () => {
  evidence = await runChaos(RUN, () => undefined);
}, RUN_MS);

describe('any process dies while a customer connects Claude', () => {
  test('every fault has met a handshake', () => {
    const met = evidence.entries.filter((entry) => entry.met).map(({ fault }) => fault);
    expect([...new Set(met)].toSorted()).toEqual(FAULTS.toSorted());
    expect(evidence.entries).toHaveLength(RUN.handshakes);
  });

  test('they can finish, nothing is lost or done twice, and nothing stays anywhere', () => {
    // What speaks against it, with what happened, where something does.
    expect(new Accounts(evidence.logs).against(requirements(evidence), 2)).toBe('');
  });
});
