/**
 * Every provider's every answer on the real OpenClaw: what the proof of a key says, and whose key the provider saw. What
 * is on record already is not asked again, so a run that was cut goes on.
 */
import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { startLab } from '../../lab/lab.ts';
import { startProviders } from '../../lab/providers/providers.ts';
import { STAND_IN_PROVIDERS, type StandInProvider } from '../../lab/providers/rows.ts';
import {
  ANSWERS,
  type Answer,
  isSame,
  type Place,
  record,
  recorded,
  VERSIONS,
  type Version,
} from './cells.ts';
import { Bench } from './prove.ts';
import { isRight, tableOf } from './table.ts';

interface Options {
  openclaw: Version[];
  provider: StandInProvider[];
  answer: Answer[];
  anew?: true;
}

await new Command('npm run proof-matrix --')
  .description(
    'Proves keys on the real OpenClaw, one provider and answer after the other, and writes docs/proof-matrix.md.',
  )
  .option('--openclaw <versions...>', 'only these versions', [...VERSIONS])
  .option('--provider <providers...>', 'only these providers', STAND_IN_PROVIDERS)
  .option('--answer <answers...>', 'only these answers', Object.keys(ANSWERS))
  .option('--anew', 'also what is on record')
  .action(run)
  .parseAsync();

async function run(options: Options): Promise<void> {
  for (const version of options.openclaw) {
    const known = options.anew ? [] : recorded();
    const open = options.provider
      .flatMap((provider) => options.answer.map((answer) => ({ version, provider, answer })))
      .filter((place) => !known.some((one) => isSame(one, place)));
    if (open.length > 0) await proveAll(version, open);
  }
  writeFileSync(new URL('../../docs/proof-matrix.md', import.meta.url), tableOf(recorded()));
}

async function proveAll(version: Version, places: readonly Place[]): Promise<void> {
  const [lab, providers, fallback] = await Promise.all([startLab(), startProviders(), startProviders()]);
  try {
    const bench = await Bench.on(await lab.freshBox({ openclaw: version }), providers, fallback, version);
    for (const { provider, answer } of places) {
      const from = performance.now();
      try {
        const cell = await bench.prove(provider, answer, fallback);
        record(cell);
        say(version, provider, answer, cell.verdict, isRight(cell) ? 'right' : 'WRONG', seconds(from));
      } catch (thrown) {
        say(version, provider, answer, String(thrown), seconds(from));
      }
    }
    await bench.close();
  } finally {
    await Promise.all([providers.stop(), fallback.stop()]);
    await lab.stop();
  }
}

function seconds(from: number): string {
  return `${Math.round((performance.now() - from) / 1_000)} s`;
}

function say(...words: string[]): void {
  process.stdout.write(`${words.join('  ')}\n`);
}
