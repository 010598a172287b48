/**
 * The phases of a handshake, which moves are legal, and how long each phase may take.
 * Pure: api, worker and web all import this, and the README draws it.
 */
export const PHASES = [
  'queued',
  'reaching',
  'preparing',
  'opening',
  'waiting',
  'exchanging',
  'installing',
  'proving',
  'connected',
  'failed',
  'cancelled',
  'expired',
] as const;

export type Phase = (typeof PHASES)[number];

/** Phases that nothing follows. */
export type FinalPhase = 'connected' | 'failed' | 'cancelled' | 'expired';

/** Phases in which the worker is working, each with a deadline. */
export type WorkingPhase = Exclude<Phase, 'queued' | FinalPhase>;

const FORWARD: Partial<Record<Phase, readonly Phase[]>> = {
  queued: ['reaching'],
  reaching: ['preparing'],
  // Without the customer, if an earlier attempt left a token or a code that had been typed.
  preparing: ['opening', 'installing'],
  opening: ['waiting', 'exchanging'],
  waiting: ['exchanging', 'expired'],
  exchanging: ['installing', 'waiting'],
  installing: ['proving'],
  proving: ['connected'],
};

/** Default deadline of each working phase, in milliseconds. */
export const DEADLINES_MS: Readonly<Record<WorkingPhase, number>> = {
  reaching: 15_000,
  preparing: 20_000,
  opening: 45_000,
  waiting: 15 * 60_000,
  exchanging: 60_000,
  // A deadline is for what hangs, not for what is slow: 2026.4.15 was seen to take 100 s for each on two busy
  // cores, and over 180 s on two overloaded ones; ending it here costs the customer a sign-in.
  installing: 5 * 60_000,
  proving: 5 * 60_000,
};

export function isFinal(phase: Phase): phase is FinalPhase {
  return FORWARD[phase] === undefined;
}

/** Whether a worker is working in it. */
export function isWorking(phase: Phase): phase is WorkingPhase {
  return phase in DEADLINES_MS;
}

/** On the way to the sign-in link: reaching the box, preparing, reading its screens. All of the work is ours. */
const ON_THE_WAY: ReadonlySet<Phase> = new Set<Phase>(['reaching', 'preparing', 'opening']);

/** From a typed code to the proof, in order: there is nothing left for the customer to do. */
export const PAST_CODE = ['exchanging', 'installing', 'proving'] as const satisfies readonly Phase[];

/** Whether it is on the way to the sign-in link. */
export function isOnTheWay(phase: Phase): boolean {
  return ON_THE_WAY.has(phase);
}

/** Whether a code has been typed, and the work after it is not over. */
export function isPastCode(phase: Phase): boolean {
  return (PAST_CODE as readonly Phase[]).includes(phase);
}

/**
 * Whether a holder on the box has a program that is worth continuing with: its link is out. Another attempt that
 * continues there takes the customer no step back.
 */
export function holdsProgram(phase: Phase): boolean {
  return phase === 'waiting' || isPastCode(phase);
}

/** Whether nothing of the customer's has been typed yet, so that starting again costs them nothing. */
export function isEarly(phase: Phase): boolean {
  return phase === 'queued' || isOnTheWay(phase) || phase === 'waiting';
}

/** Whether the box has been surveyed, and what an earlier attempt left there has been searched for. */
export function isPastPreparing(phase: Phase): boolean {
  return phase === 'opening' || holdsProgram(phase);
}

/** Whether it ended without a connection, and not because somebody wanted that. */
export function hasFailed(phase: Phase): phase is 'failed' | 'expired' {
  return phase === 'failed' || phase === 'expired';
}

/** Whether the phase before it was broken off rather than completed; an attempt with a successor is queued again. */
export function breaksOff(phase: Phase): boolean {
  return phase === 'queued' || (isFinal(phase) && phase !== 'connected');
}

/** True when a handshake in `from` may go to `to` next. */
export function mayMove(from: Phase, to: Phase): boolean {
  if (isFinal(from)) return false;
  return to === 'failed' || to === 'cancelled' || (FORWARD[from]?.includes(to) ?? false);
}
