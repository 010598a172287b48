import { Command, InvalidArgumentError } from 'commander';
import { fuzz, TARGETS } from './fuzz.ts';
import { met, problems, table } from './table.ts';

interface Flags {
  chunks: number;
  seed: number;
  only?: string[];
}

const names = TARGETS.map(({ name }) => name);

const command = new Command('npm run fuzz --')
  .description('Mutated output of programs through terminal, link finder, redaction and parsers.')
  .option('--chunks <n>', 'chunks for the screen; other targets get a share on top', whole, 20_000)
  .option('--seed <n>', 'the same seed gives the same chunks', whole, 1)
  .option('--only <targets>', `of ${names.join(',')}`, some)
  .action(run);

await command.parseAsync();

async function run(flags: Flags): Promise<void> {
  process.stdout.write(`seed ${flags.seed}, Node ${process.version}\n\n`);
  const all = await fuzz({
    ...flags,
    onTarget: ({ name, chunks }) => process.stderr.write(`${name}: ${chunks} chunks\n`),
  });
  process.stdout.write(`${table(all)}\n${met(all)}`);
  const wrong = problems(all);
  for (const problem of wrong) process.stdout.write(`\n${problem}\n`);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}

function whole(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new InvalidArgumentError('It takes a whole number.');
}

function some(text: string): string[] {
  const named = text.split(',');
  const unknown = named.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new InvalidArgumentError(`${unknown} is none of ${names.join(', ')}.`);
  return named;
}
