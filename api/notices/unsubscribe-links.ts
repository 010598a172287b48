import { createHash, createHmac, hkdfSync } from 'node:crypto';
import { type NoticeGroup, noticeGroupSchema } from '../../core/contract/notices.ts';
import type { Config } from '../../core/process/config.ts';
import type { SealingKey } from '../../core/secrets/sealed.ts';
import { originOf } from '../http/hosts.ts';
import { isSame } from '../http/tokens.ts';

/** Where these links lead, at a customer's own host. */
export const NOTICES_PATH = '/notices/';

/** What the keys of these links are derived from the sealing keys for, and nothing else is. */
const PURPOSE = 'keyferry: links that switch notices off';

/**
 * Links in mails that switch off a group of them, for one customer, without a session. They do not expire. Each carries a
 * proof that only who has a sealing key can make: by the first of them, for the address that the mail goes to, and good as long
 * as that key is among them and that address is the customer's.
 */
export class UnsubscribeLinks {
  readonly #keys: readonly Buffer[];
  readonly #domain: Pick<Config<'api'>, 'BASE_DOMAIN' | 'BASE_SCHEME'>;

  constructor({
    SEALING_KEYS,
    BASE_DOMAIN,
    BASE_SCHEME,
  }: {
    SEALING_KEYS: readonly [SealingKey, ...SealingKey[]];
  } & Pick<Config<'api'>, 'BASE_DOMAIN' | 'BASE_SCHEME'>) {
    this.#keys = SEALING_KEYS.map(({ key }) => Buffer.from(hkdfSync('sha256', key, '', PURPOSE, 32)));
    this.#domain = { BASE_DOMAIN, BASE_SCHEME };
  }

  /** The address of a customer's link for a group, in a mail to `email`. */
  of(customer: string, email: string, group: NoticeGroup): string {
    const [key] = this.#keys as [Buffer];
    return `${originOf(customer, this.#domain)}${NOTICES_PATH}${group}/${proofOf(key, { customer, email, group })}`;
  }

  /** The group that an address of a customer's host switches; undefined if the link is not ours, of a key that is gone, or was mailed to another address. */
  groupIn(
    { customer, email }: { customer: string; email: string | null },
    { group, proof }: { group: unknown; proof: unknown },
  ): NoticeGroup | undefined {
    const known = noticeGroupSchema.safeParse(group);
    if (!known.success || typeof proof !== 'string' || email === null) return undefined;
    const of = { customer, email, group: known.data };
    const fits = this.#keys.map((key) => isSame(proof, proofOf(key, of)));
    return fits.includes(true) ? known.data : undefined;
  }
}

function proofOf(
  key: Buffer,
  { customer, email, group }: { customer: string; email: string; group: NoticeGroup },
): string {
  const address = createHash('sha256').update(email).digest('base64url');
  return createHmac('sha256', key).update(`${customer}/${group}/${address}`).digest('base64url');
}
