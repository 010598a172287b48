import { idStartOf } from './support-code.ts';

/** What a handshake is found by. */
interface Sought {
  handshake: string;
  customer: string;
  reference?: string | undefined;
}

/** Whether a handshake is what somebody looks for: by part of the slug, the support code, the id or the platform's reference. */
export function isSought({ handshake, customer, reference }: Sought, given: string): boolean {
  const text = given.trim();
  const start = idStartOf(text);
  return (
    customer.includes(text.toLowerCase()) ||
    handshake === text ||
    reference === text ||
    (start !== undefined && handshake.startsWith(start))
  );
}
