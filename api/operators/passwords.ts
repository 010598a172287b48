import { hash, verify } from '@node-rs/argon2';
import type { Secret } from '../../core/secret.ts';

/** Characters that a password must have. */
export const SHORTEST_PASSWORD = 12;

/** What OWASP asks of argon2id, which is what `hash` makes: 19 MiB and two passes, about 30 ms. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** What `hashPassword` makes; no other cost, so that no name can be told by its time. */
export const PASSWORD_HASH = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/;

/** The password's hash, in PHC form. */
export function hashPassword(password: Secret): Promise<string> {
  return hash(password.reveal().normalize('NFC'), COST);
}

/** Of no password: the salt and the sum are zeros. */
const NOBODYS = `$argon2id$v=19$m=19456,t=2,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`;

/** Whether a password is the one of a hash. Takes as long where there is no hash. */
export async function isPassword(password: Secret, of: string | undefined): Promise<boolean> {
  const fits = await verify(of ?? NOBODYS, password.reveal().normalize('NFC'));
  return fits && of !== undefined;
}
