import { isEarly, isOnTheWay, isPastPreparing, type Phase } from '../../core/contract/phases.ts';

/** What an attempt decides by. Pure: events lead from one to the next, and the functions below say what follows. */
export interface AttemptState {
  /** The last that was reported of it. */
  readonly phase: Phase;
  /**
   * `parking`: its worker lets go of it, and the box keeps its program. `stopping`: with its worker, where it can begin
   * again elsewhere without harm. `over`: it has ended, and that is being reported.
   */
  readonly course: 'running' | 'parking' | 'stopping' | 'over';
  /** Who reports its outcome. `next`: it was handed over. `newer`: another attempt or handshake has published. */
  readonly reporter: 'this' | 'next' | 'newer';
  /** How far its secrets are: a code was typed on the box; a token is kept, and would outlive this worker. */
  readonly secret: 'none' | 'code-typed' | 'token-kept';
  /** What keeps its program on the box: nothing, a holder, or one that could not be made to end. */
  readonly holder: 'none' | 'there' | 'uncleared';
  /** Another attempt can continue where this one failed. */
  readonly isLeft: boolean;
}

/** What happens to an attempt. */
export type AttemptEvent =
  | { is: 'phase-entered'; phase: Phase }
  | { is: 'token-kept' }
  | { is: 'holder-found' }
  | { is: 'holder-not-cleared' }
  | { is: 'parks' }
  | { is: 'worker-stops' }
  | { is: 'handed-over' }
  | { is: 'superseded' }
  /** `isHeld`: the box still has its program; `mayGoOn`: or what an earlier attempt left there, which it has not got to. */
  | { is: 'failed'; isHeld: boolean; mayGoOn: boolean }
  | { is: 'over' };

/** Before anything has happened. */
export const BEGUN: AttemptState = {
  phase: 'queued',
  course: 'running',
  reporter: 'this',
  secret: 'none',
  holder: 'none',
  isLeft: false,
};

/** The state after an event. What is over stays over, a token that is kept stays kept, and who has handed it over reports no more. */
export function next(state: AttemptState, event: AttemptEvent): AttemptState {
  switch (event.is) {
    case 'phase-entered': {
      const isTyped = event.phase === 'exchanging' && state.secret === 'none';
      return { ...state, phase: event.phase, secret: isTyped ? 'code-typed' : state.secret };
    }
    case 'token-kept':
      return { ...state, secret: 'token-kept' };
    case 'holder-found':
      return state.holder === 'none' ? { ...state, holder: 'there' } : state;
    case 'holder-not-cleared':
      return { ...state, holder: 'uncleared' };
    case 'parks':
      return mayPark(state) ? { ...state, course: 'parking' } : state;
    case 'worker-stops':
      return state.course === 'over' ? state : { ...state, course: 'stopping' };
    case 'handed-over':
      return { ...state, reporter: 'next' };
    case 'superseded':
      return state.reporter === 'next' ? state : { ...state, reporter: 'newer' };
    case 'failed':
      return { ...state, isLeft: event.isHeld || isTokenKept(state) || event.mayGoOn };
    case 'over':
      return { ...state, course: 'over' };
  }
}

/** It could start again elsewhere without harm. */
export function mayBeginAgain({ course, phase }: AttemptState): boolean {
  return course !== 'over' && isEarly(phase);
}

/** It waits for nothing but its customer, and a holder has its program: it needs no worker until there is a code. */
export function mayPark({ course, reporter, phase, secret, holder }: AttemptState): boolean {
  const isOurs = course === 'running' && reporter === 'this';
  return isOurs && phase === 'waiting' && secret !== 'token-kept' && holder === 'there';
}

/** This worker has let go of it. */
export function isParking({ course }: AttemptState): boolean {
  return course === 'parking';
}

/** Its link must be read on: what the box says now would be lost with its worker, and the customer's code with it. */
export function isReadOn(state: AttemptState): boolean {
  return isCodeTyped(state) && state.holder === 'none' && state.course !== 'over';
}

/** Its worker stops, and it may begin again elsewhere: it ends at once. */
export function endsWithWorker({ course, phase }: AttemptState): boolean {
  return course === 'stopping' && isEarly(phase);
}

/** It continues elsewhere: nothing more is said, typed or taken here. */
export function isHandedOver({ reporter }: AttemptState): boolean {
  return reporter === 'next';
}

/** Handed over now, it would continue next to its successor, and push it out of the holder or end the holder. */
export function wouldDisturb({ phase }: AttemptState): boolean {
  return isOnTheWay(phase);
}

/** Handed over now, its program continues on the box; before the link there is nothing to hold. */
export function isHeldForNext({ holder, phase }: AttemptState): boolean {
  return holder !== 'none' && phase === 'waiting';
}

/** Nobody has made sure that the box holds nothing of the attempts (`attempt`: how many there were). */
export function mayHoldSomething({ holder, phase }: AttemptState, attempt: number): boolean {
  return holder === 'uncleared' || (attempt > 1 && !isPastPreparing(phase));
}

/** How it ended is not for this worker to report. */
export function isSuperseded({ reporter }: AttemptState): boolean {
  return reporter === 'newer';
}

export function isTokenKept({ secret }: AttemptState): boolean {
  return secret === 'token-kept';
}

/** A code was typed on the box, and no token is kept for it. */
export function isCodeTyped({ secret }: AttemptState): boolean {
  return secret === 'code-typed';
}
