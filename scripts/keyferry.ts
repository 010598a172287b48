import { CommanderError } from 'commander';
import { program } from './cli/program.ts';

/** Exit codes: 0 connected, 1 failed, 2 usage. */
try {
  await program().parseAsync(process.argv);
} catch (thrown) {
  if (!(thrown instanceof CommanderError)) throw thrown;
  process.exitCode = thrown.exitCode === 0 ? 0 : 2;
}
// Anything a library still holds open (a half-closed stdin, a timer) must not keep a finished command alive.
process.stdout.write('', () => process.exit());
