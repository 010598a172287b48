import { type ErrorCode, KeyferryError } from '../../core/contract/errors.ts';
import { Redactor } from '../../core/secrets/redaction.ts';
import { lastWords } from '../boxes/last-words.ts';
import { complaint, deadEnd } from '../programs/openclaw/dead-ends.ts';
import { findJson, type Status, StatusSchema } from '../programs/openclaw/models-status.ts';
import type { BoxConnection, CallLimits, RunResult } from '../transports/transport.ts';
import { STATUS_SCRIPT } from './doctor.script.ts';
import type { Serving } from './serving.ts';

/** What OpenClaw said about its models and credentials, or why it did not. */
export type StatusFact =
  | { kind: 'read'; status: Status }
  | { kind: 'dead end'; error: ErrorCode; seen: string }
  | { kind: 'left out' | 'late' | 'failed' | 'no room' };

/**
 * Asks OpenClaw in a session of its own, which is ended if it is late. Throws only when aborted and when the
 * connection is lost.
 */
export async function askStatus(
  connection: BoxConnection,
  limits: CallLimits,
  agent = '-',
  serving?: Serving,
): Promise<StatusFact> {
  try {
    const { program, env = {} } = serving ?? {};
    const own = program ? [program.path, ...(program.entry ? [program.entry] : [])] : [];
    const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const command = { argv: ['sh', '-s', '--', agent, ...own, ...variables] } as const;
    return readStatus(
      await connection.run(command, { ...limits, input: STATUS_SCRIPT, maxBytes: 256 * 1024 }),
    );
  } catch (thrown) {
    limits.signal.throwIfAborted();
    if (!(thrown instanceof KeyferryError)) throw thrown;
    if (thrown.code === 'box_call_timeout') return { kind: 'late' };
    // An sshd that allows only one session, or an `openclaw` that never stops printing; the rest is still reported.
    if (thrown.code === 'channel_refused' || thrown.code === 'box_flooded') return { kind: 'failed' };
    throw thrown;
  }
}

/** The pure half of `askStatus`. */
export function readStatus({ stdout, stderr }: Pick<RunResult, 'stdout' | 'stderr'>): StatusFact {
  const [, instead] = /^@status (none|memory)$/m.exec(stdout) ?? [];
  if (instead !== undefined) return { kind: instead === 'none' ? 'left out' : 'no room' };
  const read = StatusSchema.safeParse(findJson(stdout) ?? findJson(stderr));
  if (read.success) return { kind: 'read', status: read.data };
  const printed = lastWords({ stdout, stderr }, new Redactor(), 4_000);
  const error = deadEnd(printed);
  return error ? { kind: 'dead end', error, seen: complaint(printed) } : { kind: 'failed' };
}
