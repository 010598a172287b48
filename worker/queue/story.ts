import { CATALOGUE } from '../../core/errors.ts';
import { type Connection, connectionSchema, type Snapshot, shown } from '../../core/snapshot.ts';
import type { Connected } from '../handshake.ts';
import type { Change } from '../progress.ts';
import type { Ending } from './ending.ts';
import type { Work } from './work.ts';

/** What one attempt tells a customer's browser: every change and its end, as whole snapshots in order. */
export class Story {
  readonly #work: Work;
  #seq = 0;
  #notice: Snapshot['notice'];
  #linkShown = false;

  /** `notice`: what the customer has to be told because of the attempts before. */
  constructor(work: Work, notice: Snapshot['notice']) {
    this.#work = work;
    this.#notice = notice;
  }

  /** The snapshot for a change within the attempt. */
  change({ phase, at, endsAt, url, rejected }: Change): Snapshot {
    if (phase === 'waiting') this.#linkShown = true;
    // A notice explains the wait for a link; `fresh_link` also the link itself, until a code of it is typed.
    if (phase === 'waiting' && this.#notice === 'retrying') this.#notice = undefined;
    if (phase === 'exchanging') this.#notice = undefined;
    return this.#snapshot({
      phase,
      at: at.toISOString(),
      phaseEndsAt: endsAt.toISOString(),
      link: url,
      rejected: rejected && { ...rejected, retryable: CATALOGUE[rejected.code].retryable },
      notice: this.#notice,
    });
  }

  /** The snapshot for the end of the attempt; none when the handshake is no longer this worker's. */
  end(ending: Ending): Snapshot | undefined {
    const at = new Date().toISOString();
    switch (ending.kind) {
      case 'lost':
        return undefined;
      case 'retry':
      case 'handover': {
        const notice = this.#linkShown
          ? 'fresh_link'
          : (this.#notice ?? (this.#seq > 0 ? 'retrying' : undefined));
        return this.#snapshot({ phase: 'queued', at, notice });
      }
      case 'connected':
        return this.#snapshot({ phase: 'connected', at, connection: connection(ending.connected, at) });
      case 'cancelled':
        return this.#snapshot({ phase: 'cancelled', at });
      default:
        return this.#snapshot({ phase: ending.kind, at, error: shown(ending.error) });
    }
  }

  #snapshot(more: Pick<Snapshot, 'phase' | 'at'> & Partial<Snapshot>): Snapshot {
    const { handshake, askedAt, attempt } = this.#work;
    this.#seq += 1;
    return { handshake, startedAt: askedAt.toISOString(), attempt, seq: this.#seq, ...more };
  }
}

function connection({ model, expiresAt, tokenFingerprint }: Connected, connectedAt: string): Connection {
  const fit = connectionSchema.shape.model.safeParse(model);
  return {
    profile: 'anthropic:manual',
    // The box names it: one that is not a Claude model's is not shown.
    ...(fit.success ? { model: fit.data } : {}),
    connectedAt,
    expiresAt: expiresAt.toISOString(),
    tokenFingerprint,
  };
}
