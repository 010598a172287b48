import { Redis } from 'ioredis';
import { readSettings } from '../core/process/config.ts';
import { SealedBox } from '../core/secrets/sealed.ts';
import { Recordings } from '../core/store/recordings.ts';

/** Every recording that lies in a Redis, opened, by its key. `sealingKeys` as SEALING_KEYS has them. */
export async function openRecordings(url: string, sealingKeys: string): Promise<Record<string, string>> {
  const { SEALING_KEYS } = readSettings(['SEALING_KEYS'], { SEALING_KEYS: sealingKeys });
  const redis = new Redis(url);
  try {
    const recordings = new Recordings(redis, new SealedBox(SEALING_KEYS), 'keyferry', 1);
    const opened: Record<string, string> = {};
    for (const key of await redis.keys('keyferry:recording:*')) {
      const [, , handshake = '', attempt] = key.split(':');
      opened[key] = (await recordings.read({ handshake, attempt: Number(attempt) })) ?? '';
    }
    return opened;
  } finally {
    redis.disconnect();
  }
}
