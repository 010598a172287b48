/** What is known on both sides, so that nobody has to carry it: the code of a link, and the token of that code. */
import { createHash } from 'node:crypto';

const digest = (...parts: string[]) => createHash('sha512').update(parts.join('\n')).digest('base64url');

/** What a customer copies who has signed in at this link. */
export function codeFor(link: string): string {
  const { searchParams } = new URL(link);
  const challenge = searchParams.get('code_challenge') ?? '';
  return `${digest('code', challenge).slice(0, 43)}#${searchParams.get('state')}`;
}

/** As long as real ones are reported to be. */
export function tokenFor(code: string): string {
  return `sk-ant-oat01-${(digest('token', code) + digest('more', code)).slice(0, 95)}`;
}

/** First digits of the token's SHA-256, as a connection has them. */
export function fingerprintOf(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 12);
}
