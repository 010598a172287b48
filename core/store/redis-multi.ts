import type { ChainableCommander, Redis } from 'ioredis';

/** The answers of a MULTI or a pipeline, command by command. Throws the first refusal, which ioredis puts among the answers. */
export async function answersOf(commands: ChainableCommander): Promise<unknown[]> {
  const answers = (await commands.exec()) ?? [];
  return answers.map(([refused, answer]) => {
    if (refused) throw refused;
    return answer;
  });
}

/** Removes keys, and their entries in an index (a sorted set). */
export async function forget(redis: Redis, index: string, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await answersOf(
    redis
      .multi()
      .del(...keys)
      .zrem(index, ...keys),
  );
}
