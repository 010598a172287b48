import { setTimeout as sleep } from 'node:timers/promises';
import type { RunBoxRecord, RunCounts, RunRecord } from '../../core/contract/fleet-runs.ts';
import { boxName, countsWords, isAtRest, shortId } from '../../core/contract/run-words.ts';
import type { FleetRuns, RunBoxPlace } from '../../core/store/fleet-runs.ts';
import { exitCodeOf, nextWords, reasonOf, reportOf, runWords } from './fleet-report.ts';

export interface WatchOptions {
  json?: boolean | undefined;
}

/** Milliseconds between two looks; between two plain lines; and after which nobody seems to be there to do it. */
const LOOK_MS = 1_000;
const LINE_MS = 10_000;
/** Boxes that are not well of which each has a line of its own. */
const MOST_LINES = 20;
const UNTAKEN_MS = 20_000;
/** Boxes that are read at once, and milliseconds that what has ended may come into the record after what has ended later. */
const PAGE = 500;
const LATE_MS = 10_000;

/**
 * Shows how a run goes on, until it is at rest or somebody leaves (`signal`): then it goes on without them. Answers the exit
 * code.
 */
export async function watchRun(
  runs: FleetRuns,
  id: string,
  { json = false }: WatchOptions,
  signal: AbortSignal,
): Promise<number> {
  const teller = json ? new JsonTeller() : process.stdout.isTTY ? new LiveTeller() : new PlainTeller();
  const news = new News(runs, id);
  for (;;) {
    const [run, counts, fresh] = await read(runs, news, id);
    if (!run) throw new Error('The run is no longer on record.');
    for (const box of fresh) teller.box(box);
    teller.stands(run, counts);
    if (isAtRest(run, counts)) {
      await teller.end(runs, run, counts);
      return exitCodeOf(run, counts);
    }
    if (await isLeft(signal)) {
      teller.left(run);
      return 130;
    }
  }
}

async function read(runs: FleetRuns, news: News, id: string) {
  try {
    return [await runs.find(id), await runs.counts(id), await news.read()] as const;
  } catch (thrown) {
    process.stderr.write(`${leftWords({ id })}\n`);
    throw thrown;
  }
}

const isLeft = (signal: AbortSignal) => sleep(LOOK_MS, false, { signal }).catch(() => true as const);

/** What has ended since it was last asked, each once. */
class News {
  readonly #runs: FleetRuns;
  readonly #run: string;
  readonly #told = new Set<string>();
  #from = '-infinity';

  constructor(runs: FleetRuns, run: string) {
    this.#runs = runs;
    this.#run = run;
  }

  async read(): Promise<RunBoxRecord[]> {
    const fresh: RunBoxRecord[] = [];
    for (let after: RunBoxPlace = { endedAt: this.#from, customer: '', box: '' }; ; ) {
      const page = await this.#runs.ended(this.#run, after, PAGE);
      for (const box of page) {
        const name = `${box.customer} ${box.box} ${box.endedAt}`;
        if (!this.#told.has(name)) fresh.push(box);
        this.#told.add(name);
      }
      const last = page.at(-1);
      if (!last?.endedAt) return fresh;
      const { customer, box, endedAt } = last;
      after = { endedAt, customer, box };
      this.#from = new Date(Date.parse(endedAt) - LATE_MS).toISOString();
      if (page.length < PAGE) return fresh;
    }
  }
}

interface Teller {
  box(box: RunBoxRecord): void;
  stands(run: RunRecord, counts: RunCounts): void;
  end(runs: FleetRuns, run: RunRecord, counts: RunCounts): Promise<void>;
  left(run: RunRecord): void;
}

const print = (text: string) => void process.stdout.write(`${text}\n`);

function leftWords(run: Pick<RunRecord, 'id'>): string {
  const id = shortId(run);
  return [
    `The run goes on: the workers do it.`,
    `  Watch it again: keyferry fleet run ${id}`,
    `  Pause it:       keyferry fleet pause ${id}`,
  ].join('\n');
}

/** What stands in the way of its beginning; undefined: nothing does. */
function untaken(run: RunRecord): string | undefined {
  if (run.state !== 'running' || run.listedAt !== null) return undefined;
  if (run.reason) return run.reason;
  const isLate = Date.now() - Date.parse(run.startedAt) > UNTAKEN_MS;
  return isLate
    ? 'No worker has taken it up yet: does one of this version run?'
    : 'Finding out which boxes there are …';
}

/** A line for each box that is not well, and one now and then for all of them. */
class PlainTeller implements Teller {
  #told = 0;
  #last = '';
  #at = Number.NEGATIVE_INFINITY;

  box(box: RunBoxRecord): void {
    if (box.state !== 'failed' && box.state !== 'skipped') return;
    this.#told += 1;
    if (this.#told <= MOST_LINES) this.say(`${box.state} ${boxName(box)}: ${reasonOf(box)}`);
    if (this.#told === MOST_LINES) this.say('Others that are not well will be in the report.');
  }

  stands(run: RunRecord, counts: RunCounts): void {
    const words = untaken(run) ?? countsWords(counts);
    if (words === this.#last || performance.now() - this.#at < LINE_MS) return;
    this.#last = words;
    this.#at = performance.now();
    print(words);
  }

  async end(runs: FleetRuns, run: RunRecord, counts: RunCounts): Promise<void> {
    print(await reportOf(runs, run, counts));
  }

  left(run: RunRecord): void {
    print(leftWords(run));
  }

  protected say(line: string): void {
    print(line);
  }
}

const BAR = 24;

/** The same, with one line that stays below the others. */
class LiveTeller extends PlainTeller {
  #line = '';
  #from: { at: number; ended: number } | undefined;

  override stands(run: RunRecord, counts: RunCounts): void {
    this.#line = untaken(run) ?? this.#progress(run, counts);
    this.#draw();
  }

  override async end(runs: FleetRuns, run: RunRecord, counts: RunCounts): Promise<void> {
    process.stdout.write('\r\x1b[K');
    await super.end(runs, run, counts);
  }

  override left(run: RunRecord): void {
    process.stdout.write('\r\x1b[K');
    super.left(run);
  }

  protected override say(line: string): void {
    process.stdout.write('\r\x1b[K');
    print(line);
    this.#draw();
  }

  #draw(): void {
    const width = (process.stdout.columns || 80) - 1;
    process.stdout.write(`\r\x1b[K${this.#line.slice(0, width)}`);
  }

  #progress(run: RunRecord, counts: RunCounts): string {
    const { total, waiting, running } = counts;
    const ended = total - waiting - running;
    const share = total === 0 ? 0 : ended / total;
    const bar = '█'.repeat(Math.round(share * BAR)).padEnd(BAR, '░');
    const state = run.state === 'running' ? '' : `${run.state}, ending what is under way: `;
    return `${bar} ${Math.floor(share * 100)} %  ${state}${countsWords(counts)}${this.#left(ended, waiting + running)}`;
  }

  /** How long it may take, by how it has gone so far. */
  #left(ended: number, left: number): string {
    this.#from ??= { at: performance.now(), ended };
    const done = ended - this.#from.ended;
    if (done < 3 || left === 0) return '';
    const minutes = ((performance.now() - this.#from.at) / done) * (left / 60_000);
    return minutes < 1 ? ', about a minute left' : `, about ${Math.round(minutes)} min left`;
  }
}

/** One JSON object a line. */
class JsonTeller implements Teller {
  #last = '';

  box(box: RunBoxRecord): void {
    print(JSON.stringify({ type: 'box', ...box }));
  }

  stands({ state, reason, listedAt }: RunRecord, counts: RunCounts): void {
    const line = JSON.stringify({ type: 'progress', state, reason, isListed: listedAt !== null, ...counts });
    if (line !== this.#last) print(line);
    this.#last = line;
  }

  async end(_: FleetRuns, run: RunRecord, counts: RunCounts): Promise<void> {
    print(JSON.stringify({ type: 'end', ...run, counts, next: nextWords(run, counts) }));
  }

  left(run: RunRecord): void {
    print(JSON.stringify({ type: 'left', id: run.id, words: runWords(run) }));
  }
}
