import type { BoxPrograms } from '../box-programs.ts';
import { type Lab, startLab } from '../lab.ts';
import { pointBox } from '../providers/point-box.ts';
import { type Providers, startProviders } from '../providers/providers.ts';
import type { Stage } from './canary.ts';
import { type Pair, type Played, playKey, playSignIn } from './play.ts';

/** What stands on a box for a pair of releases. */
export type ProgramsOf = (pair: Pair) => BoxPrograms;

/** Plays each handshake on a fresh box of a lab, one at a time. */
export class LabStage implements Stage {
  readonly #lab: Lab;
  readonly #providers: Providers;
  readonly #programsOf: ProgramsOf;

  private constructor(lab: Lab, providers: Providers, programsOf: ProgramsOf) {
    this.#lab = lab;
    this.#providers = providers;
    this.#programsOf = programsOf;
  }

  /** `programsOf`: default the pair's versions from the npm registry. */
  static async open(programsOf: ProgramsOf = (pair) => pair): Promise<LabStage> {
    const lab = await startLab();
    try {
      return new LabStage(lab, await startProviders(), programsOf);
    } catch (thrown) {
      await lab.stop();
      throw thrown;
    }
  }

  async signIn(pair: Pair, columns: number, signal: AbortSignal): Promise<Played> {
    const box = await this.#lab.freshBox(this.#programsOf(pair));
    try {
      return await playSignIn(box, this.#lab.anthropic, pair, columns, signal);
    } finally {
      await box.stop();
    }
  }

  async key(pair: Pair, signal: AbortSignal): Promise<Played> {
    const box = await this.#lab.freshBox(this.#programsOf(pair));
    try {
      pointBox(box, this.#providers, ['openai'], pair.openclaw);
      return await playKey(box, this.#providers, pair, signal);
    } finally {
      await box.stop();
    }
  }

  /** What must not be found in anything that is kept. */
  get secrets(): readonly string[] {
    return [...this.#lab.anthropic.secrets, ...this.#providers.secrets];
  }

  /** Takes the lab down, whatever is under way in it. Safe to call twice. */
  async stop(): Promise<void> {
    await Promise.all([this.#lab.stop(), this.#providers.stop()]);
  }
}
