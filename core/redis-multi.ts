import type { ChainableCommander, Redis } from 'ioredis';

/** What a MULTI or a pipeline answers, command by command. Throws the first refusal: ioredis puts it among the answers. */
export async function answersOf(commands: ChainableCommander): Promise<unknown[]> {
  const answers = (await commands.exec()) ?? [];
  return answers.map(([refused, answer]) => {
    if (refused) throw refused;
    return answer;
  });
}

/** Takes keys away, and what names them in an index (a sorted set). `keyOf`: the key that a name there stands for. */
export async function forget(
  redis: Redis,
  index: string,
  names: readonly string[],
  keyOf: (name: string) => string = (name) => name,
): Promise<void> {
  if (names.length === 0) return;
  await answersOf(
    redis
      .multi()
      .del(...names.map(keyOf))
      .zrem(index, ...names),
  );
}
