import { codeFor } from '../../chaos/crowd/secrets.ts';
import type { ScaleCustomer } from './customer.ts';
import type { Flow } from './customers.ts';
import { type Spread, spread } from './spread.ts';
import type { ScaleSystem } from './system.ts';
import { type Kind, ofEach, processor, spent } from './usage.ts';

/** Customers who pasted their codes. */
export interface Finish {
  asked: number;
  connected: number;
  /** From the first code until the last of them was connected. */
  seconds: number;
  troubles: readonly string[];
  /** From the code's leaving the browser until it was typed on the box, and until the browser was told that they are connected. */
  codeToTyped: Spread;
  codeToConnected: Spread;
  /** Milliseconds of processor for each, with what the others take who wait; of those alone that were watched for it. */
  processor?: Readonly<Record<Kind, number>>;
}

export async function finish(
  system: ScaleSystem,
  some: readonly ScaleCustomer[],
  flow: Flow,
  say: (line: string) => void,
): Promise<Finish> {
  const before = spent(system);
  await system.customers.finish(some, flow, (there) => say(`${there} of ${some.length} are connected`));
  const after = spent(system);
  const each = ofEach((kind) => processor(before, after, kind) / some.length);
  return { ...(await finished(system, some)), processor: each };
}

/** What became of customers who have pasted their codes. */
export async function finished(system: ScaleSystem, some: readonly ScaleCustomer[]): Promise<Finish> {
  const typed = new Map((await system.times()).typed);
  const ended = some.filter(({ isConnected }) => isConnected);
  const first = Math.min(...ended.map(({ sentAt = 0 }) => sentAt));
  const last = Math.max(...ended.map(({ connectedAt = 0 }) => connectedAt));
  return {
    asked: some.length,
    connected: ended.length,
    seconds: (last - first) / 1_000,
    troubles: some
      .filter(({ isConnected }) => !isConnected)
      .map(({ trouble, snapshot }) => trouble ?? `left in ${snapshot?.phase ?? 'nothing'}`),
    codeToTyped: spread(
      some.flatMap(({ links, sentAt = 0 }) => {
        const at = links.map(({ link }) => typed.get(codeFor(link))).find((time) => time !== undefined);
        return at === undefined ? [] : [at - sentAt];
      }),
    ),
    codeToConnected: spread(ended.map(({ connectedAt = 0, sentAt = 0 }) => connectedAt - sentAt)),
  };
}
