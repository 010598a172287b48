import { setTimeout as sleep } from 'node:timers/promises';
import type { SystemProcess } from '../../../lab/system-process.ts';
import { ApiAgent } from './api-agent.ts';
import { ScaleCustomer } from './customer.ts';

export interface ScaleCustomersOptions {
  apis: readonly SystemProcess[];
  domain: string;
  /** API keys of the platform, used in turn. */
  keys: readonly string[];
}

export interface Flow {
  /** So many a second. */
  rate: number;
  /** The most that are on their way at a time. */
  atOnce: number;
  /** Milliseconds without any progress after which it is given up. */
  quietMs: number;
}

/** Milliseconds between two looks at how many are there. */
const LOOK_MS = 50;

/** All customers of the bench, spread evenly over the api processes. */
export class ScaleCustomers {
  readonly all: readonly ScaleCustomer[];
  readonly #options: ScaleCustomersOptions;

  constructor(names: readonly string[], options: ScaleCustomersOptions) {
    this.#options = options;
    const { apis } = options;
    this.all = names.map(
      (name, at) => new ScaleCustomer(name, new ApiAgent(() => apis[at % apis.length]?.port ?? 0)),
    );
  }

  /** Has these come to their page, and waits until each has a link or has ended. */
  async start(some: readonly ScaleCustomer[], flow: Flow, say: (there: number) => void): Promise<void> {
    const { domain, keys } = this.#options;
    const isThere = ({ isWaiting, isOver, trouble }: ScaleCustomer) =>
      isWaiting || isOver || trouble !== undefined;
    const begin = (customer: ScaleCustomer, at: number) =>
      void customer.start(domain, keys[at % keys.length] ?? '');
    await paced(some, begin, isThere, flow, say);
  }

  /** Has these paste their codes, and waits until each is connected or has ended. */
  async finish(some: readonly ScaleCustomer[], flow: Flow, say: (there: number) => void): Promise<void> {
    const isThere = ({ isOver, trouble }: ScaleCustomer) => isOver || trouble !== undefined;
    await paced(some, (customer) => void customer.paste(), isThere, flow, say);
  }

  leave(): void {
    for (const customer of this.all) customer.leave();
  }
}

/** Begins these at a steady rate, and waits until all are there or nothing moves any more. */
async function paced(
  some: readonly ScaleCustomer[],
  begin: (customer: ScaleCustomer, at: number) => void,
  isThere: (customer: ScaleCustomer) => boolean,
  { rate, atOnce, quietMs }: Flow,
  say: (there: number) => void,
): Promise<void> {
  const from = performance.now();
  let [begun, movedAt, told] = [0, from, from];
  let under = new Set<ScaleCustomer>();
  while (begun < some.length || under.size > 0) {
    const now = performance.now();
    const left = new Set([...under].filter((customer) => !isThere(customer)));
    if (left.size < under.size) movedAt = now;
    under = left;
    for (
      const due = ((now - from) / 1_000) * rate;
      begun < Math.min(due, some.length) && under.size < atOnce;
      begun += 1
    ) {
      const customer = some[begun] as ScaleCustomer;
      begin(customer, begun);
      under.add(customer);
      movedAt = now;
    }
    if (now - movedAt > quietMs) return;
    if (now - told > 10_000) {
      told = now;
      say(begun - under.size);
    }
    await sleep(Math.min(LOOK_MS, 1_000 / rate / 2));
  }
}

/** Waits until it is so for all of these; answers how many are left when nothing has moved for `quietMs`. */
export async function untilAll(
  some: readonly ScaleCustomer[],
  isSo: (customer: ScaleCustomer) => boolean,
  quietMs: number,
): Promise<number> {
  let [left, movedAt] = [some.length, performance.now()];
  for (;;) {
    const now = some.filter((customer) => !isSo(customer)).length;
    if (now === 0) return 0;
    if (now !== left) movedAt = performance.now();
    left = now;
    if (performance.now() - movedAt > quietMs) return left;
    await sleep(LOOK_MS);
  }
}
