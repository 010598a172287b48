import { commandFor, type FoundProgram, type Survey } from '../boxes/survey.ts';
import type { BoxConnection, CallLimits } from '../transports/transport.ts';

/** Milliseconds that a program has to report its version, as in the doctor, and the most bytes that it may print. */
const WITHIN_MS = 3_000;
const MOST_BYTES = 4_096;
const VERSION = /^[^0-9\n]{0,100}(\d{1,9}\.\d{1,9}\.\d[\w.+-]{0,20})/m;

/**
 * The same program with its version, by its own word where no package says it: behind a wrapper (shims of asdf, mise
 * and volta) there is none. It gives way to whatever else runs on the box. Never rejects.
 */
export async function withVersion(
  connection: BoxConnection,
  survey: Pick<Survey, 'path'>,
  program: FoundProgram,
  signal: CallLimits['signal'],
): Promise<FoundProgram> {
  if (program.version !== undefined) return program;
  const command = { ...commandFor(survey, program, ['--version']), givesWay: true };
  const asked = connection.run(command, { signal, timeoutMs: WITHIN_MS, maxBytes: MOST_BYTES });
  return asked.then(
    ({ stdout }) => ({ ...program, version: VERSION.exec(stdout)?.[1] }),
    () => program,
  );
}
