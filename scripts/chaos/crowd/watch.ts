import type { SystemProcess } from '../../lab/system-process.ts';

const EVERY_MS = 2_000;

/** Looks at a worker's own figures while something is going on: how long its loop stood still, what memory it took. */
export class Watch {
  #worker: SystemProcess | undefined;
  #stood = 0;
  #memory = 0;
  readonly #timer = setInterval(() => void this.#read(), EVERY_MS);

  look(worker: SystemProcess): void {
    this.#worker = worker;
  }

  async end(): Promise<{ stood: number; memory: number }> {
    await this.#read();
    clearInterval(this.#timer);
    return { stood: Math.round(this.#stood), memory: Math.round(this.#memory) };
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
    this.#memory = Math.max(this.#memory, figure('process_resident_memory_bytes') / 1024 ** 2);
  }
}
