import { beforeAll, expect, test } from '@jest/globals';
import { Accounts } from '../../scripts/chaos/account.ts';
import { FAULTS, STRUCK_PHASES } from '../../scripts/chaos/plan.ts';
import { requirements } from '../../scripts/chaos/requirements.ts';
import { type Evidence, runChaos } from '../../scripts/chaos/run.ts';

const faults = FAULTS.filter((name) => name.startsWith('database-'));
/** Every fault of the database once in every phase: a round of a fault has one handshake in each. */
const RUN = {
  faults,
  handshakes: faults.length * STRUCK_PHASES.length,
  concurrency: STRUCK_PHASES.length,
  seed: 17,
  quick: true,
};
const RUN_MS = 8 * 60_000;

let evidence: Evidence;

beforeAll(async () => {
  evidence = await runChaos(RUN, () => undefined);
}, RUN_MS);

test('the database is stopped, silent, killed, slow, read-only and full in every phase of a handshake', () => {
  const met = new Set(evidence.entries.map(({ fault, drawn }) => `${fault} in ${drawn}`));
  expect(met.size).toBe(RUN.handshakes);
});

test('every handshake ends connected without another sign-in, and what is to be recorded is there, once', () => {
  expect(new Accounts(evidence.logs).against(requirements(evidence), 2)).toBe('');
  expect(evidence.record.handshakes).toBeGreaterThanOrEqual(RUN.handshakes);
  expect(evidence.record.arrived).toBeGreaterThanOrEqual(RUN.handshakes);
  // It was away when there was something to record.
  const waited =
    Object.values(evidence.logs)
      .join('\n')
      .match(/waits in the queue record/g) ?? [];
  expect(waited.length).toBeGreaterThan(faults.length);
  expect(evidence.entries.filter(({ ending }) => ending === 'fresh link')).toEqual([]);
});
