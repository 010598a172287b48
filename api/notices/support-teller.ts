import { randomUUID } from 'node:crypto';
import type { SupportChannel } from '../../core/contract/notices.ts';
import type { Logger } from '../../core/process/log.ts';
import type { Database } from '../../core/store/database.ts';
import {
  type DueNotice,
  holdNotices,
  messagesSince,
  nameMessage,
  pauseChannel,
  postponeNotices,
  type Settled,
  settleNotices,
  takeNotices,
} from '../../core/store/notices.ts';
import type { Metrics } from '../metrics.ts';
import type { Say } from './chat.ts';
import { isEach, roomAt, WINDOW_MS } from './crowd.ts';
import { WHOLE_MS } from './smtp.ts';
import { casesMessage, messageOf, type SupportNotice, summaryOf } from './support-words.ts';
import { MOST_TRIES, nextTryIn, Rest } from './tries.ts';
import { skippedAt } from './verdict.ts';

/** Notices that one message tells of at most. */
const MOST = 10_000;
/** Milliseconds that a message may take, and a while for what is to be put on record. */
const LEASE_MS: Record<SupportChannel, number> = {
  support: 2 * 60_000,
  'support-mail': WHOLE_MS + 2 * 60_000,
};

export interface SupportServices {
  database: Database;
  /** Support's chat, if it is not said. */
  channel?: SupportChannel;
  say: Say;
  /** The address of the support console, without a trailing slash. */
  console: string;
  now(): Date;
  log: Logger;
  metrics: Pick<Metrics, 'notices'>;
}

/** Tells support what is due, in its chat or by mail: each by itself, or a crowd in one message. */
export class SupportTeller {
  readonly #services: SupportServices;
  readonly #channel: SupportChannel;
  readonly #rest = new Rest();

  constructor(services: SupportServices) {
    this.#services = services;
    this.#channel = services.channel ?? 'support';
  }

  /** Says what is due, or writes why not; false: nothing is due, or there is no sending now. */
  async next(signal: AbortSignal): Promise<boolean> {
    const { database, now } = this.#services;
    const sent = await messagesSince(database, this.#channel, later(now(), -WINDOW_MS));
    const room = roomAt(
      sent.map((at) => at.getTime()),
      now().getTime(),
    );
    // What waits is gathered where it is.
    if (room === 0) return false;
    const taken = await takeNotices(database, now(), {
      channel: this.#channel,
      most: MOST,
      leaseMs: LEASE_MS[this.#channel],
    });
    if (taken.length === 0) return false;
    const due: DueNotice[] = [];
    const skipped = new Map<string, DueNotice[]>();
    for (const notice of taken) {
      const why = skippedAt(notice, now());
      if (why === undefined) due.push(notice);
      else {
        const same = skipped.get(why);
        if (same) same.push(notice);
        else skipped.set(why, [notice]);
      }
    }
    for (const [why, notices] of skipped)
      await this.#settle(notices, { state: why === 'late' ? 'failed' : 'skipped', why });
    if (due.length === 0) return true;
    // What may have arrived goes out again as it was. Of the others, cases that are alike are one message.
    const again = [...Map.groupBy(due.filter(hasName), ({ message }) => message).values()];
    const fresh = due.filter((notice) => !hasName(notice));
    const groups = [...Map.groupBy(fresh, likeness).values()];
    const each = isEach(groups.length, room - again.length) ? groups : [fresh];
    const messages = [...again, ...each].filter(({ length }) => length > 0);
    for (const [index, notices] of messages.entries()) {
      const unsaid = messages.slice(index).flat();
      // The messages before this one may have taken their time.
      if (index > 0) await holdNotices(database, idsOf(unsaid), later(now(), LEASE_MS[this.#channel]));
      const isSaid = await this.#say(notices, signal);
      if (isSaid) continue;
      const left = messages.slice(index + 1).flat();
      await postponeNotices(database, idsOf(left), { until: now(), why: 'after another', isUncounted: true });
      return false;
    }
    return true;
  }

  async #say(notices: DueNotice[], signal: AbortSignal): Promise<boolean> {
    const { database, say, console, now, log, metrics } = this.#services;
    const told = notices.map(
      ({ kind, customer, event }): SupportNotice => ({ kind, customer, data: event.data }),
    );
    const [first] = told;
    const isAlike = new Set(notices.map(likeness)).size === 1;
    const text =
      first?.kind === 'case' && isAlike
        ? casesMessage(told, console)
        : told.length === 1 && first
          ? messageOf(first, console)
          : summaryOf(told, console);
    const known = notices.find(hasName)?.message ?? null;
    // One of its own: under the name of an earlier message a mail program would drop it.
    const message = known ?? randomUUID();
    // Before it goes out: whoever sends it again, sends the same.
    await nameMessage(database, idsOf(notices), message);
    const delivery = await say(text, signal, message);
    if (delivery.result === 'sent') {
      this.#rest.end();
      await this.#settle(notices, { state: 'sent', message });
      return true;
    }
    const { why } = delivery;
    if (delivery.result === 'refused') {
      this.#rest.end();
      await this.#giveUp(notices, why, known);
      return true;
    }
    const asked = 'retryAfterMs' in delivery ? delivery.retryAfterMs : undefined;
    const until = signal.aborted ? now() : this.#rest.begin(now().getTime(), asked);
    await postponeNotices(database, idsOf(notices), {
      ...{ until, why, isUncounted: signal.aborted },
      message: delivery.result === 'later' ? message : known,
    });
    if (!signal.aborted) await pauseChannel(database, this.#channel, until);
    for (const { kind } of notices) metrics.notices.inc({ channel: this.#channel, kind, result: 'retried' });
    log.warn({ notices: notices.length, why }, "notices: support's chat took none");
    return false;
  }

  /** A text that is not taken is made again with what has come meanwhile; after some tries it is given up. */
  async #giveUp(notices: readonly DueNotice[], why: string, message: string | null): Promise<void> {
    const { database, now, log } = this.#services;
    const over = notices.filter(({ tries }) => tries >= MOST_TRIES);
    const again = notices.filter(({ tries }) => tries < MOST_TRIES);
    const tried = again.reduce((most, { tries }) => Math.max(most, tries), 1);
    const until = later(now(), nextTryIn(tried, Math.random()));
    await postponeNotices(database, idsOf(again), { until, why, message });
    if (over.length > 0) await this.#settle(over, { state: 'failed', why });
    log.warn({ notices: notices.length, why }, "notices: support's chat did not take a text");
  }

  async #settle(notices: readonly DueNotice[], settled: Settled): Promise<void> {
    const { database, now, metrics, log } = this.#services;
    await settleNotices(database, idsOf(notices), settled, now());
    for (const { kind } of notices)
      metrics.notices.inc({ channel: this.#channel, kind, result: settled.state });
    log.info({ notices: notices.length, result: settled.state, why: settled.why }, 'notices: support');
  }
}

const likeness = ({ id, kind, event }: DueNotice) => (kind === 'case' ? `case ${event.data.cause}` : id);
const hasName = ({ message }: DueNotice) => message !== null;
const idsOf = (notices: readonly DueNotice[]) => notices.map(({ id }) => id);
const later = (at: Date, ms: number) => new Date(at.getTime() + ms);
