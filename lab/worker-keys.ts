import { makeWorkerKey, publicHalf } from '../core/secrets/sealed-to-workers.ts';

/** Fresh keys of the workers, one for each id, as WORKER_KEYS and WORKER_PUBLIC_KEYS have them. */
export function freshWorkerKeys(...ids: readonly string[]): {
  WORKER_KEYS: string;
  WORKER_PUBLIC_KEYS: string;
} {
  const keys = (ids.length === 0 ? ['lab'] : ids).map(makeWorkerKey);
  return {
    WORKER_KEYS: keys.map(({ id, key }) => `${id}:${Buffer.from(key).toString('base64')}`).join(),
    WORKER_PUBLIC_KEYS: keys.map((key) => `${key.id}:${publicHalf(key).key}`).join(),
  };
}
