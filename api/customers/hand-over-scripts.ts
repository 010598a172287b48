/**
 * What is written to Redis for a hand-over, each step whole or not at all. Every one may run twice: ioredis repeats a
 * command whose answer was lost with the connection. A hand-over is a hash: `id`, `state`, `network`, and once it has
 * been opened `browser`, `word`, `choices`; `why` once it has ended. It lies at its session's place, so a session has
 * one at a time, and goes by itself.
 */

/**
 * Offers a session, or renews the link of what is offered: KEYS hand-over, link, session; ARGV id for a new one, the
 * session's digest, network, life in ms. Returns its id, or false if there is no such session any more. The link is written
 * first, because a full Redis refuses it before anything is written; without its hand-over it opens nothing.
 */
export const OFFER = `
if redis.call('EXISTS', KEYS[3]) == 0 then return false end
local at = redis.call('HMGET', KEYS[1], 'id', 'state', 'network')
local isAgain = at[1] == ARGV[1]
local stays = isAgain or (at[2] == 'offered' and at[3] == ARGV[3])
local id = stays and at[1] or ARGV[1]
redis.call('SET', KEYS[2], ARGV[2] .. ':' .. id, 'PX', ARGV[4])
if not stays then
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'id', id, 'state', 'offered', 'network', ARGV[3])
end
if not isAgain or at[2] == 'offered' then redis.call('PEXPIRE', KEYS[1], ARGV[4]) end
return id
`;

/**
 * A second device opens it, and is the only one from then on: KEYS hand-over, session, the browser's place; ARGV id, the
 * browser's digest, network, word, choices, what the browser's place says, life in ms. Returns state and word, or false
 * if it is not to be had. On another network it ends instead: whoever came has had the link.
 */
export const OPEN = `
if redis.call('EXISTS', KEYS[2]) == 0 then return false end
local at = redis.call('HMGET', KEYS[1], 'id', 'state', 'network', 'browser', 'word')
if at[1] ~= ARGV[1] then return false end
if at[4] == ARGV[2] then return { at[2], at[5] or '' } end
if at[2] ~= 'offered' then return false end
redis.call('SET', KEYS[3], ARGV[6], 'PX', ARGV[7])
local isNear = ARGV[3] ~= '' and at[3] == ARGV[3]
if isNear then
  redis.call('HSET', KEYS[1], 'state', 'opened', 'browser', ARGV[2], 'word', ARGV[4], 'choices', ARGV[5])
else
  redis.call('HSET', KEYS[1], 'state', 'ended', 'why', 'elsewhere', 'browser', ARGV[2])
end
redis.call('PEXPIRE', KEYS[1], ARGV[7])
return isNear and { 'opened', ARGV[4] } or { 'ended', '' }
`;

/**
 * The first device says which word the other shows: KEYS hand-over, session, the browser's place, which
 * lives on with it; ARGV id, word ('': none of them), network, life in ms. One answer: a wrong word ends it. Returns the state, or false if there is nothing to answer.
 */
export const ANSWER = `
if redis.call('EXISTS', KEYS[2]) == 0 then return false end
local at = redis.call('HMGET', KEYS[1], 'id', 'state', 'network', 'word')
if at[1] ~= ARGV[1] or at[2] == 'offered' then return false end
if at[2] ~= 'opened' then return at[2] end
local why = false
if ARGV[2] == '' then why = 'declined'
elseif at[4] ~= ARGV[2] then why = 'word'
elseif at[3] ~= ARGV[3] then why = 'elsewhere' end
if why then redis.call('HSET', KEYS[1], 'state', 'ended', 'why', why)
else redis.call('HSET', KEYS[1], 'state', 'confirmed') end
redis.call('PEXPIRE', KEYS[1], ARGV[4])
if KEYS[3] then redis.call('PEXPIRE', KEYS[3], ARGV[4]) end
return why and 'ended' or 'confirmed'
`;

/**
 * The second device gets its session, for as long as the first one's has left: KEYS hand-over, session, the new session,
 * the place that names it; ARGV id, the browser's digest, network, the new session, its digest, life in ms of what is
 * known of the end. Returns the state, or false if this browser has none. Again it gives the same session, unless that has
 * ended.
 */
export const ENTER = `
local at = redis.call('HMGET', KEYS[1], 'id', 'state', 'network', 'browser')
if at[1] ~= ARGV[1] or at[4] ~= ARGV[2] then return false end
local left = redis.call('PTTL', KEYS[2])
if left <= 0 then return false end
if at[2] == 'entered' then
  local stands = redis.call('GET', KEYS[4]) == ARGV[5] and redis.call('EXISTS', KEYS[3]) == 1
  return stands and 'entered' or false
end
if at[2] ~= 'confirmed' then return at[2] end
if at[3] ~= ARGV[3] then
  redis.call('HSET', KEYS[1], 'state', 'ended', 'why', 'elsewhere')
  redis.call('PEXPIRE', KEYS[1], ARGV[6])
  return 'ended'
end
redis.call('SET', KEYS[3], ARGV[4], 'PX', left)
redis.call('SET', KEYS[4], ARGV[5], 'PX', left)
redis.call('HSET', KEYS[1], 'state', 'entered')
return 'entered'
`;

/**
 * Ends what is offered, opened or confirmed: KEYS hand-over, and for the first device the place that names the new session,
 * which ends, too, if the second device has just got it; ARGV id, why, life in ms of what is known of the end. Returns
 * what is so now, 'ended' or 'left' (the second device is out again), or false if nothing of it was there to end.
 */
export const END = `
local at = redis.call('HMGET', KEYS[1], 'id', 'state', 'why')
if at[1] ~= ARGV[1] then return false end
if at[2] == 'ended' then return at[3] == ARGV[2] and 'ended' or false end
local isIn = at[2] == 'entered'
if isIn and (not KEYS[2] or redis.call('DEL', KEYS[2]) == 0) then return false end
redis.call('HSET', KEYS[1], 'state', 'ended', 'why', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return isIn and 'left' or 'ended'
`;

/**
 * Whether a session that was handed over still stands; then it lives as long as the one it is from: KEYS the session it is from,
 * the session, the place that names it; ARGV its digest.
 */
export const STANDS = `
local left = redis.call('PTTL', KEYS[1])
if left <= 0 or redis.call('GET', KEYS[3]) ~= ARGV[1] then
  redis.call('DEL', KEYS[2])
  return 0
end
redis.call('PEXPIRE', KEYS[3], left)
return redis.call('PEXPIRE', KEYS[2], left)
`;
