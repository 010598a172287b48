import { ERROR_ROWS } from '../../core/contract/error-rows.ts';
import type { ErrorCode } from '../../core/contract/errors.ts';
import type { MovedScreen, ReleaseEntry } from '../../core/contract/releases.ts';
import { PROGRAM_NAMES, type Program } from '../../core/contract/versions.ts';
import { compareScreens } from './compare.ts';
import type { Failure, Pair, Played } from './play.ts';
import type { Screens } from './screens.ts';

/** `inconclusive`: the lab, the registry or this machine failed, and nothing is said of the release. */
export interface Verdict extends Omit<ReleaseEntry, 'verdict' | 'at'> {
  verdict: ReleaseEntry['verdict'] | 'inconclusive';
}

export interface Evidence {
  known: Pair;
  tried: Pair;
  widths: readonly number[];
  played: readonly Played[];
  knownScreens(program: Program, columns: number): Screens | undefined;
}

/** Failures of the box or of the lab: they say nothing of a release. */
const OF_LAB: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'worker_stopped',
  'worker_lost',
  'worker_short',
  'worker_blocked',
  'connection_lost',
  'channel_refused',
  'box_call_timeout',
  'box_unusable',
  'account_expired',
  'login_shell_closed',
  'claude_missing',
  'openclaw_missing',
  'claude_incomplete',
  'openclaw_incomplete',
  'claude_unfit',
  'node_unfit',
  'memory_short',
  'disk_full',
  'home_unwritable',
  'clock_wrong',
  'anthropic_unreachable',
  'cancelled',
  'internal_error',
]);

/** Whether the box or the lab is at fault, and not a release. */
export function isOfLab({ code }: Pick<Failure, 'code'>): boolean {
  return OF_LAB.has(code) || ERROR_ROWS[code].phase === 'reaching';
}

const MOST_MOVED = 20;
const MOST_DIFF = 4_000;
const MOST_SUMMARY = 300;

const isSame = (one: Pair, other: Pair) => one.claude === other.claude && one.openclaw === other.openclaw;

/** The pair in which only this program's release is new. */
export function alone(program: Program, tried: Pair, known: Pair): Pair {
  return { ...known, [program]: tried[program] };
}

/** How handshakes of a pair ended at a width: if one connected they can, and a failure before it was a slip. */
export function endOf(
  played: readonly Played[],
  pair: Pair,
  columns: number | undefined,
): { connected?: Played; failure?: Failure } {
  const those = played.filter((one) => one.columns === columns && isSame(one.pair, pair));
  const connected = those.findLast(({ failure }) => failure === undefined);
  const failure = those.at(-1)?.failure;
  return connected ? { connected } : failure ? { failure } : {};
}

/** What handshakes say of one program's release. Pure. */
export function judge(program: Program, evidence: Evidence): Verdict {
  const { tried, known, widths, played } = evidence;
  const failures: Failed[] = [];
  const connected: Played[] = [];
  const cells = [...widths, ...(played.some(({ columns }) => columns === undefined) ? [undefined] : [])];
  for (const columns of cells) {
    const cell = cellOf(program, evidence, columns);
    if (cell.kind === 'inconclusive') return said(program, evidence, 'inconclusive', cell.why);
    if (cell.kind === 'failed') failures.push(cell.failed);
    else if (columns !== undefined) connected.push(cell.played);
  }
  const unknown = widths.filter((columns) => !evidence.knownScreens(program, columns));
  if (failures.length === 0 && unknown.length > 0) {
    const why = `It connects. There is nothing to compare its screens at ${list(unknown)} columns with: ${named(known)} did not connect there.`;
    return said(program, evidence, 'inconclusive', why);
  }
  if (failures.length > 0) {
    const failedAt = failures.flatMap(({ columns, beside }) =>
      columns === undefined || beside !== undefined ? [] : [columns],
    );
    return { ...said(program, evidence, 'broken', wordsOf(failures, widths)), failedAt };
  }
  const moved = connected.flatMap((one) => movedIn(program, evidence, one));
  if (moved.length > 0) {
    const names = [...new Set(moved.map(({ screen }) => screen))];
    const summary = `It connects at ${list(widths)} columns. Other than in ${known[program]}: ${names.join(', ')}.`;
    return { ...said(program, evidence, 'drift', summary), moved: moved.slice(0, MOST_MOVED) };
  }
  const as = tried[program] === known[program] ? 'when they were kept' : `those of ${known[program]}`;
  return said(
    program,
    evidence,
    'green',
    `It connects at ${list(widths)} columns, and its screens are as ${as}.`,
  );
}

function said(
  program: Program,
  { tried, widths }: Evidence,
  verdict: Verdict['verdict'],
  summary: string,
): Verdict {
  return {
    program,
    version: tried[program],
    verdict,
    widths: [...widths],
    failedAt: [],
    summary: summary.slice(0, MOST_SUMMARY),
    moved: [],
  };
}

interface Failed extends Failure {
  columns: number | undefined;
  /** It fails only beside this release of the other program. */
  beside?: string;
}

type Cell =
  | { kind: 'connected'; played: Played }
  | { kind: 'failed'; failed: Failed }
  | { kind: 'inconclusive'; why: string };

/** One width (or the key). Who is to blame for a failure is seen by each release beside the known one of the other. */
function cellOf(program: Program, { tried, known, played }: Evidence, columns: number | undefined): Cell {
  const together = endOf(played, tried, columns);
  if (together.connected) return { kind: 'connected', played: together.connected };
  if (!together.failure) return { kind: 'inconclusive', why: 'It was not tried to the end.' };
  const { failure } = together;
  if (isOfLab(failure)) return ofLab(failure);
  const control = endOf(played, known, columns);
  const at = columns === undefined ? 'with a key' : `at ${columns} columns`;
  if (!control.connected) {
    const how = control.failure ? `${control.failure.code}, in ${control.failure.phase}` : 'it was not tried';
    return {
      kind: 'inconclusive',
      why: `${named(known)}, which connect elsewhere, do not here ${at} (${how}): the lab or this machine is at fault.`,
    };
  }
  const mine = endOf(played, alone(program, tried, known), columns);
  if (mine.failure && isOfLab(mine.failure)) return ofLab(mine.failure);
  if (mine.failure) return { kind: 'failed', failed: { ...mine.failure, columns } };
  const other: Program = program === 'claude' ? 'openclaw' : 'claude';
  const others = endOf(played, alone(other, tried, known), columns);
  if (others.failure && isOfLab(others.failure)) return ofLab(others.failure);
  if (mine.connected && others.failure) return { kind: 'connected', played: mine.connected };
  if (mine.connected && others.connected)
    return {
      kind: 'failed',
      failed: { ...failure, columns, beside: `${PROGRAM_NAMES[other]} ${tried[other]}` },
    };
  return { kind: 'inconclusive', why: 'It was not tried to the end.' };
}

const ofLab = ({ code, phase }: Failure): Cell => ({
  kind: 'inconclusive',
  why: `The lab or this machine is at fault (${code}, in ${phase}).`,
});

function wordsOf(failures: readonly Failed[], widths: readonly number[]): string {
  const parts = Map.groupBy(failures, ({ code, phase, beside = '' }) => `${code} ${phase} ${beside}`);
  const sentences = [...parts.values()].map((same) => {
    const [{ code, phase, beside } = {} as Failed] = same;
    const columns = same.flatMap((one) => (one.columns === undefined ? [] : [one.columns]));
    const hasKey = same.some((one) => one.columns === undefined);
    const isEverywhere = widths.length > 1 && columns.length === widths.length;
    const at = isEverywhere ? 'at every width' : `at ${list(columns)} columns`;
    const where = [...(columns.length > 0 ? [at] : []), ...(hasKey ? ['with a key'] : [])].join(' and ');
    return `Handshakes on it failed ${where} in ${phase} (${code})${beside ? `, beside ${beside} only` : ''}.`;
  });
  return sentences.join(' ');
}

/** Its screens that are not as the known ones. */
export function movedIn(
  program: Program,
  { knownScreens }: Pick<Evidence, 'knownScreens'>,
  { columns, screens }: Played,
): MovedScreen[] {
  const known = columns === undefined ? undefined : knownScreens(program, columns);
  if (!known || columns === undefined) return [];
  return compareScreens(program, known, screens[program]).map(({ screen, diff }) => ({
    screen,
    columns,
    diff: diff.slice(0, MOST_DIFF),
  }));
}

export const named = ({ claude, openclaw }: Pair) => `claude ${claude} and openclaw ${openclaw}`;

export function list(numbers: readonly number[]): string {
  const [last, ...before] = numbers.map(String).reverse();
  return before.length === 0 ? `${last ?? ''}` : `${before.reverse().join(', ')} and ${last}`;
}
