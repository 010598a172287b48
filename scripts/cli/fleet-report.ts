import { stringify } from 'csv-stringify/sync';
import { CATALOGUE, type ErrorCode } from '../../core/contract/errors.ts';
import { filterWords } from '../../core/contract/fleet-filter.ts';
import type { RunBoxRecord, RunCounts, RunRecord } from '../../core/contract/fleet-runs.ts';
import type { FleetRuns } from '../../core/store/fleet-runs.ts';

/** Boxes that are read at once. */
const PAGE = 500;
/** Boxes that are named for one finding, and reasons for which boxes are not well. */
const MOST_NAMED = 6;
const MOST_REASONS = 25;

/** What somebody calls it: the beginning of its id. */
export const shortId = ({ id }: Pick<RunRecord, 'id'>) => id.slice(0, 8);

/** Whether it is over, or nothing is left but what customers have to do. */
export function isAtRest({ state, listedAt }: RunRecord, counts: RunCounts): boolean {
  const { waiting, running } = counts;
  if (state !== 'running') return running === 0;
  // Where nobody is awaited either, it is about to be over.
  return listedAt !== null && waiting + running === 0 && counts['waiting-for-customer'] > 0;
}

/** 0: all of it is well, as far as it has come. */
export function exitCodeOf({ state }: RunRecord, { failed, skipped, total }: RunCounts): 0 | 1 {
  // A filter that fits nothing is more likely wrong than meant.
  if (state === 'done' && total === 0) return 1;
  return state !== 'paused' && state !== 'stopped' && failed + skipped === 0 ? 0 : 1;
}

/** How a run stands, in a line. */
export function countsWords(counts: RunCounts): string {
  const { total, done, failed, skipped, running, waiting, unreached } = counts;
  if (total === 0) return 'no box fits';
  const forCustomer = counts['waiting-for-customer'];
  const waits = unreached > 0 ? `${waiting} to go (${unreached} not reached yet)` : `${waiting} to go`;
  return [
    `${done} of ${total} done`,
    ...(forCustomer > 0 ? [`${forCustomer} waiting for their customer`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(running > 0 ? [`${running} under way`] : []),
    ...(waiting > 0 ? [waits] : []),
  ].join(', ');
}

export const boxName = ({ customer, box }: Pick<RunBoxRecord, 'customer' | 'box'>) =>
  box === 'default' ? customer : `${customer}/${box}`;

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
  const tally = new Tally();
  for await (const box of boxesOf(runs, run.id)) tally.add(box);
  const ended = run.endedAt ? `, ended ${run.endedAt}` : '';
  return [
    `Run ${shortId(run)}: ${runWords(run)}`,
    `  ${run.state}${run.reason ? `: ${run.reason}` : ''}`,
    `  begun ${run.startedAt}${ended}; asked for by ${run.askedBy}`,
    `  ${countsWords(counts)}`,
    ...tally.lines(),
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
class Tally {
  readonly #verdicts = new Map<string, number>();
  readonly #findings = new Map<string, string[]>();
  readonly #steps = new Map<string, Map<string, number>>();
  readonly #credentials = new Map<string, string[]>();
  readonly #unwell = new Map<string, string[]>();

  add(box: RunBoxRecord): void {
    const { verdict, findings = [], steps = [], credentials = [] } = box.outcome;
    const name = boxName(box);
    if (verdict) this.#verdicts.set(verdict, (this.#verdicts.get(verdict) ?? 0) + 1);
    for (const { id, status } of findings) put(this.#findings, `${id} (${status})`, name);
    for (const { step, state } of steps) {
      const states = this.#steps.get(step) ?? new Map<string, number>();
      this.#steps.set(step, states.set(state, (states.get(state) ?? 0) + 1));
    }
    for (const words of new Set(credentials.map((each) => each.replace(/ in \S+$/, ''))))
      put(this.#credentials, words, name);
    if (box.state === 'failed' || box.state === 'skipped')
      put(this.#unwell, `${box.state}: ${reasonOf(box)}`, name);
  }

  lines(): string[] {
    const verdicts = [...this.#verdicts].sort().map(([name, count]) => `${count} ${name}`);
    const steps = [...this.#steps].map(
      ([step, states]) =>
        `    ${step.padEnd(10)}${[...states]
          .sort()
          .map(([state, count]) => `${count} ${state}`)
          .join(', ')}`,
    );
    return [
      ...(verdicts.length > 0 ? [`  The doctor: ${verdicts.join(', ')}`] : []),
      ...byCount(this.#findings),
      ...(steps.length > 0 ? ['  Steps:', ...steps] : []),
      ...(this.#credentials.size > 0
        ? ['  Credentials that were there:', ...byCount(this.#credentials)]
        : []),
      ...(this.#unwell.size > 0 ? ['  Not well:', ...byCount(this.#unwell).slice(0, MOST_REASONS)] : []),
      ...(this.#unwell.size > MOST_REASONS
        ? ['    and for other reasons: --csv or --json has all of them']
        : []),
    ];
  }
}

function put(map: Map<string, string[]>, key: string, name: string): void {
  const names = map.get(key) ?? [];
  names.push(name);
  map.set(key, names);
}

function byCount(map: ReadonlyMap<string, readonly string[]>): string[] {
  return [...map]
    .sort(([, one], [, other]) => other.length - one.length)
    .map(([what, names]) => {
      const shown = names.slice(0, MOST_NAMED).join(', ');
      const more = names.length > MOST_NAMED ? `, and ${names.length - MOST_NAMED} more` : '';
      return `    ${String(names.length).padStart(5)}  ${what.replace(/\.$/, '')}: ${shown}${more}`;
    });
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

/** As RFC 4180 has it; a cell that a spreadsheet would take for a formula begins with an apostrophe. */
export function csvLines(boxes: readonly RunBoxRecord[], isFirst: boolean): string {
  const cells = boxes.map((box) => Object.values(COLUMNS).map((cell) => cell(box)));
  return stringify(isFirst ? [Object.keys(COLUMNS), ...cells] : cells, {
    escape_formulas: true,
    record_delimiter: 'windows',
    quoted_match: /[\r\n]/,
  });
}
