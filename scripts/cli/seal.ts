import { pino } from 'pino';
import { ConfigError, readSettings } from '../../core/process/config.ts';
import { SealedBox } from '../../core/secrets/sealed.ts';
import { makeWorkerKey, publicHalf } from '../../core/secrets/sealed-to-workers.ts';
import { databaseSettings, openDatabase } from '../../core/store/database.ts';
import { type Rotated, rotateSeals } from '../../core/store/sealings.ts';

/**
 * `keyferry seal rotate`: seals what lies in the database with the first key of SEALING_KEYS. Answers the exit code: 1 if
 * something is left or it failed, 2 for wrong settings.
 */
export async function rotateSealing(): Promise<number> {
  try {
    const names = ['DATABASE_URL', 'DATABASE_CA_FILE', 'DATABASE_CONNECTIONS', 'SEALING_KEYS'] as const;
    const settings = readSettings(names, process.env);
    const database = openDatabase(databaseSettings(settings, 'cli'), pino({ level: 'silent' }));
    const ended = new Map<string, Rotated>();
    try {
      for await (const rotated of rotateSeals(database, new SealedBox(settings.SEALING_KEYS))) {
        ended.set(rotated.what, rotated);
        process.stderr.write(`${rotated.what}: ${rotated.resealed} so far\n`);
      }
    } finally {
      await database.destroy();
    }
    let isDone = true;
    for (const { what, resealed, left } of ended.values()) {
      process.stdout.write(`${what}: ${resealed} sealed with the first key, ${count(left)} left\n`);
      for (const [id, times] of left) {
        isDone = false;
        process.stdout.write(`  ${times} sealed with \`${id}\`, which is not in SEALING_KEYS, or damaged\n`);
      }
    }
    return isDone ? 0 : 1;
  } catch (thrown) {
    process.stderr.write(`${thrown instanceof Error ? thrown.message : 'It failed.'}\n`);
    return thrown instanceof ConfigError ? 2 : 1;
  }
}

/** `keyferry seal key`: a key pair of the workers on stdout, as the two variables have it. */
export function printWorkerKey(id: string): void {
  const pair = makeWorkerKey(id);
  process.stdout.write(`WORKER_KEYS=${id}:${Buffer.from(pair.key).toString('base64')}\n`);
  process.stdout.write(`WORKER_PUBLIC_KEYS=${id}:${publicHalf(pair).key}\n`);
}

function count(left: Rotated['left']): number {
  return [...left.values()].reduce((sum, times) => sum + times, 0);
}
