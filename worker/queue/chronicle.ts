import type { Logger } from '../../core/log.ts';
import { isFinal } from '../../core/phases.ts';
import type { Recordings } from '../../core/recordings.ts';
import type { RecordedAttempt, Records } from '../../core/records.ts';
import type { Watching } from '../../core/watching.ts';
import type { Versions } from '../handshake.ts';
import type { Change } from '../progress.ts';
import { LiveView } from '../terminal/live-view.ts';
import { Recording } from '../terminal/recording.ts';
import { everyTracker, type Tracker, type TrackOptions } from '../terminal/track.ts';
import type { Tracing } from '../tracing/tracing.ts';
import { atMost } from '../transports/deadline.ts';
import { AttemptRecord } from './attempt-record.ts';
import type { Ending } from './ending.ts';
import type { WorkerMetrics } from './metrics.ts';
import { Outbox } from './outbox.ts';
import { PhaseLog } from './phase-log.ts';
import { RecordingParts } from './recording-parts.ts';
import type { End } from './webhooks.ts';
import type { Work } from './work.ts';

export interface ChronicleServices {
  records: Records;
  /** Undefined: nothing is recorded. */
  recordings: Recordings | undefined;
  watching: Watching;
  metrics: WorkerMetrics;
  /** Undefined: nothing is traced. */
  tracing: Tracing | undefined;
  log: Logger;
}

/** Milliseconds that an attempt's end may wait for what support is to know of it; the customer has been told by then. */
const SETTLE_MS = 5_000;

/**
 * What the platform's people see of one attempt: log and figures, its record, its recording, its screen while they
 * watch, its trace. Whatever of it fails is logged, and never ends a handshake.
 */
export class Chronicle {
  /** Gets to see the terminals. */
  readonly tracker: Tracker;
  readonly #work: Work;
  readonly #services: ChronicleServices;
  readonly #phases: PhaseLog;
  readonly #record: AttemptRecord;
  readonly #writing: Outbox<RecordedAttempt>;
  readonly #live: LiveView;
  #recording: Recording | undefined;
  #parts: RecordingParts | undefined;

  /** `customerKnows` resolves when the customer has been told all: that comes first. */
  constructor(work: Work, services: ChronicleServices, customerKnows: () => Promise<void>) {
    const { handshake, attempt } = work;
    const { records, watching, log } = services;
    this.#work = work;
    this.#services = services;
    this.#phases = new PhaseLog(log, services.metrics);
    this.#record = new AttemptRecord(work);
    this.#writing = new Outbox({
      send: async (now) => {
        await customerKnows();
        await records.write(this.#record.head, now);
      },
      onUnfit: ({ message }) => log.error({ reason: message }, 'a record is not fit to be written'),
      onFailure: (reason) => log.warn({ reason }, 'a record could not be written yet'),
    });
    this.#live = new LiveView((frame) => watching.show({ ...frame, handshake, attempt }));
    const { recordings } = services;
    const recorded = (all: Recordings) => ({
      track: (options: TrackOptions) => this.#recorded(all, options).track(options),
    });
    this.tracker = recordings ? everyTracker([this.#live, recorded(recordings)]) : this.#live;
  }

  /** Hears of every change, also of those that the customer does not see. */
  change(change: Change): void {
    const isNew = change.phase !== this.#phase;
    this.#phases.enter(change.phase);
    this.#record.change(change);
    this.#writing.put(this.#record.now);
    if (isNew) this.#recording?.mark(change.phase);
  }

  found(versions: Versions): void {
    this.#record.found(versions);
    this.#writing.put(this.#record.now);
  }

  /** Somebody watches; `whole`: they have just come. */
  watch(whole: boolean): void {
    this.#live.watch(whole);
  }

  end(ending: Ending): void {
    this.#record.end(ending);
    const { now, head } = this.#record;
    this.#phases.end(ending, now.versions);
    this.#writing.put(now);
    if (this.#phase) this.#recording?.mark(this.#phase);
    this.#recording?.close();
    this.#live.close();
    this.#services.tracing?.add(head, now);
  }

  /** Writes down how a handshake ended, where the worker that knew died before it could. Rejects when Redis refuses. */
  async recall({ phase, at, error }: End): Promise<void> {
    const { records } = this.#services;
    const { head, now } = this.#record;
    const attempts = (await records.read(this.#work.handshake))?.attempts ?? [];
    if (attempts.some(({ timeline }) => timeline.some((step) => isFinal(step.phase)))) return;
    const last = attempts.at(-1);
    const stood = last?.timeline.at(-1)?.phase ?? 'queued';
    await records.write(head, {
      ...now,
      timeline: [{ phase, at }],
      versions: last?.versions ?? {},
      ...(error && { error: { code: error.code, phase: stood } }),
    });
  }

  /** Resolves when all of it is kept; what cannot be by then is given up. Never rejects. */
  async settled(): Promise<void> {
    await atMost(SETTLE_MS, Promise.all([this.#writing.settled(), this.#parts?.settled()]));
    this.stop();
  }

  /** Writes nothing more: the process ends. */
  stop(): void {
    this.#writing.stop();
  }

  get #phase() {
    return this.#record.now.timeline.at(-1)?.phase;
  }

  /** Begun by the first terminal: of a box that was never reached there is nothing to see. */
  #recorded(recordings: Recordings, { columns, rows }: TrackOptions): Recording {
    if (this.#recording) return this.#recording;
    const { handshake, attempt } = this.#work;
    const { log } = this.#services;
    const onLost = () => this.#recording?.restart();
    this.#parts = new RecordingParts({ recordings, which: { handshake, attempt }, log, onLost });
    this.#recording = new Recording(this.#parts, { columns, rows });
    if (this.#phase) this.#recording.mark(this.#phase);
    return this.#recording;
  }
}
