/** How many measurements, and how they are spread; milliseconds. */
export interface Spread {
  count: number;
  median: number;
  p95: number;
  p99: number;
  most: number;
}

/** Of no measurement at all, everything is NaN. */
export function spread(all: readonly number[]): Spread {
  const sorted = all.toSorted((a, b) => a - b);
  const at = (part: number) => sorted[Math.ceil(sorted.length * part) - 1] ?? Number.NaN;
  return { count: sorted.length, median: at(0.5), p95: at(0.95), p99: at(0.99), most: at(1) };
}

/** `58 / 162 / 410 ms (1,474 at most)`: median, 95th and 99th percentile. */
export function told({ count, median, p95, p99, most }: Spread): string {
  if (count === 0) return 'none';
  const text = (ms: number) => Math.round(ms).toLocaleString('en');
  return `${text(median)} / ${text(p95)} / ${text(p99)} ms (${text(most)} at most)`;
}

/** So many of them, from the first to the last. */
export function spreadOut<T>(all: readonly T[], count: number): T[] {
  const step = Math.max(1, all.length / count);
  return Array.from({ length: Math.min(count, all.length) }, (_, at) => all[Math.floor(at * step)] as T);
}
