import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Anthropic, startAnthropic } from './anthropic/anthropic.ts';
import { type Box, type BoxOptions, startBox } from './box.ts';
import { sweepLeftovers } from './leftovers.ts';

export type LabOptions = BoxOptions;

/** A box with real programs and a stand-in for Anthropic, all on loopback. */
export interface Lab extends Omit<Box, 'stop'> {
  readonly anthropic: Anthropic;
  /** The first box, whose members the lab has too. */
  readonly box: Box;
  /** Another box with the same stand-in: a new user, a new home, nothing signed in. Cheap (about 0.3 s). */
  freshBox(options?: BoxOptions): Promise<Box>;
  /** Ends and removes everything: boxes, users, files, the stand-in. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Brings up a lab. Programs are versions from the npm registry (`{ claude: '2.1.330', openclaw: '2026.9.6' }`),
 * installed once per machine; without one there is none on the box.
 */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  await sweepLeftovers();
  const anthropic = await startAnthropic();
  const directory = mkdtempSync(join(tmpdir(), `keyferry-lab-${process.pid}-`));
  // The users of boxes go through it to their homes, but may not look around.
  chmodSync(directory, 0o711);
  const boxes: Promise<Box>[] = [];
  const freshBox = (more: BoxOptions = {}) => {
    const box = startBox(join(directory, `box-${boxes.length + 1}`), anthropic, { ...options, ...more });
    boxes.push(box);
    return box;
  };
  const stop = async () => {
    const started = await Promise.allSettled(boxes);
    const stopped = await Promise.allSettled(
      started.map((box) => (box.status === 'fulfilled' ? box.value.stop() : undefined)),
    );
    await anthropic.stop();
    rmSync(directory, { recursive: true, force: true });
    for (const result of stopped) if (result.status === 'rejected') throw result.reason;
  };
  try {
    const box = await freshBox();
    return { ...box, anthropic, box, freshBox, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
