import { type OwnUsage, ownUsageSchema } from '../../../core/contract/own-usage.ts';
import { json } from '../../client/ask.ts';
import type { Refusal } from '../../model/state.ts';
import type { Following } from '../manage/runs.ts';

/** What is shown; nothing of it: it is still being looked up. */
export interface UsageShown {
  usage?: OwnUsage;
  refused?: Refusal;
}

/** Looks up what was used. */
export class UsageLook {
  readonly #ask: Following['ask'];
  readonly #onChange: () => void;
  #hasEnded = false;
  #shown: UsageShown = {};

  /** `onChange` is called whenever something else is to be shown. */
  constructor(ask: Following['ask'], onChange: () => void) {
    this.#ask = ask;
    this.#onChange = onChange;
  }

  get shown(): UsageShown {
    return this.#shown;
  }

  async load(): Promise<void> {
    this.#show({});
    const answer = await this.#ask((api) => api.get('own-usage', json(ownUsageSchema)));
    this.#show(answer.ok ? { usage: answer.body } : { refused: answer.why });
  }

  /** From now on nothing happens. */
  end(): void {
    this.#hasEnded = true;
  }

  #show(shown: UsageShown): void {
    this.#shown = shown;
    if (!this.#hasEnded) this.#onChange();
  }
}
