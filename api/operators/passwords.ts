import { hash, verify } from '@node-rs/argon2';
import type { Secret } from '../../core/secrets/secret.ts';
import { LimitReached } from '../http/limits.ts';

/** Characters that a password must have. */
export const SHORTEST_PASSWORD = 12;

/** OWASP's parameters for argon2id, which `hash` uses: 19 MiB and two passes, about 30 ms. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** The form that `hashPassword` makes; no other cost, so that timing reveals no name. */
export const PASSWORD_HASH = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/;

/** The password's hash, in PHC form. */
export function hashPassword(password: Secret): Promise<string> {
  return hash(password.reveal().normalize('NFC'), COST);
}

/** Matches no password: the salt and the sum are zeros. */
const NOBODYS = `$argon2id$v=19$m=19456,t=2,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`;

/** Passwords that a process checks at once: each takes 19 MiB and a thread, and strangers may send any number. */
const MOST_AT_ONCE = 4;
/** Seconds after which somebody who found no room may try again. */
const RETRY_S = 1;
let underWay = 0;

/**
 * Whether a password matches a hash. Takes just as long without a hash. Throws `LimitReached` at once if others are
 * being checked already.
 */
export async function isPassword(password: Secret, of: string | undefined): Promise<boolean> {
  if (underWay >= MOST_AT_ONCE) throw new LimitReached(RETRY_S);
  underWay += 1;
  try {
    const fits = await verify(of ?? NOBODYS, password.reveal().normalize('NFC'));
    return fits && of !== undefined;
  } finally {
    underWay -= 1;
  }
}
