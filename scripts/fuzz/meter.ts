import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const MIB = 1024 * 1024;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Memory after a collection, in MiB. */
interface Memory {
  heap: number;
  /** What lies outside of the heap: buffers of screens. */
  external: number;
  rss: number;
}

function memory(): Memory {
  collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed / MIB, external: external / MIB, rss: rss / MIB };
}

/** Time and memory of one target. Time is this process's own on a processor, so that a busy machine does not count. */
export class Meter {
  /** Milliseconds for a look, in the mean of the case where that was most. */
  slowest = 0;
  /** Looks at screens, or texts that were parsed. */
  looks = 0;
  /** What was come across, and how often: what was never met was never tried. */
  readonly met = new Map<string, number>();
  readonly #began = process.cpuUsage();
  readonly #rssBefore = memory().rss;
  #base: Memory | undefined;
  #most: Memory = { heap: 0, external: 0, rss: 0 };
  #samples = 0;

  /** Runs one case, and keeps the slowest. Asking for the time at every look would take as long as the look. */
  async timed<T>(work: () => Promise<T>): Promise<T> {
    const before = process.cpuUsage();
    const looks = this.looks;
    try {
      return await work();
    } finally {
      const { user, system } = process.cpuUsage(before);
      this.slowest = Math.max(this.slowest, (user + system) / 1000 / Math.max(1, this.looks - looks));
    }
  }

  meet(what: string): void {
    this.met.set(what, (this.met.get(what) ?? 0) + 1);
  }

  /** Takes a sample; the first few, while code is compiled and caches fill, are what the others are held against. */
  sample(): void {
    const now = memory();
    this.#samples += 1;
    if (this.#samples <= 3 || !this.#base) this.#base = now;
    for (const part of ['heap', 'external', 'rss'] as const)
      this.#most[part] = Math.max(this.#most[part], now[part]);
  }

  /** MiB by which live memory has grown past the first samples, at its highest. */
  get grown(): number {
    const base = this.#base;
    return base ? this.#most.heap + this.#most.external - base.heap - base.external : 0;
  }

  /** MiB, at its highest. */
  get most(): Readonly<Memory> {
    return this.#most;
  }

  /** MiB that the process took more at its highest than before: within a test, other files have used it. */
  get taken(): number {
    return this.#most.rss - this.#rssBefore;
  }

  /** Seconds on a processor. */
  get seconds(): number {
    const { user, system } = process.cpuUsage(this.#began);
    return (user + system) / 1e6;
  }
}
