import { type ErrorCode, KeyferryError } from '../../core/contract/errors.ts';
import type { ProgramExit } from '../transports/transport.ts';

export interface FailedWait {
  /** What was waited for, in words. */
  expected: string;
  waitedMs: number;
  /** A redacted dump of the screen. */
  dump: string;
  exit: ProgramExit | undefined;
  /** The last actions on this terminal, oldest first, in words that hold no secret. */
  actions: readonly string[];
}

/** A wait on a terminal that ended without its match. Everything in it is redacted. */
export class WaitError extends KeyferryError {
  readonly expected: string;
  readonly waitedMs: number;

  constructor(code: ErrorCode, wait: FailedWait) {
    super(code, {
      detail: `Waited ${seconds(wait.waitedMs)} for ${wait.expected}; ${describeExit(wait.exit)}.`,
      screen: [wait.dump, `Last actions: ${wait.actions.join('; ') || 'none'}`].join('\n'),
    });
    this.expected = wait.expected;
    this.waitedMs = wait.waitedMs;
  }
}

/** A program's end in words. */
export function describeExit(exit: ProgramExit | undefined): string {
  switch (exit?.kind) {
    case undefined:
      return 'the program still runs';
    case 'exited':
      return `the program ended with exit code ${exit.code}`;
    case 'signalled':
      return `the program was ended by ${exit.signal}`;
    case 'lost':
      return `the link to the program was lost (${exit.reason})`;
  }
}

function seconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
