import type { CallLimits, Transport } from '../transports/transport.ts';

/** A customer's box: the way to it, and what is particular about it. */
export interface ListedBox {
  transport: Transport;
  /** Default model to set, `anthropic/<id>`; by default the best that the box's OpenClaw offers. */
  model?: string | undefined;
  /** OpenClaw's agent; by default its own default agent. */
  agent?: string | undefined;
  /** Width of the terminals, 40 to 1,000. */
  columns?: number | undefined;
}

/** Finds a customer's box. */
export interface Inventory {
  /** Throws `box_not_listed` when the customer has none. */
  find(customer: string, limits: CallLimits): Promise<ListedBox>;
  close(): void;
}
