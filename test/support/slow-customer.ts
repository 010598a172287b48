import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Box } from '../../lab/box.ts';
import { type Ran, traced } from '../../scripts/bench/trace.ts';
import type { Connected } from '../../worker/handshake/ends.ts';
import { handshake } from '../../worker/handshake/handshake.ts';
import { Ssh2Transport } from '../../worker/transports/ssh2.ts';
import { customerWho } from './customer.ts';

/** Milliseconds for what a handshake does beside the sign-in: four starts of OpenClaw. */
const BESIDE_WITHIN_MS = 4 * 60_000;

export interface Connecting {
  signal?: AbortSignal;
  model?: string;
  /** Until then the customer keeps the code to themselves; gets what the handshake has run on the box so far. */
  until?: (ran: readonly Ran[]) => boolean;
  /** What happens on the box right before the code is given. */
  before?: () => void | Promise<void>;
}

/** One handshake on a box with a customer who takes their time; with what it ran on the box, in order. */
export async function connectSlowly(
  box: Box,
  signIn: (link: string) => string,
  { signal = new AbortController().signal, model, until = () => true, before }: Connecting = {},
): Promise<{ connected: Connected; ran: readonly Ran[] }> {
  const { host, port, user, identityFile, knownHostsFile } = box;
  const transport = new Ssh2Transport({ host, port, user, identityFile, knownHostsFile });
  const ran: Ran[] = [];
  const customer = customerWho(async (link, aborted) => {
    const late = performance.now() + BESIDE_WITHIN_MS;
    while (!until(ran)) {
      if (performance.now() > late)
        throw new Error(`Until now ran: ${ran.map(({ name }) => name).join(', ')}.`);
      await sleep(20, undefined, { signal: aborted });
    }
    await before?.();
    return signIn(link);
  });
  const connected = await handshake(traced(transport, ran), customer, { signal, model });
  return { connected, ran };
}

/** Process ids on the box whose command line has these words in a row. */
export function processesWith(box: Box, ...words: string[]): number[] {
  const wanted = words.join('\0');
  return box.processes().filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(wanted);
    } catch {
      // It ended between the listing and the look.
      return false;
    }
  });
}
