import type { BoxKind } from '../../core/contract/boxes.ts';
import { DEFAULT_BOX } from '../../core/contract/connection-record.ts';
import { KeyferryError } from '../../core/contract/errors.ts';
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
  /** What it shares with others on the way to it, as far as that is known: a jump host, or its network. */
  network?: string | undefined;
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
  /** One of the customer's boxes by name, or their default one. Throws `box_not_listed` when there is no such. */
  find(customer: string, limits: CallLimits, box?: string): Promise<ListedBox>;
  /**
   * All boxes there are, as they are read: a few hundred at a time. Throws what finding one throws, except what is
   * wrong with a single box.
   */
  list(limits: CallLimits): AsyncIterable<ListedCustomer>;
  close(): void;
}

/** For an inventory in which a customer has one box: throws `box_not_listed` if another one is meant. */
export function checkOnly(box: string | undefined): void {
  if (box !== undefined && box !== DEFAULT_BOX) throw new KeyferryError('box_not_listed');
}
