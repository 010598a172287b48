import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 32 random bytes in base64url: impossible to guess. */
export const randomToken = () => randomBytes(32).toString('base64url');

/** SHA-256 in hexadecimal digits, which Redis holds instead of a token that opens something. */
export const digest = (text: string) => createHash('sha256').update(text).digest('hex');

/** Compares in constant time. */
export function isSame(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(digest(one)), Buffer.from(digest(other)));
}
