import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { RecordedAttempt } from '../../core/contract/handshake-record.ts';
import { BoundedLabel } from './bounded-label.ts';

/** A worker's metrics, for Prometheus. No label identifies a customer. */
export interface WorkerMetrics {
  registry: Registry;
  active: Gauge<'phase'>;
  ended: Counter<'outcome' | 'code'>;
  seconds: Histogram<'phase'>;
  blocked: Counter<'named'>;
  copies: Counter<'outcome'>;
  /** What looks of the watch have seen of connections. */
  looks: Counter<'outcome' | 'code'>;
  lookSeconds: Histogram;
  /** How readings of usage ended. */
  usageReadings: Counter<'state'>;
  /** How repairs on boxes ended. */
  repairs: Counter<'repair' | 'outcome'>;
  /** Counts an attempt's end under the versions on its box, so that a release that breaks things shows. */
  countVersions(versions: RecordedAttempt['versions'], outcome: string): void;
}

/** Metrics of one worker; `registry` also has those of the process. */
export function workerMetrics(): WorkerMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const byVersion = new Counter({
    name: 'keyferry_attempts_by_version_total',
    help: 'Attempts that ended here by version on the box; `unknown`: the box was not reached or does not say',
    labelNames: ['program', 'version', 'outcome'] as const,
    registers,
  });
  const blocked = new Counter({
    name: 'keyferry_loop_blocked_total',
    help: 'Times that this worker stood still for most of the time that a lock lasts; named: whether the work of one handshake was the cause',
    labelNames: ['named'] as const,
    registers,
  });
  // From the start, so that the first time counts as an increase.
  for (const named of ['yes', 'no']) blocked.inc({ named }, 0);
  const copies = new Counter({
    name: 'keyferry_vault_copies_total',
    help: 'Tries to copy a credential into the vault, by how they ended: done, lost (there will be no copy), database, or a code of the error catalogue',
    labelNames: ['outcome'] as const,
    registers,
  });
  copies.inc({ outcome: 'lost' }, 0);
  const labels = { claude: new BoundedLabel(), openclaw: new BoundedLabel() };
  return {
    registry,
    active: new Gauge({
      name: 'keyferry_handshakes_active',
      help: 'Handshakes that this worker holds now',
      labelNames: ['phase'],
      registers,
    }),
    ended: new Counter({
      name: 'keyferry_handshake_attempts_ended_total',
      help: 'Attempts that ended here: connected, failed, cancelled, expired, retry, handover, parked, postponed, lost; code of the error catalogue',
      labelNames: ['outcome', 'code'],
      registers,
    }),
    seconds: new Histogram({
      name: 'keyferry_phase_seconds',
      help: 'Seconds that handshakes spent in a phase',
      labelNames: ['phase'],
      buckets: [0.05, 0.25, 0.5, 1, 2.5, 5, 10, 20, 45, 90, 180, 450, 900],
      registers,
    }),
    blocked,
    copies,
    looks: new Counter({
      name: 'keyferry_looks_total',
      help: 'What looks of the watch have seen, for each connection: working, attention, unreachable, inconclusive; code of the error catalogue',
      labelNames: ['outcome', 'code'],
      registers,
    }),
    repairs: new Counter({
      name: 'keyferry_repairs_total',
      help: 'What repairs on boxes have come to: repaired, failed',
      labelNames: ['repair', 'outcome'],
      registers,
    }),
    usageReadings: new Counter({
      name: 'keyferry_usage_readings_total',
      help: 'Readings of what boxes have used, by how they ended: read, partial, none (no gateway runs), unsaid, too_much',
      labelNames: ['state'],
      registers,
    }),
    lookSeconds: new Histogram({
      name: 'keyferry_look_seconds',
      help: 'Seconds from a look being begun to its being written, with its turn where it makes one',
      buckets: [0.25, 0.5, 1, 2.5, 5, 10, 20, 45, 90, 180, 450],
      registers,
    }),
    countVersions: (versions, outcome) => {
      for (const program of ['claude', 'openclaw'] as const)
        byVersion.inc({ program, version: labels[program].of(versions[program]), outcome });
    },
  };
}
