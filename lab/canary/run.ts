import type { Program } from '../../core/contract/versions.ts';
import { putOnTrial, takeOffTrial, triedVersions } from '../../worker/doctor/tried.ts';
import { judgeVersion, newestTried } from '../../worker/doctor/versions.ts';
import { enginesOf, forgetProgram, installProgram, resolveTag } from '../programs.ts';
import { type CanaryReport, tryReleases } from './canary.ts';
import { KnownScreens } from './known-screens.ts';
import type { Pair, Played } from './play.ts';
import { LabStage } from './stage.ts';
import { writeTried } from './tried-file.ts';
import type { Verdict } from './verdict.ts';

/** Milliseconds for npm's answer, for the installation of one program, and for everything. */
const ANSWER_MS = 60_000;
const INSTALL_MS = 20 * 60_000;
const WHOLE_MS = 3 * 60 * 60_000;
const MOST_REASON = 1_000;

/** The registry or this machine failed: nothing is said of any release. */
export class NotTried extends Error {
  override readonly name = 'NotTried';
}

export interface RunOptions {
  /** As `releasesOf` says. */
  tried: Pair;
  /** Default: the newest that were tried and work. */
  known?: Pair | undefined;
  widths: readonly number[];
  /** Keeps what was tried: the table of tried versions, and their screens. */
  records?: boolean | undefined;
  /** Hears of what it has come to before that is written into files: what it throws leaves nothing there. */
  record?: ((report: CanaryReport) => Promise<void>) | undefined;
  /** Keeps the screens of the known pair afresh. */
  renews?: boolean | undefined;
  signal: AbortSignal;
  /** Hears what is being done, in words, and of every handshake that has ended. */
  tell: (said: string | Played) => void;
}

const PROGRAMS = ['claude', 'openclaw'] as const;

/** The versions behind `latest`. Throws `NotTried`. */
export async function releasesOf(wished: Pair, signal: AbortSignal): Promise<Pair> {
  const [claude, openclaw] = await Promise.all(
    PROGRAMS.map((program) => {
      if (/^\d/.test(wished[program])) return wished[program];
      const answer = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
      return orNotTried(`npm does not say which ${program} is ${wished[program]}`, signal, () =>
        resolveTag(program, wished[program], answer),
      );
    }),
  );
  return { claude: claude ?? '', openclaw: openclaw ?? '' };
}

/** The newest releases of which handshakes are known to go through, and whose screens are kept if there are such. */
export function newestKnown(screens = new KnownScreens()): Pair {
  const newest = (program: Program) =>
    triedVersions(program).findLast(
      (version) =>
        screens.has(program, version) && /^(tried|drift)$/.test(judgeVersion(program, version).kind),
    ) ?? newestTried(program);
  return { claude: newest('claude'), openclaw: newest('openclaw') };
}

/**
 * Tries two releases in a lab of its own, which is gone afterwards. Throws `NotTried`; rejects with the signal's reason once it
 * aborts.
 */
export async function runCanary(options: RunOptions): Promise<CanaryReport> {
  const { tried, known = newestKnown(), widths, renews, tell } = options;
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(WHOLE_MS)]);
  for (const program of PROGRAMS)
    for (const version of new Set([known[program], tried[program]]))
      await install(program, version, options, signal);
  const screens = new KnownScreens();
  const stage = await orNotTried('The lab does not come up', signal, () => LabStage.open());
  try {
    // Also one that is said to be broken is let through to the handshake.
    for (const program of PROGRAMS) putOnTrial(program, tried[program]);
    const made = await orNotTried('The lab failed', signal, () =>
      tryReleases(stage, { tried, known, widths, screens, renews: renews ?? false, signal, tell }),
    );
    const report = { ...made, verdicts: made.verdicts.map(withNode) };
    // What npm has left incomplete is installed again next time.
    for (const { pair, failure } of made.played)
      for (const program of PROGRAMS)
        if (failure?.code === `${program}_incomplete`) forgetProgram(program, pair[program]);
    await options.record?.(report);
    if (options.records || renews) keep(report, screens, options);
    return report;
  } finally {
    for (const program of PROGRAMS) takeOffTrial(program, tried[program]);
    await stage.stop();
  }
}

function withNode(verdict: Verdict): Verdict {
  const node = enginesOf(verdict.program, verdict.version);
  return node === undefined ? verdict : { ...verdict, node };
}

async function install(
  program: Program,
  version: string,
  { tell }: Pick<RunOptions, 'tell'>,
  signal: AbortSignal,
): Promise<void> {
  tell(`${program} ${version}: making sure of it …`);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(INSTALL_MS)]);
  await orNotTried(`${program} ${version} could not be installed`, signal, () =>
    installProgram(program, version, limit),
  );
}

/** Writes screens and table. What is inconclusive leaves nothing behind. */
function keep({ known, verdicts, played }: CanaryReport, screens: KnownScreens, options: RunOptions): void {
  const tried = new Date().toISOString().slice(0, 10);
  if (options.renews) for (const program of PROGRAMS) screens.write(program, known[program]);
  if (!options.records) return;
  const said = verdicts.filter(({ verdict }) => verdict !== 'inconclusive');
  for (const { program, version, verdict } of said) {
    if (verdict === 'broken') continue;
    if (version === known[program] && verdict === 'drift') continue;
    for (const { pair, columns, failure, screens: seen } of played)
      if (pair[program] === version && columns !== undefined && !failure)
        screens.learn(program, version, columns, seen[program]);
    screens.write(program, version);
  }
  writeTried(said.map((verdict) => ({ ...verdict, tried })));
}

async function orNotTried<T>(what: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    signal.throwIfAborted();
    throw new NotTried(`${what}: ${reasonOf(thrown)}`, { cause: thrown });
  }
}

/** What npm said, where it did. */
function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'for no reason that is known';
  const said = thrown.message.matchAll(/^npm error (?!code |A complete log)(?:[a-z]+ )?(.+)$/gm);
  const [first] = [...said].map(([, words]) => words);
  return (first ?? thrown.message).slice(0, MOST_REASON);
}
