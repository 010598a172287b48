import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import type { Program } from '../../core/contract/versions.ts';
import { ConfigError, readSettings, secretNames } from '../../core/process/config.ts';
import { type Database, databaseSettings, openDatabase } from '../../core/store/database.ts';
import { forgetRelease, Releases, recordRelease } from '../../core/store/releases.ts';
import type { CanaryReport } from '../../lab/canary/canary.ts';
import type { Pair } from '../../lab/canary/play.ts';
import { learnReleases, type TriedVersion, triedVersion } from '../../worker/doctor/tried.ts';
import { type CanaryVoice, canaryJson, canaryWords } from './canary-voice.ts';
import { cancelOnSignals } from './signals.ts';

export interface OfRelease {
  program: Program;
  version: string;
}

export interface CanaryCommandOptions {
  claude: string;
  openclaw: string;
  widths: number[];
  known?: Pair;
  record?: boolean;
  update?: boolean;
  new?: boolean;
  forget?: OfRelease;
  every?: number;
  json?: boolean;
}

/** Exit codes: each verdict has its own, and what is not conclusive is not called broken. */
const EXIT = { green: 0, broken: 1, usage: 2, drift: 3, inconclusive: 4 } as const;
type Ending = 'green' | 'drift' | 'broken' | 'inconclusive';
/** From the best to the worst. */
const ORDER: readonly Ending[] = ['green', 'drift', 'inconclusive', 'broken'];

const HOUR_MS = 60 * 60_000;
/** Milliseconds after which one that is broken is tried again: Keyferry, or the lab, may have been mended. */
const AGAIN_MS = 3 * 24 * HOUR_MS;

/** `keyferry canary`. Answers the exit code: of the worst verdict, 0 for one that goes on and is ended, 2 for wrong settings. */
export async function canary(options: CanaryCommandOptions): Promise<number> {
  const signal = cancelOnSignals();
  const voice = options.json ? canaryJson() : canaryWords();
  const lab = await import('../../lab/canary/run.ts').catch(() => undefined);
  if (!lab) {
    voice.notTried('The canary needs a checkout of Keyferry with its development packages (docs/canary.md).');
    return EXIT.usage;
  }
  let database: Database | undefined;
  try {
    database = openRecord();
    hideSecrets(process.env);
    const round = new Round(lab, options, database, voice, signal);
    if (options.every === undefined) return EXIT[await (options.new ? round.tryNew() : round.tryAll())];
    await goOn(round, options.every, signal);
    return EXIT.green;
  } catch (thrown) {
    if (thrown instanceof ConfigError) {
      voice.notTried(thrown.message);
      return EXIT.usage;
    }
    if (signal.aborted) voice.ended();
    else voice.notTried(thrown instanceof Error ? thrown.message : 'It failed.');
    return EXIT.inconclusive;
  } finally {
    await database?.destroy();
  }
}

/** What is installed and run here is not trusted: no way to the record, or to anything else, is in its environment. */
export function hideSecrets(environment: Record<string, string | undefined>): void {
  const others = ['PGPASSWORD', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];
  for (const name of [...secretNames(), ...others]) {
    delete environment[name];
    delete environment[`${name}_FILE`];
  }
}

/** `keyferry canary --forget`: takes a verdict off the record. Answers the exit code. */
export async function forget({ program, version }: OfRelease): Promise<number> {
  let database: Database | undefined;
  try {
    database = openRecord();
    if (!database) throw new ConfigError('--forget wants DATABASE_URL, with the role that owns the tables.');
    const was = await forgetRelease(database, program, version);
    const name = `${program} ${version}`;
    process.stdout.write(
      was ? `Nothing is on record of ${name} any more.\n` : `Nothing is on record of ${name}.\n`,
    );
    return was ? EXIT.green : EXIT.broken;
  } catch (thrown) {
    process.stderr.write(`${thrown instanceof Error ? thrown.message : 'It failed.'}\n`);
    return thrown instanceof ConfigError ? EXIT.usage : EXIT.broken;
  } finally {
    await database?.destroy();
  }
}

function openRecord(): Database | undefined {
  const { DATABASE_URL, DATABASE_URL_FILE } = process.env;
  if (!DATABASE_URL && !DATABASE_URL_FILE) return undefined;
  const settings = readSettings(['DATABASE_URL', 'DATABASE_CA_FILE', 'DATABASE_CONNECTIONS'], process.env);
  return openDatabase(databaseSettings(settings, 'canary'), pino({ level: 'silent' }));
}

/** Again and again until it is ended; sooner after what was not conclusive, and never all machines at once. */
async function goOn(round: Round, every: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const ending = await round.tryNew();
    const hours = ending === 'inconclusive' ? Math.min(1, every) : every;
    const wait = hours * HOUR_MS * (0.9 + Math.random() * 0.2);
    await sleep(wait, undefined, { signal }).catch(() => undefined);
  }
}

/** Whether there is no need to try a version: it was tried, and if only the record says that it is broken, not long ago. */
export function isSettled(tried: TriedVersion | undefined, now: number): boolean {
  if (tried?.isRecord && tried.verdict === 'broken') return Date.parse(tried.tried ?? '') + AGAIN_MS > now;
  return tried !== undefined;
}

/** One time that npm is asked, and what it names is tried. */
class Round {
  readonly #lab: typeof import('../../lab/canary/run.ts');
  readonly #options: CanaryCommandOptions;
  readonly #database: Database | undefined;
  readonly #voice: CanaryVoice;
  readonly #signal: AbortSignal;
  /** What this process has tried, and when that is to be tried again, in milliseconds since 1970. */
  readonly #done = new Map<string, number>();

  constructor(
    lab: typeof import('../../lab/canary/run.ts'),
    options: CanaryCommandOptions,
    database: Database | undefined,
    voice: CanaryVoice,
    signal: AbortSignal,
  ) {
    this.#lab = lab;
    this.#options = options;
    this.#database = database;
    this.#voice = voice;
    this.#signal = signal;
  }

  /** Tries what was asked for. Rejects where nothing could be tried. */
  async tryAll(): Promise<Ending> {
    await this.#learn();
    return this.#try(await this.#lab.releasesOf(this.#options, this.#signal));
  }

  /** The same, only if one of the two is new; never rejects. */
  async tryNew(): Promise<Ending> {
    try {
      await this.#learn();
      const tried = await this.#lab.releasesOf(this.#options, this.#signal);
      if (this.#isKnown(tried)) {
        this.#voice.nothingNew(tried);
        return 'green';
      }
      return await this.#try(tried);
    } catch (thrown) {
      if (!this.#signal.aborted)
        this.#voice.notTried(thrown instanceof Error ? thrown.message : 'It failed.');
      return 'inconclusive';
    }
  }

  /** So that what other machines have tried is not tried again, and one that is broken is nobody's known one. */
  async #learn(): Promise<void> {
    if (this.#database) learnReleases(await new Releases(this.#database).newest());
  }

  #isKnown(tried: Pair): boolean {
    const now = Date.now();
    return (['claude', 'openclaw'] as const).every(
      (program) =>
        (this.#done.get(`${program} ${tried[program]}`) ?? 0) > now ||
        isSettled(triedVersion(program, tried[program]), now),
    );
  }

  async #try(tried: Pair): Promise<Ending> {
    const { widths, known = this.#lab.newestKnown(), record, update } = this.#options;
    this.#voice.begins(tried, known, widths);
    const report = await this.#lab.runCanary({
      tried,
      known,
      widths,
      records: record,
      record: (report) => this.#record(report),
      renews: update,
      signal: this.#signal,
      tell: this.#voice.heard,
    });
    for (const { program, version, verdict } of report.verdicts)
      if (verdict !== 'inconclusive')
        this.#done.set(
          `${program} ${version}`,
          verdict === 'broken' ? Date.now() + AGAIN_MS : Number.POSITIVE_INFINITY,
        );
    const endings = report.verdicts.map(({ verdict }) => ORDER.indexOf(verdict));
    return ORDER[Math.max(...endings)] ?? 'inconclusive';
  }

  /** Into the database at DATABASE_URL, where there is one. What is inconclusive is said of no release. */
  async #record(report: CanaryReport): Promise<void> {
    this.#voice.ends(report);
    const { verdicts } = report;
    if (!this.#database) return;
    const at = new Date().toISOString();
    for (const { verdict, ...said } of verdicts) {
      if (verdict === 'inconclusive') continue;
      const isNews = await recordRelease(this.#database, { ...said, verdict, at });
      this.#voice.recorded(said.program, said.version, isNews);
    }
  }
}
