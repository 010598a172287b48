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

/** True when a handshake in `from` may go to `to` next. */
export function mayMove(from: Phase, to: Phase): boolean {
  if (isFinal(from)) return false;
  return to === 'failed' || to === 'cancelled' || (FORWARD[from]?.includes(to) ?? false);
}
