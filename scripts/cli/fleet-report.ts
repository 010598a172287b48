import { CATALOGUE, type ErrorCode } from '../../core/contract/errors.ts';
import { filterWords } from '../../core/contract/fleet-filter.ts';
import type { RunBoxRecord, RunCounts, RunRecord } from '../../core/contract/fleet-runs.ts';
import { boxName, countsWords, shortId } from '../../core/contract/run-words.ts';
import type { RunReport } from '../../core/contract/shown-runs.ts';
import { csvOf } from '../../core/process/csv.ts';
import type { FleetRuns } from '../../core/store/fleet-runs.ts';

/** Boxes that are read at once. */
const PAGE = 500;
/** 0: all of it is well, as far as it has come. */
export function exitCodeOf({ state }: RunRecord, { failed, skipped, total }: RunCounts): 0 | 1 {
  // A filter that fits nothing is more likely wrong than meant.
  if (state === 'done' && total === 0) return 1;
  return state !== 'paused' && state !== 'stopped' && failed + skipped === 0 ? 0 : 1;
}

/** Why a box is not well, in a line. */
export function reasonOf({ code, why }: Pick<RunBoxRecord, 'code' | 'why'>): string {
  if (code === null) return why ?? '';
  const words = Object.hasOwn(CATALOGUE, code) ? CATALOGUE[code as ErrorCode].support : '';
  return [`${code}:`, words, why].filter(Boolean).join(' ');
}

/** What the run is, in a line. */
export function runWords(run: RunRecord): string {
  const { kind, options, filter } = run;
  const which = filterWords(filter);
  return `${kind}${options.dryRun ? ' (dry run)' : ''} of ${which === '' ? 'all boxes' : which}`;
}

/** All boxes of a run, by name. */
export async function* boxesOf(runs: FleetRuns, run: string): AsyncGenerator<RunBoxRecord> {
  for (let after: RunBoxRecord | undefined; ; ) {
    const page = await runs.boxes(run, PAGE, after);
    yield* page;
    after = page.at(-1);
    if (page.length < PAGE) return;
  }
}

/** A report for people. */
export async function reportOf(runs: FleetRuns, run: RunRecord, counts: RunCounts): Promise<string> {
  const ended = run.endedAt ? `, ended ${run.endedAt}` : '';
  return [
    `Run ${shortId(run)}: ${runWords(run)}`,
    `  ${run.state}${run.reason ? `: ${run.reason}` : ''}`,
    `  begun ${run.startedAt}${ended}; asked for by ${run.askedBy}`,
    `  ${countsWords(counts)}`,
    ...reportLines(await runs.report(run.id)),
    ...nextWords(run, counts),
  ].join('\n');
}

/** What somebody may do now. */
export function nextWords(run: RunRecord, counts: RunCounts): string[] {
  const id = shortId(run);
  const again =
    counts.failed + counts.skipped > 0 ? [`Try the others again: keyferry fleet resume ${id} --failed`] : [];
  if (run.state === 'paused') return [`Go on: keyferry fleet resume ${id}`, ...again];
  if (run.state === 'done') return again;
  if (run.state === 'running' && counts['waiting-for-customer'] > 0)
    return ['It goes on by itself with each customer who connects.'];
  return [];
}

/** What boxes have in common. */
function reportLines({ verdicts, findings, steps, credentials, unwell, isCut }: RunReport): string[] {
  const names = [...new Set(steps.map(({ step }) => step))];
  return [
    ...(verdicts.length > 0
      ? [`  The doctor: ${verdicts.map(({ verdict, count }) => `${count} ${verdict}`).join(', ')}`]
      : []),
    ...findings.map((each) => reasonLine(`${each.id} (${each.status})`, each)),
    ...(steps.length > 0 ? ['  Steps:'] : []),
    ...names.map((name) => {
      const states = steps.filter(({ step }) => step === name).map(({ state, count }) => `${count} ${state}`);
      return `    ${name.padEnd(10)}${states.sort().join(', ')}`;
    }),
    ...(credentials.length > 0 ? ['  Credentials that were there:'] : []),
    ...credentials.map((each) => reasonLine(each.words, each)),
    ...(unwell.length > 0 ? ['  Not well:'] : []),
    ...unwell.map((each) => reasonLine(`${each.state}: ${reasonOf(each)}`, each)),
    ...(isCut ? ['    and for other reasons: --csv or --json has all of them'] : []),
  ];
}

function reasonLine(what: string, { count, boxes }: Pick<RunReport['unwell'][number], 'count' | 'boxes'>) {
  const more = count > boxes.length ? `, and ${count - boxes.length} more` : '';
  return `    ${String(count).padStart(5)}  ${what.replace(/\.$/, '')}: ${boxes.map(boxName).join(', ')}${more}`;
}

const COLUMNS: Record<string, (box: RunBoxRecord) => unknown> = {
  customer: ({ customer }) => customer,
  box: ({ box }) => box,
  inventory: ({ inventory }) => inventory,
  canary: ({ isCanary }) => (isCanary ? 'yes' : ''),
  state: ({ state }) => state,
  code: ({ code }) => code,
  why: ({ why }) => why,
  verdict: ({ outcome }) => outcome.verdict,
  findings: ({ outcome }) => outcome.findings?.map(({ id, status }) => `${id} ${status}`).join('; '),
  claude: ({ outcome }) => outcome.versions?.claude,
  openclaw: ({ outcome }) => outcome.versions?.openclaw,
  steps: ({ outcome }) =>
    outcome.steps?.map(({ step, state, words }) => `${step} ${state}: ${words}`).join('; '),
  credentials: ({ outcome }) => outcome.credentials?.join('; '),
  started_at: ({ startedAt }) => startedAt,
  ended_at: ({ endedAt }) => endedAt,
};

/** As `csvOf` has it; the first with the columns' names. */
export function csvLines(boxes: readonly RunBoxRecord[], isFirst: boolean): string {
  const cells = boxes.map((box) => Object.values(COLUMNS).map((cell) => cell(box)));
  return csvOf(isFirst ? [Object.keys(COLUMNS), ...cells] : cells);
}
