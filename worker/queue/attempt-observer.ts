import type { RecordedAttempt } from '../../core/contract/handshake-record.ts';
import { isFinal } from '../../core/contract/phases.ts';
import type { Versions } from '../../core/contract/versions.ts';
import type { Logger } from '../../core/process/log.ts';
import type { LiveViewChannel } from '../../core/store/live-view-channel.ts';
import type { Recordings } from '../../core/store/recordings.ts';
import type { Records } from '../../core/store/records.ts';
import type { Change } from '../handshake/progress.ts';
import { LiveView } from '../terminal/live-view.ts';
import { Recording } from '../terminal/recording.ts';
import { everyTracker, Fuse, fused, type Tracker, type TrackOptions } from '../terminal/track.ts';
import type { Tracing } from '../tracing/tracing.ts';
import { atMost } from '../transports/deadline.ts';
import type { AttemptJob } from './attempt-job.ts';
import { AttemptRecord } from './attempt-record.ts';
import type { Ending } from './ending.ts';
import type { WorkerMetrics } from './metrics.ts';
import { Outbox } from './outbox.ts';
import type { End } from './outcome.ts';
import { PhaseLog } from './phase-log.ts';
import { MOST_RECORDED, RecordingParts } from './recording-parts.ts';

export interface AttemptObserverServices {
  records: Records;
  /** Undefined: nothing is recorded. */
  recordings: Recordings | undefined;
  liveViews: LiveViewChannel;
  metrics: WorkerMetrics;
  /** Undefined: nothing is traced. */
  tracing: Tracing | undefined;
  log: Logger;
}

/** Milliseconds that an attempt's end may wait for support's record of it; the customer has been told by then. */
const SETTLE_MS = 5_000;

/**
 * What the platform's staff see of one attempt: log and figures, its record, its recording, its screen while they
 * watch, its trace. If any of it fails, that is logged, and never ends a handshake.
 */
export class AttemptObserver {
  /** Sees the terminals. */
  readonly tracker: Tracker;
  readonly #work: AttemptJob;
  readonly #services: AttemptObserverServices;
  readonly #phases: PhaseLog;
  readonly #record: AttemptRecord;
  readonly #writing: Outbox<{ attempt: RecordedAttempt; hasEnded: boolean }>;
  readonly #live: LiveView;
  readonly #liveFuse: Fuse;
  readonly #recordingFuse: Fuse;
  #hasFailed = false;
  #recording: Recording | undefined;
  #parts: RecordingParts | undefined;

  /** `customerKnows` resolves when the customer has been told everything: that comes first. */
  constructor(work: AttemptJob, services: AttemptObserverServices, customerKnows: () => Promise<void>) {
    const { handshake, attempt } = work;
    const { records, liveViews, log } = services;
    this.#work = work;
    this.#services = services;
    this.#phases = new PhaseLog(log, services.metrics);
    this.#record = new AttemptRecord(work);
    this.#writing = new Outbox({
      send: async ({ attempt: now, hasEnded }) => {
        await customerKnows();
        // What is under way is momentary: the database has each attempt once, when it is over.
        await records[hasEnded ? 'complete' : 'write'](this.#record.head, now);
      },
      onUnfit: ({ message }) => log.error({ reason: message }, 'a record is invalid and was not written'),
      onFailure: (reason) => log.warn({ reason }, 'a record could not be written yet'),
    });
    this.#liveFuse = new Fuse((reason) => {
      log.error({ reason }, 'the terminal is no longer shown');
      this.#live.close();
    });
    this.#recordingFuse = new Fuse((reason) => log.error({ reason }, 'the terminal is no longer recorded'));
    this.#live = new LiveView(
      (frame) => liveViews.show({ ...frame, handshake, attempt }),
      (thrown) => this.#liveFuse.blow(thrown),
    );
    const live = fused(this.#live, this.#liveFuse);
    const { recordings } = services;
    const recorded = (all: Recordings) => ({
      track: (options: TrackOptions) => this.#recorded(all, options).track(options),
    });
    this.tracker = recordings ? everyTracker([live, fused(recorded(recordings), this.#recordingFuse)]) : live;
  }

  /** Receives every change, including those that the customer does not see. */
  change(change: Change): void {
    const isNew = change.phase !== this.#phase;
    this.#safely(() => this.#phases.enter(change.phase));
    this.#safely(() => {
      this.#record.change(change);
      this.#write();
    });
    if (isNew) this.#recordingFuse.run(() => this.#recording?.mark(change.phase));
  }

  found(versions: Versions): void {
    this.#safely(() => {
      this.#record.found(versions);
      this.#write();
    });
  }

  /** Somebody is watching; `whole`: they have just arrived. */
  watch(whole: boolean): void {
    this.#liveFuse.run(() => this.#live.watch(whole));
  }

  end(ending: Ending): void {
    this.#safely(() => this.#record.end(ending));
    const { now, head } = this.#record;
    this.#safely(() => this.#phases.end(ending, now.versions));
    this.#safely(() => this.#write(true));
    const phase = this.#phase;
    if (phase) this.#recordingFuse.run(() => this.#recording?.mark(phase));
    // Whatever was recorded before something threw is kept too.
    this.#safely(() => this.#recording?.close());
    this.#safely(() => this.#live.close());
    this.#safely(() => this.#services.tracing?.add(head, now));
  }

  /** The box keeps the program, and nobody has it until there is a code: what was seen so far is all of this attempt. */
  park(ending: Ending): void {
    this.#safely(() => this.#record.park());
    const { now, head } = this.#record;
    this.#safely(() => this.#phases.end(ending, now.versions));
    this.#safely(() => this.#write(true));
    this.#safely(() => this.#recording?.close());
    this.#safely(() => this.#live.close());
    this.#safely(() => this.#services.tracing?.add(head, now));
  }

  /** Another worker continues at once; there is only what has been written so far. */
  leave(ending: Ending): void {
    this.#safely(() => this.#phases.end(ending, this.#record.now.versions));
  }

  /** Records how a handshake ended, if the worker that knew died before it could. Rejects if Redis refuses. */
  async recall({ phase, at, error }: End): Promise<void> {
    const { records } = this.#services;
    const { head, now } = this.#record;
    const attempts = (await records.read(this.#work.handshake))?.attempts ?? [];
    if (attempts.some(({ timeline }) => timeline.some((step) => isFinal(step.phase)))) return;
    const last = attempts.at(-1);
    const stood = last?.timeline.at(-1)?.phase ?? 'queued';
    await records.complete(head, {
      ...now,
      timeline: [{ phase, at }],
      versions: last?.versions ?? {},
      ...(error && { error: { code: error.code, phase: stood } }),
    });
  }

  /** Resolves when all of it is stored; what cannot be stored by then is given up. Never rejects. */
  async settled(): Promise<void> {
    await atMost(SETTLE_MS, Promise.all([this.#writing.settled(), this.#parts?.settled()]));
    this.stop();
  }

  /** Writes nothing more: the process is ending. */
  stop(): void {
    this.#writing.stop();
  }

  #write(hasEnded = false): void {
    this.#writing.put({ attempt: this.#record.now, hasEnded });
  }

  /** An error here is logged once and ends nothing; the next item is still recorded. */
  #safely(action: () => void): void {
    try {
      action();
    } catch (thrown) {
      if (this.#hasFailed) return;
      this.#hasFailed = true;
      const reason = thrown instanceof Error ? thrown.message : 'unknown';
      this.#services.log.error({ reason }, 'something could not be recorded');
    }
  }

  get #phase() {
    return this.#record.now.timeline.at(-1)?.phase;
  }

  /** Started by the first terminal: for a box that was never reached there is nothing to see. */
  #recorded(recordings: Recordings, { columns, rows }: TrackOptions): Recording {
    if (this.#recording) return this.#recording;
    const { handshake, customer, attempt } = this.#work;
    const { log } = this.#services;
    const onLost = () => this.#recording?.restart();
    this.#parts = new RecordingParts({ recordings, which: { handshake, customer, attempt }, log, onLost });
    const failed = (thrown: unknown) => this.#recordingFuse.blow(thrown);
    this.#recording = new Recording(this.#parts, { columns, rows, maxBytes: MOST_RECORDED, failed });
    if (this.#phase) this.#recording.mark(this.#phase);
    return this.#recording;
  }
}
