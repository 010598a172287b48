import { isWorking, PHASES, type WorkingPhase } from '../../core/contract/phases.ts';
import { Deck, Draw } from './draw.ts';

/** Phases in which a fault can meet a handshake; `parked`: it waits on its box, and no worker has it. */
export type StruckPhase = WorkingPhase | 'parked';
export const STRUCK_PHASES = PHASES.filter(isWorking).flatMap((phase): StruckPhase[] =>
  phase === 'waiting' ? [phase, 'parked'] : [phase],
) as [StruckPhase, ...StruckPhase[]];

/** What is done to the system; `faults.ts` does it. */
export const FAULTS = [
  'kill-worker',
  'term-worker',
  'kill-api',
  'redis-stop',
  'redis-freeze',
  'redis-restart',
  'database-stop',
  'database-freeze',
  'database-restart',
  'database-slow',
  'database-read-only',
  'database-full',
  'cut-ssh',
  'kill-sshd-session',
  'close-browsers',
  'lose-lock',
] as const;
export type FaultName = (typeof FAULTS)[number];

/** Where a handshake is held until the fault: installing has two places. */
export type HoldAt = StruckPhase | 'pasting';
const HOLDS: Readonly<Record<StruckPhase, readonly [HoldAt, ...HoldAt[]]>> = {
  reaching: ['reaching'],
  preparing: ['preparing'],
  opening: ['opening'],
  waiting: ['waiting'],
  parked: ['parked'],
  exchanging: ['exchanging'],
  installing: ['pasting', 'installing'],
  proving: ['proving'],
};

/** How a customer comes back whose browser was closed. */
const RETURNS = ['reload', 'new tab', 'dashboard'] as const;
export type Return = (typeof RETURNS)[number];

/** What is drawn for one handshake. */
export interface TrialPlan {
  customer: string;
  phase: StruckPhase;
  holdAt: HoldAt;
  /** Milliseconds before the fault at which it was let go on; undefined: it is held until after the fault. */
  leadMs: number | undefined;
  /** Milliseconds after the fault (or after its end, see `afterMend`) at which one that was held is let go on. */
  lateMs: number;
  afterMend: boolean;
  /** The box knows nothing of an earlier sign-in. */
  fresh: boolean;
  comesBack: Return;
}

/** One fault and the handshakes that are under way when it strikes. */
export interface Round {
  fault: FaultName;
  /** Decides between victims that are as good. */
  chance: number;
  trials: TrialPlan[];
}

export interface PlanOptions {
  handshakes: number;
  seed: number;
  /** Handshakes side by side. */
  concurrency: number;
  faults?: readonly FaultName[];
  phases?: readonly StruckPhase[];
}

/** Milliseconds that a handshake may have been on its way again when the fault strikes. */
export const MOST_LEAD_MS = 500;
const MOST_LATE_MS = 1_500;
/** Handshakes on one box: the api lets a customer start 20 in ten minutes, tries again included. */
const MOST_PER_CUSTOMER = 6;

/** Who takes part: as many as it takes for nobody to come too often. */
export function customersFor({ handshakes, concurrency }: PlanOptions): string[] {
  const count = Math.max(Math.min(concurrency, handshakes), Math.ceil(handshakes / MOST_PER_CUSTOMER));
  return Array.from({ length: count }, (_, at) => `customer-${at + 1}`);
}

/** All that is drawn, from the seed alone. */
export function plan(options: PlanOptions): Round[] {
  const { handshakes, concurrency, seed } = options;
  const draw = new Draw(seed);
  const faults = new Deck(asList(options.faults, FAULTS), draw);
  const phases = new Map<FaultName, Deck<StruckPhase>>();
  const customers = customersFor(options);
  const rounds: Round[] = [];
  for (let told = 0; told < handshakes; ) {
    const fault = faults.next();
    const deck = phases.get(fault) ?? new Deck(asList(options.phases, STRUCK_PHASES), draw);
    phases.set(fault, deck);
    const size = Math.min(concurrency, handshakes - told);
    const trials = Array.from({ length: size }, (_, at) =>
      trialPlan(customers[(told + at) % customers.length] ?? '', deck.next(), draw),
    );
    rounds.push({ fault, chance: draw.next(), trials });
    told += size;
  }
  return rounds;
}

function trialPlan(customer: string, phase: StruckPhase, draw: Draw): TrialPlan {
  return {
    customer,
    phase,
    holdAt: draw.pick(HOLDS[phase]),
    leadMs: draw.chance(0.5) ? draw.upTo(MOST_LEAD_MS) : undefined,
    lateMs: draw.upTo(MOST_LATE_MS),
    afterMend: draw.chance(0.25),
    // OpenClaw's default model is set, and can be held at that, only where it is not set already.
    fresh: draw.chance(0.5) || phase === 'installing',
    comesBack: draw.pick(RETURNS),
  };
}

function asList<T>(chosen: readonly T[] | undefined, all: readonly [T, ...T[]]): readonly [T, ...T[]] {
  const [first, ...others] = chosen ?? [];
  return first === undefined ? all : [first, ...others];
}
