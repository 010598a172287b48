/**
 * Milliseconds on a processor for the largest input below which growth does not matter: so little blocks nobody, and on
 * a busy machine garbage collection alone looks like more (12 times from 8.5 ms was seen).
 */
const FLOOR_MS = 150;
/** Milliseconds for one text past which no larger one is tried: that is a finding by itself. */
const TOO_LONG_MS = 1_000;
/** From n to 4n: linear work takes 4 times as long, quadratic 16 times. Between them stands what a busy machine adds. */
const MOST_GROWTH = 10;
const REPEATS = 5;

export interface Growth {
  /** What is wrong; undefined where the time grows with the size and no faster. */
  problem: string | undefined;
  /** Milliseconds on a processor by size, the quickest of all tries. */
  ms: ReadonlyMap<number, number>;
}

/**
 * Runs `work` on inputs of doubling size up to `most`, and judges how its time grows over the last n, 2n and 4n. The
 * time is this process's own on a processor, and what looks like too much is measured again: the quickest counts.
 */
export async function growth<Input>(
  most: number,
  make: (size: number) => Input,
  work: (input: Input) => void | Promise<void>,
): Promise<Growth> {
  const ms = new Map<number, number>();
  const measure = async (size: number) => {
    const input = make(size);
    const before = process.cpuUsage();
    await work(input);
    const { user, system } = process.cpuUsage(before);
    ms.set(size, Math.min(ms.get(size) ?? Number.POSITIVE_INFINITY, (user + system) / 1_000));
  };
  let sizes: number[] = [];
  // The first run compiles the code.
  await measure(Math.ceil(most / 16));
  for (const parts of [16, 8, 4, 2, 1]) {
    const size = Math.ceil(most / parts);
    await measure(size);
    sizes = [...sizes, size].slice(-3);
    if ((ms.get(size) ?? 0) > TOO_LONG_MS) break;
  }
  // By now the code is as quick as it gets: n, measured before, would hide how it grows.
  for (let again = 0; again < 2; again += 1) await measure(sizes[0] ?? most);
  for (let again = 0; again < (isTooLong(sizes, ms) ? 1 : REPEATS) && judge(sizes, ms); again += 1)
    for (const size of sizes) await measure(size);
  return { problem: judge(sizes, ms), ms };
}

function isTooLong(sizes: readonly number[], ms: ReadonlyMap<number, number>): boolean {
  return (ms.get(sizes.at(-1) ?? 0) ?? 0) > TOO_LONG_MS;
}

function judge(sizes: readonly number[], ms: ReadonlyMap<number, number>): string | undefined {
  const times = sizes.map((size) => ms.get(size) ?? 0);
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  const told = () => sizes.map((size, at) => `${size}: ${times[at]?.toFixed(1)} ms`).join(', ');
  if (isTooLong(sizes, ms)) return `takes too long (${told()})`;
  // So little for n is noise: 4n may take what linear work would, had n taken a share of the floor.
  const grown = last / Math.max(first, FLOOR_MS / MOST_GROWTH);
  if (last > FLOOR_MS && sizes.length === 3 && grown > MOST_GROWTH)
    return `grows ${grown.toFixed(1)} times from n to 4n (${told()})`;
  return undefined;
}
