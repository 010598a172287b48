import { setImmediate as turn } from 'node:timers/promises';

/** Done in one turn of the loop; Redis's answers, deadlines and locks proceed between two turns. */
const CHUNK = 50;

/** Does something for each member of a crowd, a few at once. */
export async function paced<T>(all: readonly T[], act: (each: T) => void): Promise<void> {
  for (const [at, each] of all.entries()) {
    if (at > 0 && at % CHUNK === 0) await turn();
    act(each);
  }
}
