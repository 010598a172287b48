import type { z } from 'zod';
import type { ErrorCode } from '../../core/contract/errors.ts';
import type { versionsSchema } from '../../core/contract/versions.ts';

/** What the doctor examines; `egress.<host>` once per host. */
export type FindingId =
  | 'ssh'
  | 'shell'
  | 'claude'
  | 'openclaw'
  | 'node'
  | 'methods'
  | 'settings'
  | 'memory'
  | 'disk'
  | 'home'
  | 'avx'
  | 'clock'
  | 'tmux'
  | 'sshd'
  | `egress.${string}`
  | 'variables'
  | 'gateway'
  | 'store'
  | 'credential'
  | 'cooldown'
  | 'models'
  | 'model';

/** `blocks`: a handshake on this box fails. `warning`: it can succeed, but somebody should look into it. */
export type FindingStatus = 'ok' | 'warning' | 'blocks';

/** One thing that was examined. All text is plain, and holds no variable's value and no credential. */
export interface Finding {
  id: FindingId;
  status: FindingStatus;
  /** What was seen on the box. */
  seen: string;
  /** Why it matters for a handshake. */
  why: string;
  /** What fixes it; undefined if nothing needs fixing. */
  fix?: string;
  /** The row of the catalogue that a handshake would end with. */
  error?: ErrorCode;
}

/** Everything that the doctor says about a box. */
export interface Report {
  findings: Finding[];
  /** Of the box's programs, as far as they are known. */
  versions?: z.infer<typeof versionsSchema>;
  /** Milliseconds that the examination took. */
  tookMs: number;
}

/** The worst status of all findings. */
export function verdict({ findings }: Report): FindingStatus {
  const has = (status: FindingStatus) => findings.some((finding) => finding.status === status);
  if (has('blocks')) return 'blocks';
  return has('warning') ? 'warning' : 'ok';
}
