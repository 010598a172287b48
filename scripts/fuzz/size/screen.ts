import { PROVIDERS } from '../../../core/contract/providers.ts';
import { Redactor } from '../../../core/secrets/redaction.ts';
import { nearestScreen, readDeadEnd } from '../../../worker/programs/claude/dead-end.screens.ts';
import { readLink } from '../../../worker/programs/claude/link.screens.ts';
import { readField } from '../../../worker/programs/claude/prompt.screens.ts';
import { readOutcome } from '../../../worker/programs/claude/setup-token.screens.ts';
import { readPaste, readPrompt } from '../../../worker/programs/openclaw/screens.ts';
import { dumpScreen } from '../../../worker/terminal/dump.ts';
import { Emulator } from '../../../worker/terminal/emulator.ts';
import { Frames } from '../../../worker/terminal/frames.ts';

const SIZE = { columns: 400, rows: 40 };
const CHUNK = 4 * 1024;

/** Draws all of a program's output, and reads the screen now and then, as a handshake would. */
export async function readScreen(text: string): Promise<void> {
  const bytes = Buffer.from(text);
  const emulator = new Emulator({ ...SIZE, onCost: () => undefined });
  const redactor = new Redactor();
  const frames = new Frames(redactor);
  for (let at = 0; at < bytes.length; at += CHUNK)
    await new Promise<void>((resolve) => emulator.write(bytes.subarray(at, at + CHUNK), resolve));
  const screen = emulator.screen(1, undefined);
  readLink(screen);
  readOutcome(screen);
  readField(screen);
  readDeadEnd(screen);
  nearestScreen(screen);
  readPrompt(screen, PROVIDERS.anthropic);
  readPaste(undefined, screen, 'anthropic:manual');
  dumpScreen(screen, redactor);
  frames.next(screen);
  emulator.dispose();
}
