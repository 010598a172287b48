import type { ChainableCommander, Redis } from 'ioredis';

/** What a MULTI or a pipeline answers, command by command. Throws the first refusal: ioredis puts it among the answers. */
export async function answersOf(commands: ChainableCommander): Promise<unknown[]> {
  const answers = (await commands.exec()) ?? [];
  return answers.map(([refused, answer]) => {
    if (refused) throw refused;
    return answer;
  });
}

/** Takes keys away, and what names them in an index (a sorted set). */
export async function forget(redis: Redis, index: string, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await answersOf(
    redis
      .multi()
      .del(...keys)
      .zrem(index, ...keys),
  );
}
