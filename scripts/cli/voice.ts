import type { KeyferryError } from '../../core/contract/errors.ts';
import type { Phase } from '../../core/contract/phases.ts';
import type { Connected } from '../../worker/handshake/ends.ts';
import type { Change } from '../../worker/handshake/progress.ts';

/** How the command line reports a handshake, and where its codes come from. */
export interface Voice {
  change(change: Change): void;
  code(signal: AbortSignal): Promise<string>;
  connected(result: Connected): void;
  failed(phase: Phase, error: KeyferryError): void;
}
