import { toKeyferryError } from '../../core/contract/errors.ts';
import type { ProviderRow } from '../../core/contract/providers.ts';
import { Redactor } from '../../core/secrets/redaction.ts';
import { redactedError } from '../boxes/redacted-error.ts';
import { findOpenClaw } from '../doctor/preflight.ts';
import { Sessions } from '../handshake/sessions.ts';
import { OpenClaw } from '../programs/openclaw/openclaw.ts';
import type { BoxConnection, CallLimits, Transport } from '../transports/transport.ts';

export interface OnBoxOptions {
  /** Aborting ends it; the reason is thrown. */
  signal: AbortSignal;
  /** OpenClaw's agent; by default its own default agent. */
  agent?: string | undefined;
}

/** Milliseconds to reach the box, and to find OpenClaw there. */
const REACH_MS = 20_000;
const FIND_MS = 30_000;

/** Does something with the OpenClaw that serves a customer. Throws a `KeyferryError`, redacted. */
export async function withOpenClaw<T>(
  transport: Transport,
  provider: ProviderRow,
  { signal, agent }: OnBoxOptions,
  work: (openclaw: OpenClaw, within: (timeoutMs: number) => CallLimits) => Promise<T>,
): Promise<T> {
  const redactor = new Redactor();
  const within = (timeoutMs: number): CallLimits => ({ signal, timeoutMs });
  let connection: BoxConnection | undefined;
  try {
    connection = await transport.connect(within(REACH_MS));
    const sessions = new Sessions(connection);
    sessions.oneByOne();
    const found = await findOpenClaw(sessions, within(FIND_MS));
    return await work(new OpenClaw(sessions, found, { agent, provider, redactor }), within);
  } catch (thrown) {
    throw redactedError(toKeyferryError(signal.aborted ? signal.reason : thrown), redactor);
  } finally {
    await connection?.close();
  }
}
