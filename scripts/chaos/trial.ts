import { setTimeout as sleep } from 'node:timers/promises';
import type { Phase } from '../../core/contract/phases.ts';
import type { Snapshot } from '../../core/contract/snapshot.ts';
import type { Gates } from '../../lab/gates.ts';
import type { System } from '../../lab/system.ts';
import { ChaosCustomer } from './customer.ts';
import { hold, isAt } from './hold.ts';
import { MOST_LEAD_MS, type TrialPlan } from './plan.ts';

/** Where a handshake stood when the fault struck. */
export interface Stood {
  /** Milliseconds since the epoch. */
  at: number;
  /** Undefined: the customer had been told nothing yet. */
  phase: Phase | 'parked' | undefined;
  /** The link that was out; undefined when there was none yet. */
  link: string | undefined;
  /** A code of this link had been pasted. */
  pasted: boolean;
}

/** One customer's way to connected, with a fault in it. */
export class Trial {
  readonly plan: TrialPlan;
  readonly customer: ChaosCustomer;
  stood: Stood | undefined;
  /** The snapshot that said connected; undefined when they are stuck. */
  connected: Snapshot | undefined;
  /** Milliseconds from the fault to connected. */
  tookMs = 0;
  readonly #open: () => void;

  /** Closes the gate at which it is to be met. */
  constructor(plan: TrialPlan, system: System, gates: Gates) {
    this.plan = plan;
    this.customer = new ChaosCustomer(system, plan.customer);
    this.#open = hold(plan.holdAt, this.customer, system, gates);
  }

  get name(): string {
    return this.plan.customer;
  }

  /** Begins, and resolves when it is where it is to be met; false when it does not get there. */
  async bring(withinMs: number): Promise<boolean> {
    if (this.plan.holdAt !== 'waiting' && this.plan.holdAt !== 'parked') this.customer.allowPaste();
    await this.customer.arrive();
    const isThere = await this.customer.until(() => isAt(this.plan.holdAt, this.customer), withinMs);
    if (!isThere) this.customer.diary.note(`does not get to ${this.plan.holdAt}`);
    return isThere;
  }

  /** What goes on before the fault does so now, in its time; resolves when the fault is to strike. */
  async lead(): Promise<void> {
    const { leadMs } = this.plan;
    if (leadMs === undefined) return;
    await sleep(MOST_LEAD_MS - leadMs);
    this.#letGo();
    await sleep(leadMs);
  }

  /** The fault strikes. */
  strike(): void {
    const { snapshot, diary } = this.customer;
    const link = snapshot?.link ?? diary.codes.at(-1)?.link;
    const pasted = link !== undefined && diary.hasSent(link);
    this.stood = { at: Date.now(), phase: snapshot?.parked ? 'parked' : snapshot?.phase, link, pasted };
    diary.note('⚡ the fault strikes');
  }

  /** Goes on after the fault, until connected or nothing more comes of it. */
  async end(mended: Promise<unknown>, withinMs: number): Promise<void> {
    const { leadMs, lateMs, afterMend } = this.plan;
    if (leadMs === undefined) {
      if (afterMend) await mended;
      await sleep(lateMs);
      this.#letGo();
    }
    const late = new AbortController();
    const patience = sleep(withinMs, undefined, { signal: late.signal }).catch(() => undefined);
    this.connected = await Promise.race([this.customer.connected, patience]);
    late.abort();
    this.tookMs = Date.now() - (this.stood?.at ?? Date.now());
    this.customer.diary.note(this.connected ? 'is connected' : 'IS STUCK');
  }

  #letGo(): void {
    this.customer.diary.note('is let go on');
    this.customer.allowPaste();
    this.#open();
  }
}
