import type { Redis } from 'ioredis';
import type { Door } from '../live/upgrades.ts';
import type { Services } from '../services.ts';
import { CaseWatch } from './case-watch.ts';
import { Feed } from './feed.ts';
import { ListDoor } from './live/list.ts';
import { WatchDoor } from './live/watch.ts';

/** The longest interval between two checks of an operator's session, in milliseconds. */
const MOST_BEAT_MS = 10_000;

/** Milliseconds between two looks whether cases have changed. */
const CASES_MS = 1_500;

/** Everything that the console receives and sends while the process runs. */
export class Console {
  readonly #services: Services;
  readonly #feed: Feed;
  readonly #list: ListDoor;
  readonly #watch: WatchDoor;
  readonly #caseWatch: CaseWatch;

  constructor(services: Services, beatMs: number) {
    const often = Math.min(beatMs, MOST_BEAT_MS);
    this.#services = services;
    this.#feed = new Feed(services);
    this.#list = new ListDoor(services, often);
    this.#watch = new WatchDoor(services, often);
    const [isWatched, onChange] = [() => this.#list.isWatched, () => this.#list.tellCases()];
    this.#caseWatch = new CaseWatch(services.cases, { isWatched, onChange }, CASES_MS);
  }

  get doors(): readonly Door[] {
    return [this.#list, this.#watch];
  }

  /** Starts listening; resolves when the subscriptions are active. `redis` is the connection that records are read by. */
  async listen(subscriber: Redis, redis: Redis): Promise<void> {
    await Promise.all([
      this.#feed.listen(subscriber, redis),
      this.#watch.listen(subscriber),
      this.#services.operatorSessions.listen(subscriber, () => {
        this.#list.checkSessions();
        this.#watch.checkSessions();
      }),
    ]);
  }

  /** The database is away, or there again. */
  tellRecord(available: boolean): void {
    this.#list.tellRecord(available);
  }

  close(): void {
    this.#feed.close();
    this.#caseWatch.stop();
  }
}
