/**
 * OpenClaw's half of `claude-login`: `openclaw models auth login --provider anthropic --method cli --set-default`, which
 * runs Anthropic's models through the box's own `claude` (runtime claude-cli). It holds no token then. Seen in 2026.9.6,
 * where the command wants a terminal, asks nothing, and ends by itself within ten seconds.
 */
import { type ErrorCode, KeyferryError } from '../../../core/contract/errors.ts';
import { ownTimeout } from '../../../core/process/own-time.ts';
import type { Screen } from '../../terminal/screen.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import type { CallLimits } from '../../transports/transport.ts';
import { complaint, deadEnd } from './dead-ends.ts';

/** Milliseconds that the program may still take once it has said that it is done; it tells a gateway before that. */
const ENDS_WITHIN_MS = 5_000;

export type CliLoginReading = 'done' | 'not-signed-in' | ErrorCode;

/** What it says at its end. `not-signed-in`: `claude auth status` did not say in three seconds that it is signed in. */
export function readCliLogin(screen: Screen): CliLoginReading | undefined {
  const text = screen.text;
  if (/Default model set to\s+\S+/i.test(text)) return 'done';
  if (/Claude CLI is not authenticated|could not verify the installed Claude CLI login/i.test(text))
    return 'not-signed-in';
  return deadEnd(text);
}

/** Waits in its terminal until it is done, and closes it. Returns false if it did not see Claude Code signed in. */
export async function finishCliLogin(terminal: Terminal, limits: CallLimits): Promise<boolean> {
  try {
    const reading = await terminal.waitFor('OpenClaw to take over the login', readCliLogin, {
      ...limits,
      stable: (earlier, later) => earlier === later,
      onTimeout: 'openclaw_failed',
      onEnd: 'openclaw_failed',
    });
    if (reading === 'done') await ending(terminal);
    if (reading === 'done' || reading === 'not-signed-in') return reading === 'done';
    const screen = terminal.dump();
    throw new KeyferryError(reading, { detail: complaint(screen), screen });
  } finally {
    await terminal.close();
  }
}

function ending(terminal: Terminal): Promise<void> {
  return new Promise((resolve) => {
    const callOff = ownTimeout(ENDS_WITHIN_MS, resolve);
    void terminal.ended.then(() => {
      callOff();
      resolve();
    });
  });
}
