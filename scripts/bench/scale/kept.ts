import type { Redis } from 'ioredis';
import { asked } from '../../../lab/postgres.ts';
import { usedMemory } from './redis-keys.ts';

/** Bytes that the record has on its disk, and Redis in its memory. */
export interface Kept {
  record: number;
  redis: number;
}

export async function keptNow(databaseUrl: string, redis: Redis): Promise<Kept> {
  const [size] = await asked<{ bytes: string }>(
    databaseUrl,
    'select pg_database_size(current_database()) as bytes',
  );
  return { record: Number(size?.bytes), redis: await usedMemory(redis) };
}

/** What each of so many has left there. */
export function keptOf(before: Kept, after: Kept, customers: number): Kept {
  return {
    record: (after.record - before.record) / customers,
    redis: (after.redis - before.redis) / customers,
  };
}
