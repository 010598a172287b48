import { type ReceiptStep, STEPS, type Step, UNSEEN, type Unseen } from '../../core/contract/receipt.ts';
import { nowDate } from '../../core/store/redis-clock.ts';

type ResultOf<Which extends Step> = keyof (typeof STEPS)[Which] & ReceiptStep['result'];

/** Characters of an agent's name. */
const MOST_CHARACTERS = 64;

/** Writes down, for a receipt, what was seen and when; and what was not. */
export class Witness {
  readonly #steps: ReceiptStep[] = [];
  readonly #notSeen = new Set<Unseen>();

  /** It has just been seen. `more`: of which of OpenClaw's agents, and in which files. */
  saw<Which extends Step>(
    step: Which,
    result: ResultOf<Which>,
    more: { agent?: string | undefined; files?: readonly string[] } = {},
  ): void {
    const { agent, files } = more;
    this.#steps.push({
      step,
      result,
      at: nowDate().toISOString(),
      ...(agent === undefined ? {} : { agent: agent.slice(0, MOST_CHARACTERS) }),
      ...(files === undefined ? {} : { files: [...files] }),
      says: (STEPS[step] as Record<string, string>)[result] as string,
    });
  }

  /** Nobody has seen it. */
  missed(what: Unseen): void {
    this.#notSeen.add(what);
  }

  get steps(): readonly ReceiptStep[] {
    return this.#steps;
  }

  get notSeen(): { what: Unseen; says: string }[] {
    return [...this.#notSeen].map((what) => ({ what, says: UNSEEN[what] }));
  }
}
