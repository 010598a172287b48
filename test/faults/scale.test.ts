import { beforeAll, describe, expect, test } from '@jest/globals';
import { runParked, SMALL_PARKED } from '../../scripts/bench/scale/parked.ts';
import { ownBytes, wrongInParked } from '../../scripts/bench/scale/parked-report.ts';
import { wrongIn } from '../../scripts/bench/scale/report.ts';
import { PARTS, runScale, type ScaleEvidence, SMALL, USUAL } from '../../scripts/bench/scale/run.ts';

/** `npm run bench:scale -- --small`; counts alone are looked at here. */
const RUN_MS = 5 * 60_000;
/** Bytes of Redis that one who waits with no worker may take. */
const MOST_BYTES = 4 * 1024;

let evidence: ScaleEvidence;

beforeAll(async () => {
  evidence = await runScale({ ...USUAL, ...SMALL, parts: PARTS }, () => undefined);
}, RUN_MS);

describe('customers who wait at real apis, on simulated boxes, while Redis is killed and workers come and go', () => {
  test('have nothing against it', () => {
    expect(wrongIn(evidence)).toEqual([]);
  });

  test('all have a link, also who comes while others wait', () => {
    expect(evidence.way.arrived).toBe(SMALL.boxes);
    expect(evidence.beside?.arrived).toBe(SMALL.beside);
    // That of each was seen on its box, too, so what is measured is the way of every one.
    expect(evidence.way.screenToBrowser.count).toBe(SMALL.boxes);
  });

  test('are connected when they paste their code, each typed once, also right before Redis is killed', () => {
    expect(evidence.finish).toMatchObject({ connected: SMALL.finish, codeToTyped: { count: SMALL.finish } });
    expect(evidence.redis?.pasted.connected).toBe(SMALL.paste);
    expect(evidence.boxes).toMatchObject({ codes: SMALL.finish + SMALL.paste, twice: 0 });
  });

  test('keep their links when Redis is killed', () => {
    const met = SMALL.boxes + SMALL.beside - SMALL.finish;
    expect(evidence.redis).toMatchObject({ met, lost: 0, changed: 0, held: expect.any(Number) });
    expect(evidence.redis?.held).not.toBeNaN();
  });

  test('keep their links when their worker stops: the other one holds them all', () => {
    const left = SMALL.boxes + SMALL.beside - SMALL.finish - SMALL.paste;
    expect(evidence.term).toMatchObject({ met: left, code: 0, kept: 0, lost: 0, changed: 0, after: [left] });
    expect(evidence.term?.back.count).toBe(evidence.term?.had);
  });
});

test(
  'customers who wait with no worker take a few kilobytes of Redis, and their codes are typed once, by whoever has them then',
  async () => {
    const parked = await runParked({ ...USUAL, ...SMALL_PARKED }, () => undefined);
    expect(wrongInParked(parked)).toEqual([]);
    const { boxes, finish } = SMALL_PARKED;
    expect(parked).toMatchObject({ met: boxes, parked: boxes, locks: 0 });
    expect(ownBytes(parked.own)).toBeLessThanOrEqual(MOST_BYTES);
    // What is written for those of whom nothing else is there is as much as that.
    expect(parked.sown).toBeGreaterThan(ownBytes(parked.own) / 2);
    expect(parked.boxes).toMatchObject({ codes: 2 * finish, twice: 0 });
  },
  RUN_MS,
);
