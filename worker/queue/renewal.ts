import type { Redis } from 'ioredis';
import type { HeldLock } from './locks.ts';

/**
 * Renews locks of BullMQ 6.7 (`<job>:lock`), as its own `extendLocks` does, and takes again one that ended while
 * nobody else has had the job: a loop that was blocked, or a Redis that was away, costs no handshake its worker. Who
 * takes a job counts `ats` up, who takes it away for a stall `stc`. KEYS the set of jobs that may have stalled; ARGV
 * what every key of the queue begins with, milliseconds, then id, token, ats and stc of each. Answers with the ids of
 * those that are lost.
 */
const RENEW = `
local lost = {}
for i = 3, #ARGV, 4 do
  local id, token = ARGV[i], ARGV[i + 1]
  local job, lock = ARGV[1] .. id, ARGV[1] .. id .. ':lock'
  local there = redis.call('GET', lock)
  local mine = there == token
  if not there then
    local seen = redis.call('HMGET', job, 'ats', 'stc', 'finishedOn')
    mine = seen[1] == ARGV[i + 2] and (seen[2] or '0') == ARGV[i + 3] and not seen[3]
  end
  if mine then
    redis.call('SET', lock, token, 'PX', ARGV[2])
    redis.call('SREM', KEYS[1], id)
  else
    lost[#lost + 1] = id
  end
end
return lost
`;

/** `keyOf`: a key of the queue by its last part (`Queue.toKey`). */
export function renewal(
  redis: Redis,
  keyOf: (part: string) => string,
): (locks: readonly HeldLock[], lockMs: number) => Promise<string[]> {
  return async (locks, lockMs) => {
    const each = locks.flatMap(({ id, token, starts, stalls }) => [id, token, starts, stalls]);
    return (await redis.eval(RENEW, 1, keyOf('stalled'), keyOf(''), lockMs, ...each)) as string[];
  };
}
