import { randomBytes, randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import type { RecordedAttempt, RecordHead } from '../../core/contract/handshake-record.ts';
import { isWorking, PHASES, type Phase } from '../../core/contract/phases.ts';
import { FIRST } from '../../core/contract/providers.ts';
import { SealedBox } from '../../core/secrets/sealed.ts';
import { Records } from '../../core/store/records.ts';

/** What a handshake goes through, over and over. */
const HAPPY_PATH: readonly Phase[] = [...PHASES.filter(isWorking), 'connected'];
const VERSIONS = { claude: '2.1.330', openclaw: '2026.9.6' };

interface Going {
  head: RecordHead;
  attempt: RecordedAttempt;
}

/** Handshakes of customers who are not there: recorded as workers do it, so that a console has them on its list. */
export class Crowd {
  readonly #redis: Redis;
  readonly #records: Records;
  readonly #going: Going[] = [];
  readonly #count: number;
  #timer: NodeJS.Timeout | undefined;
  /** One after the other, as Redis takes them. */
  #moving: Promise<void> = Promise.resolve();

  constructor(redisUrl: string, prefix: string, count: number) {
    this.#redis = new Redis(redisUrl);
    // Only the list is measured, which lives in Redis.
    const sealed = new SealedBox([{ id: 'bench', key: randomBytes(32) }]);
    const recorder = { record: async () => undefined };
    this.#records = new Records({ redis: this.#redis, prefix, sealed, recorder });
    this.#count = count;
  }

  /**
   * Begins all of them, and from then on moves `perSecond` of them by a phase, now this one and now that; one that
   * has ended begins anew. What was before they began is made up, in the same measure, so that it is known what is usual.
   */
  async begin(perSecond: number): Promise<void> {
    const meanMs = (this.#count / perSecond) * 1_000;
    for (let at = 0; at < this.#count; at += 1) {
      const going = begun(at, meanMs);
      this.#going.push(going);
      await this.#write(going);
    }
    this.#timer = setInterval(() => {
      this.#moving = this.#moving.then(() => this.#move());
    }, 1_000 / perSecond);
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    await this.#moving;
    await this.#redis.quit();
  }

  async #move(): Promise<void> {
    const at = Math.floor(Math.random() * this.#count);
    const going = this.#going[at];
    if (!going) return;
    go(going, Date.now());
    await this.#write(going);
    if (going.attempt.timeline.length < HAPPY_PATH.length) return;
    const next = fresh(at, Date.now());
    go(next, Date.now());
    this.#going[at] = next;
    await this.#write(next);
  }

  #write({ head, attempt }: Going): Promise<void> {
    return this.#records.write(head, attempt);
  }
}

/** One that is in one of the phases, after phases as long as they come when rows are moved by chance. */
function begun(at: number, meanMs: number): Going {
  const steps = 1 + (at % (HAPPY_PATH.length - 1));
  const times = [Date.now()];
  while (times.length <= steps) times.unshift((times[0] ?? 0) + meanMs * Math.log(1 - Math.random()));
  const going = fresh(at, times[0] ?? 0);
  for (const time of times.slice(0, steps)) go(going, time);
  return going;
}

function fresh(at: number, time: number): Going {
  const startedAt = new Date(time).toISOString();
  return {
    head: { ...FIRST, handshake: randomUUID(), customer: `crowd-${at}`, requestedBy: 'customer', startedAt },
    attempt: { attempt: 1, timeline: [], versions: VERSIONS, rejected: 0, warnings: [] },
  };
}

function go({ attempt }: Going, time: number): void {
  const phase = HAPPY_PATH[attempt.timeline.length];
  if (phase) attempt.timeline.push({ phase, at: new Date(time).toISOString() });
}
