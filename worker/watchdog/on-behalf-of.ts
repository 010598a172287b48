import { AsyncLocalStorage } from 'node:async_hooks';
import type { Whose } from '../../core/store/blockers.ts';

const current = new AsyncLocalStorage<Whose>();

/** Where the watchdog's thread finds out, by an interrupt, on whose behalf this thread is working. */
const WHOSE = 'keyferry: on whose behalf';
Object.defineProperty(globalThis, Symbol.for(WHOSE), {
  value: () => {
    const whose = current.getStore();
    return whose ? `${whose.kind} ${whose.id} ${whose.customer}` : '';
  },
  configurable: true,
});

/** An expression for it: whose it is, then where the work stands. Its stack is as deep as what is told of it. */
export const ASK = `[globalThis[Symbol.for(${JSON.stringify(WHOSE)})]?.() ?? '', new Error().stack].join('\\n')`;

/** Runs work, and everything that follows from it, so that its owner can be identified. */
export function onBehalfOf<T>(whose: Whose, work: () => T): T {
  return current.run(whose, work);
}
