import { Meter } from '../meter.ts';
import type { Found, Hunted, Target } from '../target.ts';
import { ANSWERING, askAll, printed } from './answers.ts';
import { type Growth, growth } from './growth.ts';
import { READERS } from './readers.ts';
import { randomOf, randomShape, SHAPES } from './shapes.ts';

/** Chunks from which on texts are as long as their readers' bounds allow; with fewer, a sixteenth of that. */
const WHOLE_FROM = 10_000;
/** Chunks for one shape made at random. */
const CHUNKS_A_SHAPE = 2_000;

/**
 * Every reader is fed with large texts of many shapes, each in sizes up to the reader's own bound, and must take no
 * longer than grows with the size. It takes no damage: what counts here is how much, not what.
 */
export const sizeTarget: Target = {
  name: 'size',
  hunt: async (chunks, seed) => {
    const meter = new Meter();
    const findings: Found[] = [];
    const share = chunks < WHOLE_FROM ? 1 / 16 : 1;
    let cases = 0;
    let fed = 0;
    const judge = async (name: string, shape: string, grown: Promise<Growth>) => {
      const { problem, ms } = await grown;
      cases += 1;
      fed += ms.size;
      meter.looks += ms.size;
      if (problem) findings.push({ seed, path: `${name}: ${shape}`, what: problem, example: shape });
    };
    const random = randomOf(seed);
    const some = Array.from({ length: Math.floor(chunks / CHUNKS_A_SHAPE) }, () => randomShape(random));
    for (const { name, most, read } of READERS) {
      for (const { name: shape, make } of [...SHAPES, ...some])
        await judge(name, shape, growth(most * share, make, read));
      meter.sample();
    }
    for (const answering of ANSWERING) {
      const make = (size: number) => printed(answering.answers(size));
      const work = (answers: ReadonlyMap<string, string>) => askAll(answering, answers);
      await judge('openclaw', answering.name, growth(answering.most * share, make, work));
      meter.sample();
    }
    const what = 'every reader of what a box prints, by how its time grows with the size';
    return { name: 'size', what, cases, chunks: fed, meter, findings } satisfies Hunted;
  },
};
