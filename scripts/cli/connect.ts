import { HandshakeFailed, type HandshakeOptions, handshake } from '../../worker/handshake.ts';
import { Recording } from '../../worker/terminal/recording.ts';
import { humanVoice } from './human-voice.ts';
import { jsonVoice } from './json-voice.ts';
import { cancelOnSignals } from './signals.ts';
import { openTarget, type TargetOptions } from './target.ts';

export interface ConnectOptions extends TargetOptions {
  cols: number;
  model?: string;
  agent?: string;
  record?: string;
  liveProof: boolean;
  json?: boolean;
}

const ROWS = 40;

/** `keyferry connect`. Returns the exit code; `usage` ends the command with 2. */
export async function connect(
  target: string,
  options: ConnectOptions,
  usage: (message: string) => never,
): Promise<0 | 1> {
  const transport = openTarget(target, options);
  if (typeof transport === 'string') return usage(transport);
  const recording = options.record === undefined ? undefined : openRecording(options.record, options, usage);
  const cancel = cancelOnSignals();
  const voice = options.json ? jsonVoice() : humanVoice();
  const { model, agent, liveProof, cols: columns } = options;
  const settings: HandshakeOptions = { signal: cancel, columns, model, agent, liveProof, recording };
  try {
    const customer = { tell: voice.change, code: voice.code };
    voice.connected(await handshake(transport, customer, settings));
    return 0;
  } catch (thrown) {
    if (!(thrown instanceof HandshakeFailed)) throw thrown;
    voice.failed(thrown.phase, thrown.error);
    return 1;
  } finally {
    recording?.close();
    if (recording?.failure) process.stderr.write(`The recording is not whole: ${recording.failure}\n`);
  }
}

function openRecording(path: string, { cols }: ConnectOptions, usage: (message: string) => never): Recording {
  try {
    return new Recording(path, { columns: cols, rows: ROWS });
  } catch (thrown) {
    return usage(`error: ${path} cannot be written: ${thrown instanceof Error ? thrown.message : thrown}`);
  }
}
