import type { KeyferryError } from '../../core/contract/errors.ts';
import type { Redactor } from '../../core/secrets/redaction.ts';
import type { LoginBeside } from '../programs/claude/login-beside.ts';
import type { Evidence } from './evidence.ts';
import type { HandshakeCustomer, HandshakeOptions } from './options.ts';
import type { Progress } from './progress.ts';
import type { Sessions } from './sessions.ts';

/** What every way of connecting works with. */
export interface HandshakeParts {
  sessions: Sessions;
  customer: HandshakeCustomer;
  progress: Progress;
  redactor: Redactor;
  evidence: Evidence;
  /** Ends the handshake from outside, with the reason. */
  end: (why: KeyferryError) => void;
  /** A login that is made beside the one that is used: it goes, and that one stays, unless another attempt goes on with it. */
  beside?: LoginBeside | undefined;
  options: HandshakeOptions;
}
