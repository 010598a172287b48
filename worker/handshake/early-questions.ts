import type { KeyferryError } from '../../core/contract/errors.ts';
import { isPastCode } from '../../core/contract/phases.ts';
import type { Survey } from '../boxes/survey.ts';
import { withVersion } from '../programs/version.ts';
import { atMost } from '../transports/deadline.ts';
import { isDeadEndError } from './choice.ts';
import type { Progress } from './progress.ts';
import type { Readiness } from './readiness.ts';
import type { Sessions } from './sessions.ts';

/** Milliseconds that a link waits for OpenClaw to confirm its configuration; 2026.9.6 takes four. */
const ASKED_WITHIN_MS = 20_000;

export interface EarlyQuestionsParts {
  sessions: Sessions;
  progress: Progress;
  readiness: Readiness;
  survey: Survey;
  /** Receives what the survey did not know. */
  found: (survey: Survey) => void;
  /** Ends the handshake from outside, with the reason. */
  end: (why: KeyferryError) => void;
}

/** What the box's programs are asked before and while the customer signs in; what cannot work ends the handshake. */
export class EarlyQuestions {
  readonly #parts: EarlyQuestionsParts;
  #askingVersions: Promise<void> | undefined;

  constructor(parts: EarlyQuestionsParts) {
    this.#parts = parts;
  }

  /**
   * If nothing has checked OpenClaw's configuration since it was written, or if it names agents or keys, the customer gets a link
   * once OpenClaw has accepted it, or is late. Never rejects.
   */
  async beforeLink(): Promise<void> {
    const { survey, readiness, progress, end } = this.#parts;
    const { toBeAsked, namesAgents, namesKeys } = survey.config ?? {};
    if (!toBeAsked && !namesAgents && !namesKeys) return;
    const known = readiness.known().catch((thrown: unknown) => {
      // Once a code is typed the token is read first: the steps after it report the same, and what became of the token.
      const isTyped = isPastCode(progress.phase);
      if (!isTyped && isDeadEndError(thrown)) end(thrown);
    });
    await atMost(ASKED_WITHIN_MS, known);
  }

  /** With every fresh link: it is better to learn what OpenClaw cannot do while the customer signs in than after a token is made. */
  async whileSigningIn(): Promise<void> {
    const { survey, readiness, progress, end } = this.#parts;
    // A program that did not report its version once will not do so later.
    this.#askingVersions ??= this.#askVersions();
    await this.#askingVersions;
    const trouble = await readiness.beginEarly(survey.memoryAvailable);
    if (trouble && progress.phase === 'waiting') end(trouble);
  }

  /** One after the other, and not before the link is out: only support waits for it. */
  async #askVersions(): Promise<void> {
    const { sessions, survey, progress, found } = this.#parts;
    const { signal } = progress.limits;
    const claude = await withVersion(sessions, survey, survey.claude, signal);
    const openclaw = await withVersion(sessions, survey, survey.openclaw, signal);
    if (claude !== survey.claude || openclaw !== survey.openclaw) found({ ...survey, claude, openclaw });
  }
}
