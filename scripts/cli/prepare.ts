import { CommanderError } from 'commander';
import { type KeyferryError, toKeyferryError } from '../../core/contract/errors.ts';
import { DEADLINES_MS } from '../../core/contract/phases.ts';
import { prepare as prepareBox, type StepChange } from '../../worker/prepare/prepare.ts';
import type { BoxConnection } from '../../worker/transports/transport.ts';
import { type BoxOptions, chosenBox } from './chosen-box.ts';
import { cancelOnSignals } from './signals.ts';

export interface PrepareOptions extends BoxOptions {
  claude?: string;
  openclaw?: string;
  nodeFrom?: string;
  swap: boolean;
  dryRun?: boolean;
  json?: boolean;
}

/** `keyferry prepare`. Returns the exit code; `usage` ends the command with 2. */
export async function prepare(
  named: string,
  options: PrepareOptions,
  usage: (message: string) => never,
): Promise<0 | 1> {
  const signal = cancelOnSignals();
  const limits = { signal, timeoutMs: DEADLINES_MS.reaching };
  const teller = options.json ? jsonTeller() : humanTeller();
  try {
    const box = await chosenBox(named, options, limits);
    if (typeof box === 'string') return usage(box);
    try {
      await prepareOver(await box.transport.connect(limits), options, signal, teller);
      return 0;
    } finally {
      box.close();
    }
  } catch (thrown) {
    if (thrown instanceof CommanderError) throw thrown;
    teller.failed(toKeyferryError(thrown));
    return 1;
  }
}

async function prepareOver(
  connection: BoxConnection,
  { claude, openclaw, nodeFrom, swap, dryRun }: PrepareOptions,
  signal: AbortSignal,
  { tell, end }: Teller,
): Promise<void> {
  try {
    await prepareBox(connection, { signal, claude, openclaw, nodeFrom, swap, dryRun }, tell);
    end(dryRun ? 'Nothing was changed.' : 'The box is ready.');
  } finally {
    await connection.close();
  }
}

interface Teller {
  tell(change: StepChange): void;
  end(words: string): void;
  failed(error: KeyferryError): void;
}

function humanTeller(): Teller {
  const print = (text: string) => process.stdout.write(`${text}\n`);
  return {
    tell: ({ step, state, words }) => print(`  ${state.padEnd(10)}${step.padEnd(10)}${words}`),
    end: (words) => print(`\n  ${words}`),
    failed: (error) => {
      print(`\n  ${error.message}`);
      if (error.screen) print(`\n${error.screen}\n`);
      print(`  Next: ${error.row.next}\n  Code: ${error.code}`);
    },
  };
}

/** One JSON object per line. */
function jsonTeller(): Teller {
  const say = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`);
  return {
    tell: (change) => say({ type: 'step', ...change }),
    end: (words) => say({ type: 'end', words }),
    failed: ({ code, message, screen, row }) =>
      say({ type: 'failed', code, message, hint: row.next, screen }),
  };
}
