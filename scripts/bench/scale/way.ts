import { codeFor } from '../../chaos/crowd/secrets.ts';
import { WorkerMeter } from '../../chaos/crowd/worker-meter.ts';
import type { ScaleCustomer } from './customer.ts';
import type { Flow } from './customers.ts';
import { type Spread, spread } from './spread.ts';
import type { ScaleSystem } from './system.ts';
import { type Kind, ofEach, processor, spent } from './usage.ts';

/** How customers came to their links. */
export interface Way {
  asked: number;
  arrived: number;
  /** What went wrong with the others, in words. */
  troubles: readonly string[];
  /** Who got no answer at first, and came again. */
  again: number;
  seconds: number;
  startToLink: Spread;
  /** From the link on a screen of the box until it was in the browser: of all, the first tenth and the last. */
  screenToBrowser: Spread;
  firstTenth: Spread;
  lastTenth: Spread;
  /** Milliseconds of processor for each start, with what those who wait already take. */
  processor: Readonly<Record<Kind, number>>;
  /** Milliseconds that the newest worker's loop stood still at most. */
  stood: number;
}

/** Has these come to their page and press the button, and measures how their links come. */
export async function way(
  system: ScaleSystem,
  some: readonly ScaleCustomer[],
  flow: Flow,
  say: (line: string) => void,
): Promise<Way> {
  const meter = new WorkerMeter();
  const worker = system.workers.findLast(({ isRunning }) => isRunning);
  if (worker) meter.look(worker, false);
  const [before, from] = [spent(system), performance.now()];
  await system.customers.start(some, flow, (there) => say(`${there} of ${some.length} are there`));
  const seconds = (performance.now() - from) / 1_000;
  const [after, { stood }] = [spent(system), await meter.end()];
  const shown = new Map((await system.times()).shown);
  const there = some.filter(({ links }) => links.length > 0);
  const onWay = there.flatMap(({ links: [first] }) => {
    const at = first && shown.get(codeFor(first.link));
    return at === undefined || !first ? [] : [first.at - at];
  });
  const tenth = Math.ceil(onWay.length / 10);
  return {
    asked: some.length,
    arrived: there.length,
    troubles: some
      .filter(({ links }) => links.length === 0)
      .map(({ trouble, snapshot }) => trouble ?? `left in ${snapshot?.phase ?? 'nothing'}`),
    again: some.filter(({ tries }) => tries > 1).length,
    seconds,
    startToLink: spread(there.map(({ links, askedAt = 0 }) => (links[0]?.at ?? 0) - askedAt)),
    screenToBrowser: spread(onWay),
    firstTenth: spread(onWay.slice(0, tenth)),
    lastTenth: spread(onWay.slice(-tenth)),
    processor: ofEach((kind) => processor(before, after, kind) / some.length),
    stood,
  };
}
