import { beforeAll, expect, test } from '@jest/globals';
import { type SweepEvidence, sweep } from '../../scripts/bench/watch-sweep.ts';
import { QUICK_WORKER } from '../../scripts/chaos/run.ts';

/** `npm run bench:watch`, small. */
const RUN = { boxes: 250, handshakes: 12, delayMs: 100, workerMain: QUICK_WORKER, quietMs: 90_000 };
let evidence: SweepEvidence;

beforeAll(async () => {
  evidence = await sweep(RUN, () => undefined);
}, 6 * 60_000);

test('a fleet whose looks are all due at once is looked at, each box once, and no alarm is false', () => {
  expect([evidence.left, evidence.alarmed]).toEqual([0, 0]);
  expect([...evidence.looks]).toEqual([['working', RUN.boxes]]);
});

test('customers who come meanwhile get their links', () => {
  expect(evidence.waves.map(({ toLink }) => toLink.length)).toEqual([12, 12, 12]);
});
