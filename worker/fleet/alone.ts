import { randomUUID } from 'node:crypto';
import { KeyferryError } from '../../core/contract/errors.ts';
import { DISCONNECT_MS } from '../../core/store/disconnecting.ts';
import type { PutBackServices } from '../credentials/put-back.ts';
import { atMost } from '../transports/deadline.ts';

type Services = Pick<PutBackServices, 'disconnecting' | 'handshakes'>;

/** Milliseconds that the end may wait for Redis. */
const END_MS = 2_000;

/**
 * Does it while no handshake and no removal is on the customer's boxes, and none begins. Rejects with `handshake_under_way`
 * or `disconnect_under_way` where one is, and then has done nothing.
 */
export async function alone<T>(
  { disconnecting, handshakes }: Services,
  customer: string,
  work: () => Promise<T>,
): Promise<T> {
  if (await disconnecting.isUnderWay(customer)) throw new KeyferryError('disconnect_under_way');
  const run = randomUUID();
  const begin = () => disconnecting.begin(customer, run, run);
  await begin();
  // It counts for minutes.
  const again = setInterval(() => void begin().catch(() => undefined), DISCONNECT_MS / 2);
  try {
    // One that has begun is seen: it was in its queue before it looked for removals.
    if ((await handshakes.getDeduplicationJobId(customer)) !== null)
      throw new KeyferryError('handshake_under_way');
    return await work();
  } finally {
    clearInterval(again);
    await atMost(END_MS, disconnecting.end(customer, run, run));
  }
}

/** For what is done within that. */
export const ALONE: Services['disconnecting'] = {
  begin: async () => {},
  end: async () => {},
  isUnderWay: async () => false,
};
