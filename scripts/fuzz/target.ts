import fc from 'fast-check';
import { Meter } from './meter.ts';

/** Cases between two samples of memory. */
const BATCH = 40;
/** Cases that a finding may be made smaller with. */
const SHRINKS = 400;
/** Findings after which a target is left. */
const ENOUGH = 3;

export interface TargetOptions<Case> {
  name: string;
  what: string;
  /** Chunks for each that is asked for. */
  share: number;
  cases: fc.Arbitrary<Case>;
  /** Feeds one case; returns how many chunks that were. Throws on a finding. */
  run(given: Case, meter: Meter): Promise<number>;
  describe(given: Case): string;
}

export interface Found {
  /** For fast-check: gives this very case again. */
  seed: number;
  path: string;
  what: string;
  /** The smallest case that still shows it. */
  example: string;
}

export interface Hunted {
  name: string;
  what: string;
  cases: number;
  chunks: number;
  meter: Meter;
  findings: readonly Found[];
}

/** The target of the fuzzer: given a number of chunks, returns what came of it. */
export interface Target {
  name: string;
  hunt(chunks: number, seed: number): Promise<Hunted>;
}

export function target<Case>(options: TargetOptions<Case>): Target {
  return { name: options.name, hunt: (chunks, seed) => hunt(options, chunks, seed) };
}

async function hunt<Case>(options: TargetOptions<Case>, asked: number, seed: number): Promise<Hunted> {
  const { name, what, share, cases, run } = options;
  const meter = new Meter();
  const findings: Found[] = [];
  const most = Math.ceil(asked * share);
  let chunks = 0;
  let count = 0;
  for (let batch = 0; chunks < most && findings.length < ENOUGH; batch += 1) {
    let failed = false;
    let shrinks = 0;
    const feed = async (given: Case) => {
      if (chunks >= most && !failed) return;
      // Holding for every smaller case ends the search for the smallest.
      if (failed && ++shrinks > SHRINKS) return;
      try {
        const fed = await meter.timed(() => run(given, meter));
        if (failed) return;
        chunks += fed;
        count += 1;
      } catch (thrown) {
        failed = true;
        throw thrown;
      }
    };
    const batchSeed = Math.imul(seed, 0x9e3779b1) + batch;
    const result = await fc.check(fc.asyncProperty(cases, feed), { numRuns: BATCH, seed: batchSeed | 0 });
    meter.sample();
    if (result.failed) findings.push(foundIn(result, options.describe));
  }
  return { name, what, cases: count, chunks, meter, findings };
}

function foundIn<Case>(result: fc.RunDetails<[Case]>, describe: (given: Case) => string): Found {
  const { errorInstance, seed, counterexample, counterexamplePath } = result;
  const what =
    errorInstance instanceof Error ? (errorInstance.stack ?? errorInstance.message) : String(errorInstance);
  const example = counterexample ? describe(counterexample[0]) : 'none';
  return { seed, path: counterexamplePath ?? '', what, example };
}
