import { toKeyferryError } from '../../core/contract/errors.ts';
import type { PlatformProvider } from '../../core/process/platform-provider.ts';
import { Redactor } from '../../core/secrets/redaction.ts';
import { redactedError } from '../boxes/redacted-error.ts';
import { findOpenClaw } from '../doctor/preflight.ts';
import { Sessions } from '../handshake/sessions.ts';
import type { BoxConnection, CallLimits, Transport } from '../transports/transport.ts';
import { Fallback } from './fallback.ts';

export interface OnBoxOptions {
  platform: PlatformProvider;
  /** OpenClaw's agent; default its own default agent. */
  agent?: string | undefined;
  /** Aborting ends it; the reason is thrown. */
  signal: AbortSignal;
}

/** Milliseconds to reach the box, and to find OpenClaw there. */
const REACH_MS = 20_000;
const FIND_MS = 30_000;
/** Milliseconds for each of its commands: a turn took 82 s on a busy box in 2026.4.15. */
const COMMAND_MS = 4 * 60_000;

/** Works on the platform's provider on a box. Throws a `KeyferryError`, redacted. */
export async function onBox<T>(
  transport: Transport,
  { platform, agent, signal }: OnBoxOptions,
  work: (fallback: Fallback, limits: CallLimits) => Promise<T>,
): Promise<T> {
  const redactor = new Redactor();
  const within = (timeoutMs: number): CallLimits => ({ signal, timeoutMs });
  let connection: BoxConnection | undefined;
  try {
    connection = await transport.connect(within(REACH_MS));
    const sessions = new Sessions(connection);
    sessions.oneByOne();
    const survey = await findOpenClaw(sessions, within(FIND_MS));
    const fallback = new Fallback({ connection: sessions, survey, redactor, platform, agent });
    return await work(fallback, within(COMMAND_MS));
  } catch (thrown) {
    throw redactedError(toKeyferryError(signal.aborted ? signal.reason : thrown), redactor);
  } finally {
    await connection?.close();
  }
}
