import { createHash } from 'node:crypto';
import type { Anthropic } from '../../lab/anthropic/anthropic.ts';
import type { ExchangeTry } from '../../lab/anthropic/sign-ins.ts';
import type { Box } from '../../lab/box.ts';
import { isInstalled } from './box-check.ts';
import type { FaultName, StruckPhase } from './plan.ts';
import type { Trial } from './trial.ts';

/** How a trial ended, the best first; what each means is in docs/chaos.md. */
export const ENDINGS = [
  'straight',
  'same link',
  'fresh link',
  'own retry',
  'next step works',
  'STUCK',
] as const;
export type Ending = (typeof ENDINGS)[number];

/** What became of a token that the stand-in made. */
export type Fate = 'installed' | 'superseded' | 'reported' | 'lost';

/** What one trial comes to. */
export interface Entry {
  fault: FaultName;
  /** Whether the fault hit it; the others were running at the same time. */
  met: boolean;
  /** Where it stood then, as its customer knew. */
  phase: string;
  drawn: StruckPhase;
  customer: string;
  ending: Ending;
  /** Undefined where no link was out when the fault struck. */
  linkKept: boolean | undefined;
  tokens: Fate[];
  /** Sign-ins that the customer made after a token of theirs had been made. */
  secondSignIns: number;
  /** Codes that came to the token endpoint more than once. */
  typedTwice: number;
  /** How often the customer sent a code once more. */
  sentAgain: number;
  /** The page says connected, and the token is not the one that OpenClaw has and has used. */
  untrue: boolean;
  seconds: number;
  /** The handshake that connected them; undefined when they are stuck. */
  connected: string | undefined;
  /** Ids of the trial's handshakes. */
  handshakes: ReadonlySet<string>;
  /** What was drawn, and what the customer saw and did; a line each. */
  diary: readonly string[];
}

interface Evidenced {
  fault: FaultName;
  met: boolean;
  box: Box;
  anthropic: Anthropic;
  /** Everything that the processes have printed so far. */
  logs: () => Readonly<Record<string, string>>;
}

/** Sums a trial up, once it is over and its box is still. */
export function entryOf(trial: Trial, { fault, met, box, anthropic, logs }: Evidenced): Entry {
  const { plan, stood, customer, connected } = trial;
  const tries = anthropic.exchanges.filter(({ code }) => linkOf(trial, code) !== undefined);
  const minted = tries.filter(hasToken);
  const first = minted[0]?.at ?? Number.POSITIVE_INFINITY;
  const last = minted.at(-1);
  const isTrue =
    last !== undefined &&
    connected?.connection?.tokenFingerprint === fingerprint(last.token) &&
    isInstalled(box, last.token) &&
    anthropic.bearers.includes(last.token);
  const kept = last !== undefined && linkOf(trial, last.code) === stood?.link;
  return {
    fault,
    met,
    phase: stood?.phase ?? 'queued',
    drawn: plan.phase,
    customer: plan.customer,
    ending: endingOf(trial),
    linkKept: stood?.link === undefined ? undefined : kept,
    tokens: fates(
      minted.map(({ token }) => token),
      box,
      logs,
    ),
    secondSignIns: customer.diary.codes.filter(({ at }) => at > first).length,
    typedTwice: new Set(tries.map(({ code }) => code).filter((code, at, all) => all.indexOf(code) !== at))
      .size,
    sentAgain: customer.diary.codes.reduce((sum, { sent }) => sum + Math.max(0, sent - 1), 0),
    untrue: connected !== undefined && !isTrue,
    seconds: trial.tookMs / 1_000,
    connected: connected?.handshake,
    handshakes: customer.diary.handshakes,
    diary: [drawn(trial), ...customer.diary.lines],
  };
}

/**
 * A token is `installed` when OpenClaw's store on the box holds it, `superseded` when that holds a later one of the
 * same trial, `reported` when a worker has told support its fingerprint, so that the customer can revoke it, and
 * otherwise `lost`: made, good for a year, and nobody knows.
 */
function fates(tokens: readonly string[], box: Box, logs: Evidenced['logs']): Fate[] {
  const installed = tokens.map((token) => isInstalled(box, token));
  return tokens.map((token, at) => {
    if (installed[at]) return 'installed';
    if (installed.includes(true, at)) return 'superseded';
    const told = `begins with ${fingerprint(token)}`;
    return Object.values(logs()).some((log) => log.includes(told)) ? 'reported' : 'lost';
  });
}

function endingOf({ stood, customer: { diary }, connected }: Trial): Ending {
  if (!connected) return 'STUCK';
  if (diary.endings.some(({ error, phase }) => phase !== 'failed' || !error?.retryable))
    return 'next step works';
  if (diary.endings.length > 0) return 'own retry';
  const later = diary.codes.filter(({ at }) => at >= (stood?.at ?? 0)).map(({ link }) => link);
  if (new Set([...later, stood?.link ?? later[0]]).size > 1) return 'fresh link';
  if (diary.tries > 0) return 'own retry';
  return stood?.link !== undefined && !stood.pasted ? 'same link' : 'straight';
}

/** The link that the trial's customer got a code by; undefined when it is not theirs. */
function linkOf({ customer }: Trial, code: string): string | undefined {
  return customer.diary.codes.find(({ text }) => text.startsWith(`${code}#`))?.link;
}

function hasToken(exchange: ExchangeTry): exchange is ExchangeTry & { token: string } {
  return exchange.token !== undefined;
}

function fingerprint(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 12);
}

function drawn({ plan }: Trial): string {
  return Object.entries(plan)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ');
}
