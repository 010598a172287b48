import { join } from 'node:path';
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
  /** Where there is no sshd: the home of each customer's box. */
  readonly homes?: ReadonlyMap<string, string>;
  /** What workers need in their environment to reach them. */
  readonly environment: Readonly<Record<string, string>>;
  /** Boxes for further customers. */
  add(customers: readonly string[]): Promise<void>;
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
    const boxes = new Map<string, Box>();
    const entries = new Map<string, BoxEntry>();
    const list = async (customer: string, box: Box) => {
      boxes.set(customer, box);
      if (cuttable) lines.set(customer, await startBoxLine(box));
      entries.set(customer, lines.get(customer)?.entry ?? boxEntry(box));
    };
    const add = async (more: readonly string[]) =>
      void (await Promise.all(more.map(async (customer) => list(customer, await lab.freshBox()))));
    await list(first, lab.box);
    await add(others);
    return { anthropic: lab.anthropic, boxes, lines, entries, environment: {}, add, stop };
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

/**
 * Where there is no sshd: one folder in `directory`, with simulated programs, that all customers share, or with `each` a
 * folder for each of them.
 */
export async function folderBoxes(
  customers: readonly string[],
  directory: string,
  { delayMs, each = false }: { delayMs?: number | undefined; each?: boolean } = {},
): Promise<SystemBoxes> {
  const programs = practicePrograms(delayMs === undefined ? {} : { delayMs });
  const anthropic = await startAnthropic();
  const makeBox = (place: string) => makeLocalBox(place, programs, anthropic);
  const homes = new Map<string, string>();
  const entries = new Map<string, BoxEntry>();
  const add = async (more: readonly string[]) => {
    for (const customer of more) {
      const own = each ? makeBox(join(directory, customer)) : undefined;
      if (own) homes.set(customer, own.HOME ?? '');
      entries.set(customer, entryOf(own));
    }
  };
  await add(customers);
  return {
    anthropic,
    boxes: new Map(),
    lines: new Map(),
    homes,
    entries,
    environment: each ? {} : makeBox(directory),
    add,
    stop: () => anthropic.stop().finally(programs.remove),
  };
}

/** A folder of a customer's own is reached by a command that has its environment, and nothing else. */
function entryOf(environment: Readonly<Record<string, string>> | undefined): BoxEntry {
  if (!environment) return { local: true };
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  return { command: ['env', '-i', ...variables] };
}
