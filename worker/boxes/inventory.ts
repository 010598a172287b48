import type { BoxKind } from '../../core/contract/boxes.ts';
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
  /** Its address, or what leads to it; for people. */
  where?: string | undefined;
}

/** A box, as a list of all of them shows it. */
export interface ListedCustomer {
  customer: string;
  /** Its name, where a customer can have several. */
  box?: string | undefined;
  kind: Transport['kind'] | BoxKind;
  /** Its address, or what leads to it. */
  where: string;
  source: 'file' | 'api' | 'lightsail';
}

/** Finds a customer's box. */
export interface Inventory {
  /** Throws `box_not_listed` when the customer has none. */
  find(customer: string, limits: CallLimits): Promise<ListedBox>;
  /**
   * All boxes there are, as they are read: a few hundred at a time. Throws what finding one throws, except what is
   * wrong with a single box.
   */
  list(limits: CallLimits): AsyncIterable<ListedCustomer>;
  close(): void;
}
