import { groupOf, isMailKind, type MailKind } from '../../core/contract/notices.ts';
import type { MailAddress } from '../../core/process/config.values.ts';
import type { Logger } from '../../core/process/log.ts';
import type { Customers } from '../../core/store/customers.ts';
import type { Database } from '../../core/store/database.ts';
import {
  type DueNotice,
  pauseChannel,
  postponeNotices,
  type Settled,
  settleNotices,
  takeNotices,
} from '../../core/store/notices.ts';
import type { Metrics } from '../metrics.ts';
import type { Delivery } from './delivery.ts';
import { type Mail, type MailLinks, mailOf, oneLine } from './mail.ts';
import { htmlOf, textOf } from './mail-parts.ts';
import { type Letter, type Post, WHOLE_MS } from './smtp.ts';
import { MOST_TRIES, nextTryIn, Rest } from './tries.ts';
import { isFlapping, skippedAt } from './verdict.ts';

/** Milliseconds after which a mail that somebody took, and said no more of, is sent by somebody else; longer than sending may take. */
const LEASE_MS = WHOLE_MS + 2 * 60_000;

export interface MailerServices {
  database: Database;
  customers: Pick<Customers, 'noteAddress'>;
  post: Post;
  from: MailAddress;
  /** The platform's name, as its customers know it. */
  platform?: string | undefined;
  links(to: { customer: string; email: string }, kind: MailKind): MailLinks;
  now(): Date;
  log: Logger;
  metrics: Pick<Metrics, 'notices'>;
}

/** What a turn has come to; `nothing`: nothing is due, or there is no sending now. */
export type MailTurn = 'tried' | 'settled' | 'nothing';

/** Mails customers what is due, one mail at a time. */
export class Mailer {
  readonly #services: MailerServices;
  readonly #rest = new Rest();

  constructor(services: MailerServices) {
    this.#services = services;
  }

  /** Sends what is due next, or writes why it does not. */
  async next(signal: AbortSignal): Promise<MailTurn> {
    const { database, now } = this.#services;
    const [notice] = await takeNotices(database, now(), { channel: 'email', most: 1, leaseMs: LEASE_MS });
    if (!notice) return 'nothing';
    const { kind, recipient } = notice;
    if (!isMailKind(kind)) return this.#settle(notice, { state: 'skipped', why: 'unknown' });
    const { email } = recipient;
    if (email === null) return this.#settle(notice, { state: 'skipped', why: 'no_address' });
    const why = recipient.off.includes(groupOf(kind))
      ? 'switched_off'
      : (skippedAt(notice, now()) ?? (isFlapping(notice) ? 'flapping' : undefined));
    if (why) return this.#settle(notice, { state: why === 'late' ? 'failed' : 'skipped', why });
    return this.#wrote(notice, email, await this.write({ ...notice, kind }, email, signal), signal);
  }

  /** Writes a notice and hands it in. Never rejects: one that cannot be written is put off and in the end given up, and the others are sent. */
  async write(notice: DueNotice & { kind: MailKind }, email: string, signal: AbortSignal): Promise<Delivery> {
    const { links, post, platform, now } = this.#services;
    try {
      const written = mailOf(notice, links({ customer: notice.customer, email }, notice.kind), now());
      const mail = { ...written, platform };
      return await post(this.#letter(notice, mail, email), signal);
    } catch {
      // What it says may name the customer.
      return { result: 'later', why: 'unwritten' };
    }
  }

  #letter({ id, recipient }: DueNotice, mail: Mail, email: string): Letter {
    const { from } = this.#services;
    const { unsubscribe, language, subject } = mail;
    return {
      from,
      to: { name: oneLine(recipient.displayName ?? ''), address: email },
      subject,
      text: textOf(mail),
      html: htmlOf(mail),
      // The same however often it is sent: mail programs show it once.
      messageId: `<${id}@${from.address.split('@').at(-1)}>`,
      headers: {
        'List-Unsubscribe': { prepared: true, foldLines: false, value: `<${unsubscribe.url}>` },
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
        'Auto-Submitted': 'auto-generated',
        'X-Auto-Response-Suppress': 'All',
        'Content-Language': language,
      },
    };
  }

  async #wrote(notice: DueNotice, email: string, delivery: Delivery, signal: AbortSignal): Promise<MailTurn> {
    const { database, customers, now } = this.#services;
    const { id, customer, tries } = notice;
    if (delivery.result === 'sent') {
      this.#rest.end();
      await this.#settle(notice, { state: 'sent', message: id });
      await customers.noteAddress(customer, email, null);
      return 'tried';
    }
    const { why } = delivery;
    if (delivery.result === 'refused') {
      this.#rest.end();
      if (delivery.isOfAddress) await customers.noteAddress(customer, email, now());
      await this.#settle(notice, { state: 'refused', why });
      return 'tried';
    }
    if (delivery.result === 'later') {
      if (!signal.aborted) this.#rest.end();
      if (tries >= MOST_TRIES) await this.#settle(notice, { state: 'failed', why });
      else {
        // This process stops: another one may send it at once.
        const until = signal.aborted ? now() : later(now(), nextTryIn(tries, Math.random()));
        await this.#postpone(notice, { until, why });
      }
      return 'tried';
    }
    // It was not begun: this process stops, or the server takes none at all. No try of this mail's.
    const until = signal.aborted ? now() : this.#rest.begin(now().getTime());
    if (!signal.aborted) await pauseChannel(database, 'email', until);
    await this.#postpone(notice, { until, why, isUncounted: true });
    return 'nothing';
  }

  async #settle(notice: DueNotice, settled: Settled): Promise<MailTurn> {
    const { database, now, log, metrics } = this.#services;
    await settleNotices(database, [notice.id], settled, now());
    const { state, why } = settled;
    metrics.notices.inc({ channel: 'email', kind: notice.kind, result: state });
    const line = { notice: notice.id, customer: notice.customer, kind: notice.kind, result: state, why };
    if (state === 'refused' || state === 'failed') log.warn(line, 'mail');
    else log.info(line, 'mail');
    return 'settled';
  }

  async #postpone(
    { id, kind, customer }: DueNotice,
    how: { until: Date; why: string; isUncounted?: boolean },
  ): Promise<void> {
    const { database, log, metrics } = this.#services;
    await postponeNotices(database, [id], how);
    metrics.notices.inc({ channel: 'email', kind, result: 'retried' });
    log.warn({ notice: id, customer, kind, result: 'retried', why: how.why }, 'mail');
  }
}

const later = (at: Date, ms: number) => new Date(at.getTime() + ms);
