import type { Anthropic } from '../../lab/anthropic/anthropic.ts';
import type { Box } from '../../lab/box.ts';
import type { Lab } from '../../lab/lab.ts';

/** What every part of the bench works with. */
export interface Bench {
  /** Whose first box that is; for other boxes. */
  lab: Lab;
  box: Box;
  anthropic: Anthropic;
  /** Measured rounds; one more, unmeasured, goes before them. */
  rounds: number;
  /** Waiting handshakes at the same time. */
  handshakes: number;
  /** Seconds for which they are watched. */
  wait: number;
  /** Handshakes of the same process that come and go before. */
  warmUp: number;
  /** How often that is measured. */
  waitingRounds: number;
  /** Measured pairs of keys, without a gateway and again with one. */
  keyRounds: number;
  /** In connect a gateway runs on the box, for both sides. */
  gateway: boolean;
  /** It has answered a chat before, by models of the platform's. */
  answered: boolean;
  /** The box's version of OpenClaw. */
  openclaw: string;
  signal: AbortSignal;
  /** One line for people, on stderr. */
  say(line: string): void;
}

/** Runs a round once to warm up (caches, and this process's own code), then as often as it is measured. */
export async function rounds<T>(bench: Bench, name: string, run: () => Promise<T>): Promise<T[]> {
  const measured: T[] = [];
  for (let round = 0; round <= bench.rounds; round += 1) {
    bench.say(`${name}: ${round === 0 ? 'warming up' : `round ${round} of ${bench.rounds}`}`);
    const result = await run();
    if (round > 0) measured.push(result);
  }
  return measured;
}
