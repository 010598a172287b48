import { sql } from 'kysely';
import { PHASES } from '../contract/phases.ts';
import { daysIn, type Found } from '../contract/search.ts';
import { idStartOf } from '../contract/support-code.ts';
import type { Cases } from './case-list.ts';
import type { Database } from './database.ts';
import { Reading } from './reading.ts';

/** Of each kind so many. */
const MOST = 8;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Part of an address, or of a host's name: anything else is in none. */
const ADDRESS = /^[\w.:-]{3,100}$/;

/**
 * Finds what people write into the search: a customer, a display name, an id, an error code, a box's address, a day.
 * Rejects with `history_unavailable` within seconds if the database does not answer.
 */
export class Find {
  readonly #database: Database;
  readonly #cases: Pick<Cases, 'page' | 'find'>;
  readonly #reading = new Reading();

  constructor(database: Database, cases: Pick<Cases, 'page' | 'find'>) {
    this.#database = database;
    this.#cases = cases;
  }

  /** The first of each kind; error codes are not its to find. `bounds`: when the days that `q` says begin and end, if not in UTC. */
  async of(q: string, bounds?: Found['days']): Promise<Omit<Found, 'errors' | 'quoted'>> {
    const inUtc = daysOf(q);
    const days = inUtc && (bounds ?? inUtc);
    if (days) {
      const [{ cases }, handshakes] = await Promise.all([
        this.#cases.page({ state: 'all', ...days }, MOST),
        this.#handshakes(sql`started_at between ${days.since}::timestamptz and ${days.until}::timestamptz`),
      ]);
      return { customers: [], cases, handshakes, boxes: [], days };
    }
    if (UUID.test(q)) {
      const id = q.toLowerCase();
      const [one, handshakes] = await Promise.all([
        this.#cases.find(id),
        this.#handshakes(sql`handshake = ${id}`),
      ]);
      return { customers: [], cases: one ? [one.found] : [], handshakes, boxes: [] };
    }
    const [customers, { cases }, handshakes, boxes] = await Promise.all([
      this.#customers(q),
      this.#cases.page({ q }, MOST),
      this.#quoted(q),
      ADDRESS.test(q) ? this.#boxes(q) : [],
    ]);
    return { customers, cases, handshakes, boxes };
  }

  /** By the beginning of an id, the code that its customer was told, or the platform's own reference. */
  async #quoted(q: string): Promise<Found['handshakes']> {
    const begins = idStartOf(q) ?? (/^[0-9a-f-]{6,36}$/i.test(q) ? q.toLowerCase() : undefined);
    // Two, each by an index of its own. Between, not like: whatever the database's collation.
    const [named, quoted] = await Promise.all([
      begins === undefined
        ? []
        : this.#handshakes(sql`handshake >= ${begins} and handshake < ${`${begins}g`}`),
      this.#handshakes(sql`reference = ${q}`),
    ]);
    const all = new Map([...named, ...quoted].map((each) => [each.handshake, each]));
    return [...all.values()]
      .toSorted((one, other) => (one.startedAt < other.startedAt ? 1 : -1))
      .slice(0, MOST);
  }

  #customers(q: string): Promise<Found['customers']> {
    return this.#reading.ask(async () => {
      const { rows } = await sql<{ customer: string; displayName: string | null }>`
        select customer, display_name as "displayName" from customers
        where strpos(customer, lower(${q})) > 0 or strpos(lower(display_name), lower(${q})) > 0
        order by customer <> lower(${q}), strpos(customer, lower(${q})) <> 1, customer limit ${MOST}`.execute(
        this.#database,
      );
      return rows;
    });
  }

  #handshakes(where: ReturnType<typeof sql>): Promise<Found['handshakes']> {
    return this.#reading.ask(async () => {
      const { rows } = await sql<{ handshake: string; customer: string; phase: string; started_at: Date }>`
        select handshake, customer, phase, started_at from handshakes where ${where}
        order by started_at desc limit ${MOST}`.execute(this.#database);
      return rows.flatMap(({ phase, started_at, ...row }) => {
        const known = PHASES.find((each) => each === phase);
        return known ? [{ ...row, phase: known, startedAt: started_at.toISOString() }] : [];
      });
    });
  }

  #boxes(q: string): Promise<Found['boxes']> {
    return this.#reading.ask(async () => {
      const { rows } = await sql<{ customer: string; box: string; address: string }>`
        select customer, name as box, reach->>'host' as address from boxes
        where strpos(lower(reach->>'host'), lower(${q})) > 0 order by customer, name limit ${MOST}`.execute(
        this.#database,
      );
      return rows;
    });
  }
}

/** In UTC. */
function daysOf(q: string): Found['days'] {
  const days = daysIn(q);
  return days && { since: `${days.from}T00:00:00.000Z`, until: `${days.to}T23:59:59.999Z` };
}
