import type { ErrorCode } from '../../core/contract/errors.ts';

/** What the doctor looks at; `egress.<host>` once for every host. */
export type FindingId =
  | 'ssh'
  | 'shell'
  | 'claude'
  | 'openclaw'
  | 'node'
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

/** `blocks`: a handshake on this box fails. `warning`: it can succeed, and somebody should look all the same. */
export type FindingStatus = 'ok' | 'warning' | 'blocks';

/** One thing that was looked at. All text is plain, and holds no value of a variable and no credential. */
export interface Finding {
  id: FindingId;
  status: FindingStatus;
  /** What was seen on the box. */
  seen: string;
  /** Why it matters for a handshake. */
  why: string;
  /** What fixes it; undefined where nothing needs a fix. */
  fix?: string;
  /** The row of the catalogue that a handshake would end with. */
  error?: ErrorCode;
}

/** All that the doctor says of a box. */
export interface Report {
  findings: Finding[];
  /** Milliseconds that the examination took. */
  tookMs: number;
}

/** The worst status of all findings. */
export function verdict({ findings }: Report): FindingStatus {
  const has = (status: FindingStatus) => findings.some((finding) => finding.status === status);
  if (has('blocks')) return 'blocks';
  return has('warning') ? 'warning' : 'ok';
}
