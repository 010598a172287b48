import { setImmediate as turn } from 'node:timers/promises';

/** Done in one turn of the loop; answers of Redis, deadlines and locks get on between two. */
const CHUNK = 50;

/** Does something for each of a crowd, some at a time. */
export async function paced<T>(all: readonly T[], act: (each: T) => void): Promise<void> {
  for (const [at, each] of all.entries()) {
    if (at > 0 && at % CHUNK === 0) await turn();
    act(each);
  }
}
