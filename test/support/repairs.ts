import { randomUUID } from 'node:crypto';
import { type Job, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { REPAIRS, type RepairDone, type RepairName } from '../../core/contract/repairs.ts';
import { Connections, recordConnected } from '../../core/store/connections.ts';
import type { Database } from '../../core/store/database.ts';
import { Repairs, recordRepaired } from '../../core/store/repairs.ts';
import { made, TOKEN } from './connected.ts';

/** A customer's connection that is on record since an hour ago. Returns its id. */
export async function connectedFor(database: Database, customer: string): Promise<string> {
  const what = made(customer, new Date(Date.now() - 60 * 60_000), { hint: TOKEN.slice(-4) });
  await database.transaction().execute((transaction) => recordConnected(transaction, what));
  const current = await new Connections(database).current(customer);
  return current.find(({ handshake }) => handshake === what.handshake)?.id ?? '';
}

/** Has a repair of a connection told, as a look would. Returns its id. */
export async function toldRepair(
  database: Database,
  { customer, connection }: { customer: string; connection: string },
  name: RepairName = 'config-key-out',
): Promise<string> {
  const id = randomUUID();
  const since = new Date().toISOString();
  await new Repairs(database).told(
    { id, connection, customer, box: 'default', name },
    'Not asked for.',
    since,
  );
  return id;
}

/** Has a repair of a connection done, as a worker would. Returns its id. */
export async function doneRepair(
  database: Database,
  { customer, connection }: { customer: string; connection: string },
): Promise<string> {
  const id = randomUUID();
  const of = { id, connection, customer, box: 'default', name: 'config-key-out' } as const;
  await new Repairs(database).begin(of, { auth: 'api-key' });
  const entry = { id, at: new Date().toISOString(), after: { auth: null } };
  await database.transaction().execute((transaction) => recordRepaired(transaction, entry));
  return id;
}

/** A worker's part, played by `process`, on the api's Redis. */
export async function repairing(
  url: string,
  process: (job: Job) => Promise<RepairDone>,
): Promise<{ stop(): Promise<void> }> {
  const connection = new Redis(url, { maxRetriesPerRequest: null });
  const worker = new Worker(REPAIRS, process, { connection, prefix: 'keyferry' });
  await worker.waitUntilReady();
  return {
    async stop() {
      await worker.close();
      connection.disconnect();
    },
  };
}
