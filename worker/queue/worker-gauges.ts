import { Gauge, type Registry } from 'prom-client';
import { atMost } from '../transports/deadline.ts';

export interface WorkerGaugeSources {
  /** Whether this worker takes handshakes. */
  isTaking: () => boolean;
  /** How many it has taken that are waiting for their turn. */
  heldBack: () => number;
  /** How many handshakes are waiting for a worker; rejects, or does not resolve, if Redis does not answer. */
  waiting: () => Promise<number>;
}

/** Milliseconds after which Redis counts as away; Prometheus gives up on all of it after ten seconds. */
const ANSWER_MS = 2_000;

/** The state of this worker, and of the queue as it sees it, determined when Prometheus asks. */
export function gaugeWorker(registry: Registry, { isTaking, heldBack, waiting }: WorkerGaugeSources): void {
  const registers = [registry];
  const ask = async () => {
    let count: number | undefined;
    const asking = waiting().then((answer) => {
      count = answer;
    });
    await atMost(ANSWER_MS, asking);
    return count;
  };
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
  new Gauge({
    name: 'keyferry_handshakes_queued',
    help: 'Handshakes that are waiting for a worker; the same from every worker, absent while Redis is away',
    registers,
    async collect() {
      const count = await ask();
      if (count === undefined) this.remove();
      else this.set(count);
    },
  });
}
