import { setTimeout as sleep } from 'node:timers/promises';
import { groupOf, type MailKind, type SupportChannel } from '../../core/contract/notices.ts';
import type { Config } from '../../core/process/config.ts';
import type { Logger } from '../../core/process/log.ts';
import type { Customers } from '../../core/store/customers.ts';
import type { Database } from '../../core/store/database.ts';
import { makeNotices } from '../../core/store/notices.ts';
import { nowDate } from '../../core/store/redis-clock.ts';
import { consoleOrigin, originOf } from '../http/hosts.ts';
import type { Metrics } from '../metrics.ts';
import { chatOf, type Say } from './chat.ts';
import type { MailLinks } from './mail.ts';
import { Mailer } from './mailer.ts';
import { smtpPost } from './smtp.ts';
import { mailTo } from './support-mail.ts';
import { SupportTeller } from './support-teller.ts';
import type { UnsubscribeLinks } from './unsubscribe-links.ts';

/** Milliseconds between two looks for what is new or due. */
const LOOK_MS = 2_000;
/** Mails under way at once: one that takes long holds up a quarter of them, for some minutes at most. */
const LANES = 4;
const MINUTE_MS = 60_000;
/** Milliseconds that what is under way has to end when the process stops, and to be put on record when it is cut off then. */
const CLOSE_MS = 3_000;
const WRITE_MS = 1_000;

export interface NoticesServices {
  config: Config<'api'>;
  database: Database;
  customers: Pick<Customers, 'noteAddress'>;
  unsubscribe: UnsubscribeLinks;
  log: Logger;
  metrics: Pick<Metrics, 'notices'>;
}

/** Running senders of notices. */
export interface Notices {
  /** Begins nothing more. Mails that are still under way after a while are cut off, and sent again under the same Message-ID. */
  close(): Promise<void>;
}

/**
 * Makes notices of events, mails them to customers and tells support, as far as either is configured. Where neither is,
 * events are marked all the same: what happened before somebody wanted notices is no news to them.
 */
export function startNotices(services: NoticesServices, lookMs = LOOK_MS): Notices {
  const { config, database, log } = services;
  const { SMTP_URL: server, MAIL_FROM: from, SUPPORT_WEBHOOK_URL: chat, SUPPORT_MAIL: supportMail } = config;
  const [over, cut] = [new AbortController(), new AbortController()];
  const { signal } = over;
  const wanted = {
    email: server !== undefined,
    support: chat || supportMail ? config.SUPPORT_NOTICES : new Set<never>(),
    channels: [...(chat ? (['support'] as const) : []), ...(supportMail ? (['support-mail'] as const) : [])],
  };
  const repeat = async (what: string, work: () => Promise<boolean>) => {
    let said: string | undefined;
    while (!signal.aborted) {
      try {
        while (!signal.aborted && (await work()));
        said = undefined;
      } catch (thrown) {
        const reason = thrown instanceof Error ? thrown.message : 'unknown';
        if (reason !== said) log.warn({ reason }, `notices: ${what}: not this time`);
        said = reason;
      }
      await sleep(lookMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  };
  const lanes = [repeat('events', async () => (await makeNotices(database, wanted, nowDate())) > 0)];
  if (server && from) {
    const mailer = new Mailer({
      ...services,
      post: smtpPost(server),
      // Whoever gives a sender a name means that one.
      from: from.name === '' ? { ...from, name: config.PLATFORM_NAME ?? '' } : from,
      platform: config.PLATFORM_NAME,
      links: (to, kind) => linksOf(services, to, kind),
      now: nowDate,
    });
    const apartMs = (LANES * MINUTE_MS) / config.MAILS_PER_MINUTE;
    const mail = async () => {
      const turn = await mailer.next(cut.signal);
      if (turn === 'tried') await sleep(apartMs, undefined, { signal, ref: false }).catch(() => undefined);
      return turn !== 'nothing';
    };
    for (let lane = 0; lane < LANES; lane += 1) lanes.push(repeat('mails', mail));
  }
  const tell = (channel: SupportChannel, say: Say) => {
    const ours = { channel, say, console: consoleOrigin(config), now: nowDate };
    const teller = new SupportTeller({ ...services, ...ours });
    lanes.push(repeat(channel, () => teller.next(cut.signal)));
  };
  if (chat) tell('support', chatOf(chat));
  if (supportMail && server && from)
    tell('support-mail', mailTo({ post: smtpPost(server), from, to: supportMail }));
  const ended = Promise.all(lanes);
  return {
    async close() {
      over.abort();
      await Promise.race([ended, sleep(CLOSE_MS, undefined, { ref: false })]);
      cut.abort();
      await Promise.race([ended, sleep(WRITE_MS, undefined, { ref: false })]);
    },
  };
}

/** Where the links of a customer's mail lead: never with a token that lets anybody in. */
function linksOf(
  { config, unsubscribe }: Pick<NoticesServices, 'config' | 'unsubscribe'>,
  { customer, email }: { customer: string; email: string },
  kind: MailKind,
): MailLinks {
  return {
    button: config.MAIL_LINK?.replaceAll('{customer}', customer) ?? `${originOf(customer, config)}/`,
    unsubscribe: unsubscribe.of(customer, email, groupOf(kind)),
  };
}
