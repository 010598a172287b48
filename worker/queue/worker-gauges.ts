import { Gauge, type Registry } from 'prom-client';
import { atMost } from '../transports/deadline.ts';

export interface WorkerGaugeSources {
  /** Whether this worker takes handshakes. */
  isTaking: () => boolean;
  /** How many it has taken that are waiting for their turn. */
  heldBack: () => number;
  /** How many handshakes are waiting for a worker; rejects, or does not resolve, if Redis does not answer. */
  waiting: () => Promise<number>;
  /** How many are put aside: parked, or about to be tried again; likewise. */
  aside: () => Promise<number>;
  /** How many copies are owed to the vault; likewise. */
  owed: () => Promise<number>;
  /** How often copies of the vault were opened, by outcome; likewise. */
  openings: () => Promise<ReadonlyMap<string, number>>;
}

/** Milliseconds after which Redis counts as away; Prometheus gives up on all of it after ten seconds. */
const ANSWER_MS = 2_000;

/** The state of this worker, and of the queue as it sees it, determined when Prometheus asks. */
export function gaugeWorker(
  registry: Registry,
  { isTaking, heldBack, waiting, aside, owed, openings }: WorkerGaugeSources,
): void {
  const registers = [registry];
  const counted = (name: string, help: string, ask: () => Promise<number>) =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        const count = await answerOf(ask());
        if (count === undefined) this.remove();
        else this.set(count);
      },
    });
  new Gauge({
    name: 'keyferry_worker_taking',
    help: '1 while this worker takes handshakes',
    registers,
    collect() {
      this.set(isTaking() ? 1 : 0);
    },
  });
  new Gauge({
    name: 'keyferry_handshakes_held_back',
    help: 'Handshakes that this worker has taken but not started: it starts only as many at once as keep it quick',
    registers,
    collect() {
      this.set(heldBack());
    },
  });
  counted(
    'keyferry_handshakes_queued',
    'Handshakes that are waiting for a worker; the same from every worker, absent while Redis is away',
    waiting,
  );
  counted(
    'keyferry_handshakes_parked',
    'Handshakes that need no worker now: they wait on their boxes for a code (and the few that are tried again in seconds); the same from every worker, absent while Redis is away',
    aside,
  );
  counted(
    'keyferry_vault_owed',
    'Copies of credentials that are owed to the vault; the same from every worker, absent while Redis is away',
    owed,
  );
  new Gauge({
    name: 'keyferry_vault_openings',
    help: 'How often copies of the vault were opened, by whichever process; outcome: done, or a code of the error catalogue; the same from every worker, absent while Redis is away',
    labelNames: ['outcome'] as const,
    registers,
    async collect() {
      this.reset();
      for (const [outcome, times] of (await answerOf(openings())) ?? []) this.set({ outcome }, times);
    },
  });
}

/** Undefined if Redis does not answer in time, or refuses. */
async function answerOf<T>(asking: Promise<T>): Promise<T | undefined> {
  let answer: T | undefined;
  await atMost(
    ANSWER_MS,
    asking.then((found) => {
      answer = found;
    }),
  );
  return answer;
}
