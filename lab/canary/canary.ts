/**
 * Tries releases of both programs: whole handshakes at every width, first with both that are new. Only what fails is tried
 * again, and then each beside the known one of the other, and the known two beside each other, so that it is told which one
 * moved and whether it was not the lab.
 */
import type { Program } from '../../core/contract/versions.ts';
import type { KnownScreens } from './known-screens.ts';
import type { Pair, Played } from './play.ts';
import { alone, type Evidence, endOf, isOfLab, judge, movedIn, type Verdict } from './verdict.ts';

/** Where handshakes are played. */
export interface Stage {
  signIn(pair: Pair, columns: number, signal: AbortSignal): Promise<Played>;
  /** `method_not_available` where this OpenClaw takes none. */
  key(pair: Pair, signal: AbortSignal): Promise<Played>;
}

export interface CanaryOptions {
  tried: Pair;
  known: Pair;
  widths: readonly number[];
  screens: KnownScreens;
  /** Keeps the screens of the known pair afresh, whatever is kept. */
  renews?: boolean;
  signal: AbortSignal;
  /** Hears of every handshake that has ended. */
  tell: (played: Played) => void;
}

export interface CanaryReport {
  tried: Pair;
  known: Pair;
  widths: readonly number[];
  verdicts: Verdict[];
  played: readonly Played[];
}

const PROGRAMS = ['claude', 'openclaw'] as const;

/** Rejects when `signal` aborts, and where the lab itself fails. */
export async function tryReleases(stage: Stage, options: CanaryOptions): Promise<CanaryReport> {
  const { tried, known, widths, screens } = options;
  const canary = new Canary(stage, options);
  await canary.learnKnown();
  for (const columns of widths) await canary.play(tried, columns);
  await canary.play(tried, undefined);
  await canary.lookAgain();
  for (const columns of [...widths, undefined]) await canary.findFault(columns);
  const evidence: Evidence = {
    known,
    tried,
    widths,
    played: canary.played,
    knownScreens: (program, columns) => screens.of(program, known[program], columns),
  };
  const verdicts = PROGRAMS.map((program) => judge(program, evidence));
  return { tried, known, widths, verdicts, played: canary.played };
}

class Canary {
  readonly #stage: Stage;
  readonly #options: CanaryOptions;
  readonly played: Played[] = [];

  constructor(stage: Stage, options: CanaryOptions) {
    this.#stage = stage;
    this.#options = options;
  }

  /** Undefined columns: with a key, for which a release of Claude Code does not matter. */
  async play(pair: Pair, columns: number | undefined): Promise<Played> {
    const { signal, tell } = this.#options;
    signal.throwIfAborted();
    const played = await (columns === undefined
      ? this.#stage.key(pair, signal)
      : this.#stage.signIn(pair, columns, signal));
    // This version has no way to be given a key, which is as it should be.
    if (played.failure?.code === 'method_not_available') return played;
    this.played.push(played);
    tell(played);
    return played;
  }

  /** Plays the known pair at the widths of which nobody has kept its screens. */
  async learnKnown(): Promise<void> {
    const { known, widths, screens, renews = false } = this.#options;
    for (const columns of widths) {
      const isKept = PROGRAMS.every((program) => screens.of(program, known[program], columns));
      if (isKept && !renews) continue;
      const first = await this.play(known, columns);
      const { failure, screens: seen } = first.failure ? await this.play(known, columns) : first;
      if (failure) continue;
      for (const program of PROGRAMS) screens.learn(program, known[program], columns, seen[program]);
    }
  }

  /** Once more what failed, and what differs at one width alone: either may have been a slip. */
  async lookAgain(): Promise<void> {
    const { tried, widths } = this.#options;
    for (const columns of [...widths, undefined])
      if (endOf(this.played, tried, columns).failure) await this.play(tried, columns);
    const differ = widths.filter((columns) => this.#differs(columns));
    if (differ.length === 1) await this.play(tried, differ[0]);
  }

  #differs(columns: number): boolean {
    const { tried, known, screens } = this.#options;
    const { connected } = endOf(this.played, tried, columns);
    const knownScreens = (program: Program) => screens.of(program, known[program], columns);
    return (
      connected !== undefined &&
      PROGRAMS.some((program) => movedIn(program, { knownScreens }, connected).length > 0)
    );
  }

  /** Where both together fail: each by itself, then neither, and both once more: what was wrong with the lab may be over. */
  async findFault(columns: number | undefined): Promise<void> {
    const { tried, known } = this.#options;
    const { failure: first } = endOf(this.played, tried, columns);
    if (!first || isOfLab(first)) return;
    for (const pair of [alone('claude', tried, known), alone('openclaw', tried, known), known]) {
      const { connected, failure } = endOf(this.played, pair, columns);
      if (!connected && !failure) await this.play(pair, columns);
    }
    if (endOf(this.played, known, columns).connected) await this.play(tried, columns);
  }
}
