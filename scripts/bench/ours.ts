import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { KeyferryError } from '../../core/contract/errors.ts';
import type { Phase } from '../../core/contract/phases.ts';
import { Secret } from '../../core/secrets/secret.ts';
import type { Durability } from '../../worker/handshake/durability.ts';
import { type Connected, HandshakeFailed } from '../../worker/handshake/ends.ts';
import { handshake } from '../../worker/handshake/handshake.ts';
import { Ssh2Transport } from '../../worker/transports/ssh2.ts';
import type { Transport } from '../../worker/transports/transport.ts';
import { type Ran, traced } from './trace.ts';

/** Where a box is reached. */
export interface Reachable {
  host: string;
  port: number;
  user: string;
  identityFile: string;
  knownHostsFile: string;
}

/** A handshake's times, in milliseconds of `performance.now()`. */
export interface Times {
  /** When each phase began; `waiting` is when the link was there. */
  phases: Partial<Record<Phase, number>>;
  /** When the customer gave the code. */
  given: number;
  /** When handshake() returned: the box is left alone. */
  ended: number;
  ran: readonly Ran[];
}

export function reach({ host, port, user, identityFile, knownHostsFile }: Reachable): Transport {
  return new Ssh2Transport({ host, port, user, identityFile, knownHostsFile });
}

/** As a worker has it: the program runs in a holder, although nobody will have to go on from there. */
function held(): Durability {
  return {
    name: `bench-${randomUUID()}`,
    token: undefined,
    code: undefined,
    typed: false,
    keep: async () => {},
    found: () => {},
    uncleared: () => {},
    goesOn: () => false,
  };
}

/** One whole handshake in this process; the customer takes `thinkMs` from the link to the code. */
export async function connectOurs(
  box: Reachable,
  { thinkMs, signIn, signal }: { thinkMs: number; signIn: (link: string) => string; signal: AbortSignal },
): Promise<Times & { connected: Connected }> {
  const phases: Times['phases'] = {};
  const ran: Ran[] = [];
  let url = '';
  let given = 0;
  const customer = {
    tell: (change: { phase: Phase; url?: string }) => {
      phases[change.phase] ??= performance.now();
      url = change.url ?? url;
    },
    code: async (until: AbortSignal) => {
      if (given) throw new Error('The code was asked for twice.');
      await sleep(thinkMs, undefined, { signal: until });
      const code = new Secret(signIn(url));
      given = performance.now();
      return code;
    },
  };
  const connected = await handshake(traced(reach(box), ran), customer, { signal, durability: held() });
  return { phases, given, ended: performance.now(), ran, connected };
}

/** A handshake as far as its link, then cancelled. Returns when each phase began. */
export async function linkOurs(box: Reachable, signal: AbortSignal): Promise<Times['phases']> {
  const phases: Times['phases'] = {};
  const enough = new AbortController();
  const customer = {
    tell: (change: { phase: Phase; url?: string }) => {
      phases[change.phase] ??= performance.now();
      if (change.url) enough.abort(new KeyferryError('cancelled'));
    },
    code: () => new Promise<never>(() => {}),
  };
  try {
    const both = AbortSignal.any([signal, enough.signal]);
    await handshake(reach(box), customer, { signal: both, durability: held() });
  } catch (thrown) {
    const meant = thrown instanceof HandshakeFailed && enough.signal.aborted && !signal.aborted;
    if (!meant) throw thrown;
  }
  return phases;
}
