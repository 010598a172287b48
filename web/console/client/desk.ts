import type { OperatorSession, Row, SignInWays } from '../../../core/contract/console-api.ts';
import { Clock } from '../../client/clock.ts';
import type { Refusal } from '../../model/state.ts';
import { WORDS } from '../model/words.ts';
import { Board } from './board.ts';
import { ConsoleApi } from './console-api.ts';
import { Observable } from './observable.ts';
import { openWire } from './wire.ts';

/** Milliseconds until a request that was not answered is repeated. */
const AGAIN_MS = 3_000;
/** Milliseconds between two drawings of the list, however fast its rows change. */
const APART_MS = 200;
/** Milliseconds after which the usual times are requested again. */
const USUAL_MS = 5 * 60_000;

/** Who is here: not known yet, nobody, or an operator. */
export type Here =
  | { is: 'unknown'; why: Refusal | undefined }
  | { is: 'nobody'; ways: SignInWays; hasEnded: boolean }
  | { is: 'operator'; session: OperatorSession; board: Board };

/** An operator's desk: who they are, and the handshakes while they are signed in. */
export class Desk extends Observable {
  readonly clock = new Clock();
  readonly api = new ConsoleApi(location.origin, this.clock, () => this.findOutAgain());
  #here: Here = { is: 'unknown', why: undefined };
  #said = '';
  #timer: ReturnType<typeof setTimeout> | undefined;
  #finding: Promise<void> | undefined;

  get here(): Here {
    return this.#here;
  }

  /** What a screen reader announces unprompted. */
  get said(): string {
    return this.#said;
  }

  say(text: string): void {
    this.#said = text;
    this.tell();
  }

  /** Finds out who is here; keeps trying until it knows. */
  findOut(): Promise<void> {
    this.#finding ??= this.#find().finally(() => {
      this.#finding = undefined;
    });
    return this.#finding;
  }

  async #find(): Promise<void> {
    clearTimeout(this.#timer);
    const session = await this.api.operator();
    if (session.ok) return this.#sit(session.body);
    const ways = session.why === 'operator_not_signed_in' ? await this.api.ways() : session;
    if (ways.ok)
      return this.#leave({ is: 'nobody', ways: ways.body, hasEnded: this.#here.is === 'operator' });
    if (this.#here.is === 'unknown') this.#leave({ is: 'unknown', why: ways.why });
    this.#timer = setTimeout(() => void this.findOut(), AGAIN_MS);
  }

  async signIn(name: string, password: string): Promise<Refusal | undefined> {
    const answer = await this.api.signIn(name, password);
    if (!answer.ok) return answer.why;
    // A request that started earlier does not know yet.
    await this.#finding;
    await this.findOut();
    if (this.#here.is !== 'nobody') return undefined;
    const session = await this.api.operator();
    return !session.ok && session.why === 'operator_not_signed_in' ? 'cookies_blocked' : undefined;
  }

  async signOut(): Promise<Refusal | undefined> {
    const answer = await this.api.signOut();
    if (!answer.ok && answer.why !== 'operator_not_signed_in') return answer.why;
    const ways = await this.api.ways();
    if (ways.ok) this.#leave({ is: 'nobody', ways: ways.body, hasEnded: false });
    else location.reload();
    return undefined;
  }

  /** The session may have ended or been replaced: finds out, unless nobody is signed in any more. */
  findOutAgain(): void {
    if (this.#here.is === 'operator') void this.findOut();
  }

  #sit(session: OperatorSession): void {
    if (this.#here.is === 'operator') {
      this.#here = { ...this.#here, session };
    } else {
      const board = this.#openBoard();
      this.#here = { is: 'operator', session, board };
      board.begin();
      void this.#learnUsual(board);
    }
    this.tell();
  }

  #leave(here: Here): void {
    if (this.#here.is === 'operator') this.#here.board.end();
    this.#here = here;
    this.tell();
  }

  #openBoard(): Board {
    return new Board({
      openWire: (hear) => openWire('live', hear),
      soon: whenDrawn(),
      onNoEntry: () => this.findOutAgain(),
      onStuck: (rows) => this.say(rows.map(needsLook).join(' ')),
    });
  }

  async #learnUsual(board: Board): Promise<void> {
    if (this.#here.is !== 'operator' || this.#here.board !== board) return;
    const numbers = await this.api.numbers();
    board.learn(numbers.ok ? numbers.body.phases : undefined);
    setTimeout(() => void this.#learnUsual(board), USUAL_MS);
  }
}

/** With the next frame, but no sooner than `APART_MS` after the previous one; at once if nobody sees the page. */
function whenDrawn(): (act: () => void) => void {
  let drawnAt = 0;
  return (act) => {
    const draw = () => {
      drawnAt = performance.now();
      act();
    };
    const wait = Math.max(0, drawnAt + APART_MS - performance.now());
    setTimeout(() => (document.hidden ? draw() : requestAnimationFrame(draw)), wait);
  };
}

const needsLook = ({ customer, stuck, phase }: Row) =>
  `${customer}: ${WORDS.stuck[stuck ?? 'slow'](WORDS.phases[phase])}.`;
