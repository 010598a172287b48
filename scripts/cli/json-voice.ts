import { Lines } from './lines.ts';
import type { Voice } from './voice.ts';

/** One JSON object per line on stdout; codes as lines from stdin. For programs. */
export function jsonVoice(): Voice {
  const lines = new Lines(process.stdin);
  const say = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`);
  return {
    change: (change) => say({ type: 'phase', ...change }),
    code: (signal) => lines.next(signal),
    connected: ({ hint: _, ...result }) => say({ type: 'connected', ...result }),
    failed: (phase, error) =>
      say({
        type: 'failed',
        code: error.code,
        phase,
        message: error.message,
        hint: error.row.next,
        retryable: error.row.retryable,
        screen: error.screen,
      }),
  };
}
