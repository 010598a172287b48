import { DEFAULT_BOX } from '../../core/contract/connection-record.ts';
import type { Connections } from '../../core/store/connections.ts';
import { Reading } from '../../core/store/reading.ts';
import type { Known } from '../programs/openclaw/replacement-plan.ts';
import type { AttemptJob } from './attempt-job.ts';

/** Milliseconds that the database may take. */
const ANSWER_MS = 1_500;

/** What the record knows of a box, for an attempt there. */
export class KnownConnections {
  readonly #connections: Pick<Connections, 'current'>;
  readonly #reading = new Reading(ANSWER_MS);

  constructor(connections: Pick<Connections, 'current'>) {
    this.#connections = connections;
  }

  /** While the database is away, what the job says alone. Never rejects. */
  async of({ customer, box = DEFAULT_BOX, provider, replaces }: AttemptJob): Promise<Known> {
    const told = replaces === undefined ? undefined : { profile: replaces };
    try {
      const current = await this.#reading.ask(() => this.#connections.current(customer));
      const here = current.filter((one) => one.box === box && one.provider === provider);
      const hint = here.find(({ profile }) => profile === replaces)?.hint ?? undefined;
      const keep = here.map(({ profile }) => profile).filter((profile) => profile !== replaces);
      return { replaces: told && { ...told, hint }, keep };
    } catch {
      return { replaces: told };
    }
  }
}
