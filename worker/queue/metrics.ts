import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What a worker counts, for Prometheus. No label tells of a customer. */
export interface WorkerMetrics {
  registry: Registry;
  active: Gauge<'phase'>;
  ended: Counter<'outcome' | 'code'>;
  seconds: Histogram<'phase'>;
}

/** Metrics of one worker; `registry` also has those of the process. */
export function workerMetrics(): WorkerMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    active: new Gauge({
      name: 'keyferry_handshakes_active',
      help: 'Handshakes that this worker holds now',
      labelNames: ['phase'],
      registers: [registry],
    }),
    ended: new Counter({
      name: 'keyferry_handshake_attempts_ended_total',
      help: 'Attempts that ended here: connected, failed, cancelled, expired, retry, handover, lost; code of the error catalogue',
      labelNames: ['outcome', 'code'],
      registers: [registry],
    }),
    seconds: new Histogram({
      name: 'keyferry_phase_seconds',
      help: 'Seconds that handshakes spent in a phase',
      labelNames: ['phase'],
      buckets: [0.05, 0.25, 0.5, 1, 2.5, 5, 10, 20, 45, 90, 180, 450, 900],
      registers: [registry],
    }),
  };
}
