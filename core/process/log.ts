import { type Logger, pino } from 'pino';
import { Redactor } from '../secrets/redaction.ts';

export type { Logger };

/** Structured logs, JSON lines on stdout. Everything goes through the redactor as the last step before it is written. */
export function openLog(name: 'api' | 'worker', level: string): Logger {
  const redactor = new Redactor();
  return pino({
    name,
    level,
    // Errors as their name and message only; a stack may hold what a message must not.
    serializers: {
      err: (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : 'unknown'),
    },
    hooks: { streamWrite: (line) => redactor.text(line) },
  });
}
