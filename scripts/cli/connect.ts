import { KeyferryError, toKeyferryError } from '../../core/contract/errors.ts';
import { DEADLINES_MS } from '../../core/contract/phases.ts';
import type { SignInMethod } from '../../core/contract/sign-in-link.ts';
import { Secret } from '../../core/secrets/secret.ts';
import { HandshakeFailed } from '../../worker/handshake/ends.ts';
import { handshake } from '../../worker/handshake/handshake.ts';
import type { HandshakeOptions } from '../../worker/handshake/options.ts';
import { Recording } from '../../worker/terminal/recording.ts';
import { RecordingFile } from '../../worker/terminal/recording-file.ts';
import { type BoxOptions, type ChosenBox, chosenBox } from './chosen-box.ts';
import { humanVoice } from './human-voice.ts';
import { jsonVoice } from './json-voice.ts';
import { cancelOnSignals } from './signals.ts';
import type { Voice } from './voice.ts';

export interface ConnectOptions extends BoxOptions {
  method: SignInMethod;
  cols?: number;
  model?: string;
  agent?: string;
  record?: string;
  liveProof: boolean;
  json?: boolean;
}

/** Columns of the terminal on the box, if neither the command nor the inventory sets them. */
const COLUMNS = 120;
const ROWS = 40;

/** `keyferry connect`. Returns the exit code; `usage` ends the command with 2. */
export async function connect(
  named: string,
  options: ConnectOptions,
  usage: (message: string) => never,
): Promise<0 | 1> {
  const signal = cancelOnSignals();
  const voice = options.json ? jsonVoice() : humanVoice();
  const box = await chosenBox(named, options, { signal, timeoutMs: DEADLINES_MS.reaching }).catch(
    (thrown: unknown) => toKeyferryError(thrown),
  );
  if (typeof box === 'string') return usage(box);
  if (box instanceof KeyferryError) {
    voice.failed('reaching', box);
    return 1;
  }
  const columns = options.cols ?? box.columns ?? COLUMNS;
  const file = options.record === undefined ? undefined : openFile(options.record, usage);
  const tracker = file && new Recording(file, { columns, rows: ROWS });
  const { model = box.model, agent = box.agent, liveProof, method } = options;
  try {
    return await tell(voice, box, {
      signal,
      method,
      columns,
      model,
      agent,
      liveProof,
      tracker,
    });
  } finally {
    box.close();
    tracker?.close();
    if (file?.failure) process.stderr.write(`The recording is incomplete: ${file.failure}\n`);
  }
}

async function tell(voice: Voice, { transport }: ChosenBox, settings: HandshakeOptions): Promise<0 | 1> {
  try {
    const code = async (signal: AbortSignal) => new Secret(await voice.code(signal));
    const customer = { tell: voice.change, code };
    voice.connected(await handshake(transport, customer, settings));
    return 0;
  } catch (thrown) {
    if (!(thrown instanceof HandshakeFailed)) throw thrown;
    voice.failed(thrown.phase, thrown.error);
    return 1;
  }
}

function openFile(path: string, usage: (message: string) => never): RecordingFile {
  try {
    return new RecordingFile(path);
  } catch (thrown) {
    return usage(`error: ${path} cannot be written: ${thrown instanceof Error ? thrown.message : thrown}`);
  }
}
