import { afterAll, beforeAll } from '@jest/globals';

interface Stoppable {
  stop(): unknown;
}

/** As many milliseconds as a lab may take on a busy machine. */
const PATIENCE_MS = 120_000;

/**
 * What all tests of the file that calls this share: started before them, all at once, and stopped after them, one after
 * the other as they are given. Each can be used once the tests run.
 */
export function duringTests<T extends Record<string, Stoppable>>(
  starts: {
    [K in keyof T]: () => Promise<T[K]>;
  },
): T {
  const started = new Map<string, Stoppable>();
  beforeAll(async () => {
    const all = Object.entries(starts).map(async ([name, start]) => started.set(name, await start()));
    const failed = (await Promise.allSettled(all)).find((one) => one.status === 'rejected');
    if (failed) throw failed.reason;
  }, PATIENCE_MS);
  afterAll(async () => {
    for (const name of Object.keys(starts)) await started.get(name)?.stop();
  }, PATIENCE_MS);
  return Object.fromEntries(Object.keys(starts).map((name) => [name, standIn(name, started)])) as T;
}

/** Reads what it is asked for from what has been started by then. */
function standIn(name: string, started: ReadonlyMap<string, Stoppable>): Stoppable {
  const now = () => {
    const found = started.get(name);
    if (!found) throw new Error(`${name} has not been started.`);
    return found;
  };
  return new Proxy({} as Stoppable, {
    get: (_, key) => {
      const value = Reflect.get(now(), key);
      return typeof value === 'function' ? value.bind(now()) : value;
    },
    has: (_, key) => Reflect.has(now(), key),
    set: (_, key, value) => Reflect.set(now(), key, value),
  });
}
