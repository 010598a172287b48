import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Providers } from '../../lab/providers/providers.ts';
import type { System } from '../../lab/system.ts';
import { type KeyProvider, leadThere } from './other-providers.ts';

/** Whom the person at the terminal plays. */
export const CUSTOMER = 'alice';

/** One whom the demo plays, so that the console has something to show. */
export interface Played {
  readonly customer: string;
  /** Whose key they bring; undefined: they sign in with Claude. */
  readonly key?: KeyProvider;
  /** A program that is not on their box: their handshake fails. */
  readonly lacks?: 'openclaw';
  /** Their key is revoked once it is in use. */
  readonly isRevoked?: true;
}

export const PLAYED: readonly Played[] = [
  { customer: 'bob' },
  { customer: 'carol', key: 'together' },
  { customer: 'dora', lacks: 'openclaw' },
  { customer: 'eve', key: 'xai', isRevoked: true },
];

/** Gives them boxes, led to the providers of the demo, and takes from these what is to be missing there. */
export async function bringThem(system: System, others: Providers): Promise<void> {
  await system.join(PLAYED.map(({ customer }) => customer));
  for (const { customer, lacks } of PLAYED) {
    leadThere(system, customer, others);
    if (lacks) rmSync(join(system.programs(customer), lacks), { force: true });
  }
}
