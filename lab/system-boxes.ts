import { type Anthropic, startAnthropic } from './anthropic/anthropic.ts';
import type { Box, BoxOptions } from './box.ts';
import { type BoxLine, startBoxLine } from './box-line.ts';
import { type BoxEntry, boxEntry } from './boxes-file.ts';
import { startLab } from './lab.ts';
import { makeLocalBox } from './local-box.ts';
import { practicePrograms } from './practice/programs.ts';

/** The customers' boxes of a system, and the stand-in that they talk to. */
export interface SystemBoxes {
  readonly anthropic: Anthropic;
  /** By customer; empty without sshd. */
  readonly boxes: ReadonlyMap<string, Box>;
  /** What workers reach the boxes through, by customer; empty where they reach them directly. */
  readonly lines: ReadonlyMap<string, BoxLine>;
  /** What the inventory says of them. */
  readonly entries: ReadonlyMap<string, BoxEntry>;
  /** What workers need in their environment to reach them. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** A box with a real sshd for every customer; with `cuttable` each behind a line that can be cut. */
export async function loopbackBoxes(
  customers: readonly string[],
  programs: BoxOptions,
  cuttable = false,
): Promise<SystemBoxes> {
  const lab = await startLab(programs);
  const lines = new Map<string, BoxLine>();
  const stop = async () => {
    await Promise.all([...lines.values()].map((line) => line.stop()));
    await lab.stop();
  };
  try {
    const [first = 'alice', ...others] = customers;
    const fresh = await Promise.all(
      others.map(async (customer) => [customer, await lab.freshBox()] as const),
    );
    const boxes = new Map([[first, lab.box], ...fresh]);
    if (cuttable) for (const [customer, box] of boxes) lines.set(customer, await startBoxLine(box));
    const entries = new Map(
      [...boxes].map(([customer, box]) => [customer, lines.get(customer)?.entry ?? boxEntry(box)]),
    );
    return { anthropic: lab.anthropic, boxes, lines, entries, environment: {}, stop };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

/** The same with simulated programs; `delayMs`: how long they pretend to work, each time. */
export async function practiceBoxes(
  customers: readonly string[],
  delayMs?: number,
  cuttable = false,
): Promise<SystemBoxes> {
  const { claude, openclaw, remove } = practicePrograms(delayMs === undefined ? {} : { delayMs });
  try {
    const place = await loopbackBoxes(customers, { claude, openclaw }, cuttable);
    return { ...place, stop: () => place.stop().finally(remove) };
  } catch (thrown) {
    remove();
    throw thrown;
  }
}

/** Where there is no sshd: one folder in `directory`, with simulated programs, that all customers share. */
export async function folderBoxes(
  customers: readonly string[],
  directory: string,
  delayMs?: number,
): Promise<SystemBoxes> {
  const programs = practicePrograms(delayMs === undefined ? {} : { delayMs });
  const anthropic = await startAnthropic();
  return {
    anthropic,
    boxes: new Map(),
    lines: new Map(),
    entries: new Map(customers.map((customer) => [customer, { local: true }])),
    environment: makeLocalBox(directory, programs, anthropic.baseUrl),
    stop: () => anthropic.stop().finally(programs.remove),
  };
}
