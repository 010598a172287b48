import { KeyferryError } from '../../core/contract/errors.ts';
import { isPastCode } from '../../core/contract/phases.ts';
import type { Survey } from '../boxes/survey.ts';
import { isDeadEnd } from '../programs/openclaw/dead-ends.ts';
import { withVersion } from '../programs/version.ts';
import { atMost } from '../transports/deadline.ts';
import type { Progress } from './progress.ts';
import type { Readiness } from './readiness.ts';
import type { Sessions } from './sessions.ts';

/** Milliseconds that a link waits for OpenClaw to say that its configuration is one; 2026.9.6 takes four. */
const ASKED_WITHIN_MS = 20_000;

export interface EarlyQuestionsParts {
  sessions: Sessions;
  progress: Progress;
  readiness: Readiness;
  survey: Survey;
  /** Hears what the survey did not know. */
  found: (survey: Survey) => void;
  /** Ends the handshake from aside, with the reason. */
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
   * Where nobody has looked at OpenClaw's configuration since it was written, or it names agents, the customer gets a link
   * once OpenClaw has said that it works with it, or is late. Never rejects.
   */
  async beforeLink(): Promise<void> {
    const { survey, readiness, progress, end } = this.#parts;
    if (!survey.config?.toBeAsked && !survey.config?.namesAgents) return;
    const known = readiness.known().catch((thrown: unknown) => {
      // Once a code is typed the token is read first: what comes after tells the same, and the token's fate.
      const isTyped = isPastCode(progress.phase);
      if (!isTyped && thrown instanceof KeyferryError && isDeadEnd(thrown.code)) end(thrown);
    });
    await atMost(ASKED_WITHIN_MS, known);
  }

  /** With every fresh link: what OpenClaw cannot do is better known while the customer signs in than after a token is made. */
  async whileSigningIn(): Promise<void> {
    const { survey, readiness, progress, end } = this.#parts;
    // What a program does not say once it does not say again.
    this.#askingVersions ??= this.#askVersions();
    await this.#askingVersions;
    const trouble = await readiness.beginEarly(survey.memoryAvailable);
    if (trouble && progress.phase === 'waiting') end(trouble);
  }

  /** One after the other, and not before the link is out: nothing waits for it but support. */
  async #askVersions(): Promise<void> {
    const { sessions, survey, progress, found } = this.#parts;
    const { signal } = progress.limits;
    const claude = await withVersion(sessions, survey, survey.claude, signal);
    const openclaw = await withVersion(sessions, survey, survey.openclaw, signal);
    if (claude !== survey.claude || openclaw !== survey.openclaw) found({ ...survey, claude, openclaw });
  }
}
