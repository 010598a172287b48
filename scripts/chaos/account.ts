import type { Entry } from './ledger.ts';
import type { Requirement } from './requirements.ts';

/** Characters of a log line that are shown. */
const SHOWN = 400;

/** Tells what happened in trials: what the customer saw and did, then what the processes logged of it. */
export class Accounts {
  /** Lines by handshake, with the process that printed them. */
  readonly #lines = new Map<string, string[]>();

  constructor(logs: Readonly<Record<string, string>>) {
    for (const [process, log] of Object.entries(logs))
      for (const line of log.split('\n')) {
        const handshake = /"handshake":"([\w-]+)"/.exec(line)?.[1];
        if (handshake === undefined) continue;
        const kept = this.#lines.get(handshake) ?? [];
        this.#lines.set(handshake, kept);
        kept.push(`  ${process}  ${line.slice(0, SHOWN)}`);
      }
  }

  of({ fault, met, phase, ending, diary, handshakes }: Entry): string {
    const title = `${met ? '' : 'beside '}${fault} in ${phase}: ${ending}`;
    const said = [...handshakes].flatMap((handshake) => this.#lines.get(handshake) ?? []);
    return [title, ...diary.map((line) => `  ${line}`), ...said].join('\n');
  }

  /** What speaks against requirements, and the trials in which it happened: at most this many of each. */
  against(all: readonly Requirement[], most: number): string {
    return all
      .filter(({ met }) => !met)
      .flatMap(({ says, counted, against, more }) => [
        [`✗ ${counted} ${says}`, ...more.slice(0, most).map((line) => `  ${line}`)].join('\n'),
        ...against.slice(0, most).map((entry) => this.of(entry)),
      ])
      .join('\n\n');
  }
}
