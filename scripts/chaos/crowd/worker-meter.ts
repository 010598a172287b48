import type { SystemProcess } from '../../../lab/system-process.ts';

const EVERY_MS = 2_000;

/** What something cost the worker. */
export interface WorkerLoad {
  /** Longest that its loop stood still, in milliseconds; most of its memory, in MB; seconds of processor. */
  stood: number;
  memory: number;
  processor: number;
}

/** Looks at a worker's own figures while something is going on: how long its loop stood still, what memory it took. */
export class WorkerMeter {
  #worker: SystemProcess | undefined;
  #stood = 0;
  #memory = 0;
  #processor = 0;
  /** What it had taken before; none where it was started for this. */
  #before: number | undefined = 0;
  readonly #timer = setInterval(() => void this.#read(), EVERY_MS);

  /** `isFresh`: it was started for this. */
  look(worker: SystemProcess, isFresh: boolean): void {
    this.#worker = worker;
    this.#before = isFresh ? 0 : undefined;
    void this.#read();
  }

  async end(): Promise<WorkerLoad> {
    await this.#read();
    clearInterval(this.#timer);
    const processor = Math.round(10 * (this.#processor - (this.#before ?? 0))) / 10;
    return { stood: Math.round(this.#stood), memory: Math.round(this.#memory), processor };
  }

  async #read(): Promise<void> {
    const worker = this.#worker;
    if (!worker?.isRunning) return;
    const text = await fetch(`${worker.healthUrl}/metrics`, { signal: AbortSignal.timeout(60_000) }).then(
      (answer) => answer.text(),
      () => '',
    );
    const figure = (name: string) => Number(new RegExp(`^${name} ([\\d.e+-]+)$`, 'm').exec(text)?.[1] ?? 0);
    this.#stood = Math.max(this.#stood, 1_000 * figure('nodejs_eventloop_lag_max_seconds'));
    this.#processor = figure('process_cpu_seconds_total') || this.#processor;
    this.#before ??= this.#processor;
    this.#memory = Math.max(this.#memory, figure('process_resident_memory_bytes') / 1024 ** 2);
  }
}
