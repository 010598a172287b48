import type { RecordedAttempt } from '../../core/contract/handshake-record.ts';
import type { Phase } from '../../core/contract/phases.ts';
import type { Logger } from '../../core/process/log.ts';
import type { Ending } from './ending.ts';
import type { WorkerMetrics } from './metrics.ts';

/** What operators see of one attempt: a log line and figures for every phase, and for its end. */
export class PhaseLog {
  readonly #log: Logger;
  readonly #metrics: WorkerMetrics;
  readonly #began = performance.now();
  #phase: Phase | undefined;
  #since = this.#began;

  /** `log` already says which handshake, customer and attempt it is. */
  constructor(log: Logger, metrics: WorkerMetrics) {
    this.#log = log;
    this.#metrics = metrics;
  }

  /** Receives a phase, as often as you like; only a new one is logged. */
  enter(phase: Phase): void {
    if (phase === this.#phase) return;
    this.#leave();
    this.#phase = phase;
    this.#metrics.active.inc({ phase });
    this.#log.info({ phase, ms: this.#ms }, 'phase');
  }

  end(ending: Ending, versions: RecordedAttempt['versions']): void {
    this.#leave();
    this.#metrics.countVersions(versions, ending.kind);
    const error = ending.kind === 'connected' || ending.kind === 'parked' ? undefined : ending.error;
    this.#metrics.ended.inc({ outcome: ending.kind, code: error?.code ?? '' });
    const seen = { code: error?.code, detail: error?.detail, screen: error?.screen };
    const phase = ending.kind === 'connected' ? 'connected' : ending.phase;
    const level = ending.kind === 'failed' || ending.kind === 'lost' ? 'warn' : 'info';
    const warnings = ending.kind === 'connected' ? ending.connected.warnings : undefined;
    this.#log[level]({ outcome: ending.kind, phase, ...seen, versions, warnings, ms: this.#ms }, 'ended');
  }

  #leave(): void {
    const now = performance.now();
    if (this.#phase) {
      this.#metrics.active.dec({ phase: this.#phase });
      this.#metrics.seconds.observe({ phase: this.#phase }, (now - this.#since) / 1_000);
    }
    this.#phase = undefined;
    this.#since = now;
  }

  /** Milliseconds since this attempt began. */
  get #ms(): number {
    return Math.round(performance.now() - this.#began);
  }
}
