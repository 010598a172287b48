import { createHmac, hkdfSync } from 'node:crypto';
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
 * proof that only the api makes: by the first sealing key, and good as long as that one is among them.
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

  /** The address of a customer's link for a group. */
  of(customer: string, group: NoticeGroup): string {
    const [key] = this.#keys as [Buffer];
    return `${originOf(customer, this.#domain)}${NOTICES_PATH}${group}/${proofOf(key, customer, group)}`;
  }

  /** The group that an address of a customer's host switches; undefined if the link is not ours, or of a key that is gone. */
  groupIn(customer: string, { group, proof }: { group: unknown; proof: unknown }): NoticeGroup | undefined {
    const known = noticeGroupSchema.safeParse(group);
    if (!known.success || typeof proof !== 'string') return undefined;
    const fits = this.#keys.map((key) => isSame(proof, proofOf(key, customer, known.data)));
    return fits.includes(true) ? known.data : undefined;
  }
}

function proofOf(key: Buffer, customer: string, group: NoticeGroup): string {
  return createHmac('sha256', key).update(`${customer}/${group}`).digest('base64url');
}
