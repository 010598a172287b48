import { z } from 'zod';
import {
  type ReceiptStep,
  STEPS,
  type Step,
  stepSchema,
  UNSEEN,
  type Unseen,
} from '../../core/contract/receipt.ts';
import { nowDate } from '../../core/store/redis-clock.ts';

type ResultOf<Which extends Step> = keyof (typeof STEPS)[Which] & ReceiptStep['result'];

/** Characters of an agent's name. */
const MOST_CHARACTERS = 64;

/** Done once, where everything else is looked at again by each try. */
const DEEDS: readonly ReceiptStep['result'][] = ['removed', 'deleted', 'revoked'];
/** Deeds that are kept for later tries: more agents than that are left out. */
const MOST_KEPT = 100;

/** What a try keeps for those after it, should it not come to its end. It holds no secret. */
export const keptSchema = z.object({ steps: z.array(stepSchema).max(MOST_KEPT) });
export type Kept = z.infer<typeof keptSchema>;

/** Writes down, for a receipt, what was seen and when; and what was not. */
export class Witness {
  readonly #steps: ReceiptStep[] = [];
  readonly #notSeen = new Set<Unseen>();
  readonly #keep: (kept: Kept) => void;

  /**
   * `before`: what an earlier try has kept; it may have done more than it could keep, and what a gateway was told is not
   * known any more. `keep` takes what later tries are to know, each time that there is more.
   */
  constructor(before?: Kept, keep: (kept: Kept) => void = () => {}) {
    this.#keep = keep;
    if (before) this.#steps.push(...before.steps);
    if (before) this.missed('gateway');
  }

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
    if (DEEDS.includes(result)) this.#keep({ steps: this.#deeds() });
  }

  /** Nobody has seen it. */
  missed(what: Unseen): void {
    this.#notSeen.add(what);
  }

  #deeds(): ReceiptStep[] {
    return this.#steps.filter(({ result }) => DEEDS.includes(result)).slice(0, MOST_KEPT);
  }

  get steps(): readonly ReceiptStep[] {
    return this.#steps;
  }

  get notSeen(): { what: Unseen; says: string }[] {
    return [...this.#notSeen].map((what) => ({ what, says: UNSEEN[what] }));
  }
}
