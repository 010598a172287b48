import { PROGRAM_NAMES, type Program } from '../../core/contract/versions.ts';
import type { CanaryReport } from '../../lab/canary/canary.ts';
import type { Pair, Played } from '../../lab/canary/play.ts';
import type { Verdict } from '../../lab/canary/verdict.ts';

/** Who tells of a canary: for people, or for programs. */
export interface CanaryVoice {
  begins(tried: Pair, known: Pair, widths: readonly number[]): void;
  /** What is being done, or a handshake that has ended. */
  heard(said: string | Played): void;
  ends(report: CanaryReport): void;
  /** The verdict is in the database; `isNews`: and the platform is told. */
  recorded(program: Program, version: string, isNews: boolean): void;
  nothingNew(tried: Pair): void;
  /** Nothing is said of any release. */
  notTried(why: string): void;
  /** The same, because somebody has ended it. */
  ended(): void;
}

/** Rows of a last screen that people are shown. */
const MOST_ROWS = 44;
const NEXT: Record<Verdict['verdict'], string> = {
  green: 'nothing. It can go to customers’ boxes.',
  drift:
    'it connects, and Keyferry still reads each of these screens as what it is called here: nothing is urgent. Read what moved. A sentence is harmless; a prompt, a link or a token that is drawn in another way may fail in a terminal that was not tried. Once you have read it, `keyferry canary --record` makes it the known one.',
  broken:
    'keep it off customers’ boxes: workers know the record, so that `keyferry fleet prepare` leaves it out; `keyferry prepare` knows the table of tried versions alone, which `--record` writes. Boxes that have it already are in the console’s fleet, by version. Then mend Keyferry, and run this again.',
  inconclusive: 'look at this machine or at npm, and run it again. Nothing is said of the release.',
};

export function canaryWords(print = (line: string) => void process.stdout.write(`${line}\n`)): CanaryVoice {
  return {
    begins: (tried, known, widths) => {
      print(`Trying claude ${tried.claude} and openclaw ${tried.openclaw} at ${widths.join(', ')} columns.`);
      print(`Known: claude ${known.claude} and openclaw ${known.openclaw}.\n`);
    },
    heard: (said) => print(`  ${typeof said === 'string' ? said : handshakeWords(said)}`),
    ends: ({ verdicts, played }) => {
      for (const verdict of verdicts) for (const line of verdictLines(verdict)) print(line);
      const failed = played.findLast(({ failure }) => failure?.screen !== undefined);
      if (verdicts.some(({ verdict }) => verdict === 'broken') && failed)
        for (const line of screenLines(failed)) print(line);
    },
    recorded: (program, version, isNews) =>
      print(
        `\nOn record: ${PROGRAM_NAMES[program]} ${version}${isNews ? '; an event says so' : ', as before'}.`,
      ),
    nothingNew: ({ claude, openclaw }) =>
      print(`Nothing new: claude ${claude} and openclaw ${openclaw} were tried.`),
    notTried: (why) => {
      print(`\nNothing was tried to the end: ${why}`);
      print(`  Next: ${NEXT.inconclusive}`);
    },
    ended: () => print('\nEnded before anything could be said. The lab is down.'),
  };
}

/** One JSON object per line. */
export function canaryJson(print = (line: string) => void process.stdout.write(`${line}\n`)): CanaryVoice {
  const say = (message: object) => print(JSON.stringify(message));
  return {
    begins: (tried, known, widths) => say({ type: 'begins', tried, known, widths }),
    heard: (said) => {
      if (typeof said === 'string') say({ type: 'doing', what: said });
      else {
        const { pair, columns, seconds, failure } = said;
        say({
          type: 'handshake',
          ...pair,
          columns,
          seconds,
          outcome: failure ? 'failed' : 'connected',
          ...failure,
        });
      }
    },
    ends: ({ verdicts }) => {
      for (const verdict of verdicts) say({ type: 'verdict', ...verdict });
    },
    recorded: (program, version, isNews) => say({ type: 'recorded', program, version, isNews }),
    nothingNew: (tried) => say({ type: 'nothing-new', ...tried }),
    notTried: (why) => say({ type: 'not-tried', verdict: 'inconclusive', why }),
    ended: () => say({ type: 'not-tried', verdict: 'inconclusive', why: 'ended' }),
  };
}

function handshakeWords({ pair, columns, seconds, failure }: Played): string {
  const where = columns === undefined ? 'a key' : `${columns} columns`;
  const how = failure ? `FAILED in ${failure.phase}: ${failure.code}` : 'connected';
  return `claude ${pair.claude}, openclaw ${pair.openclaw}, ${where}: ${how} (${seconds} s)`;
}

/** Of a screen that moved at several widths the widest is shown, where the fewest sentences are cut. */
function verdictLines({ program, version, verdict, summary, moved }: Verdict): string[] {
  const lines = ['', `${PROGRAM_NAMES[program]} ${version}: ${verdict.toUpperCase()}`, `  ${summary}`];
  const shown = new Set<string>();
  for (const [screen, all] of Map.groupBy(moved, ({ screen }) => screen)) {
    const widest = all.reduce((one, other) => (other.columns > one.columns ? other : one));
    const diff = widest.diff.split('\n');
    const changes = diff.filter((line) => /^[-+]/.test(line));
    const isShown = changes.length > 0 && changes.every((line) => shown.has(line));
    const at = all.map(({ columns }) => columns).join(', ');
    lines.push('', `  ${screen}, at ${at} columns:`);
    for (const line of isShown ? ['the same as above'] : diff) lines.push(`    ${line}`);
    for (const line of diff) shown.add(line);
  }
  return [...lines, '', `  Next: ${NEXT[verdict]}`];
}

function screenLines({ pair, columns, failure }: Played): string[] {
  const rows = (failure?.screen ?? '').split('\n').slice(-MOST_ROWS);
  const where = columns === undefined ? 'with a key' : `at ${columns} columns`;
  return [
    '',
    `  The last screen of claude ${pair.claude} and openclaw ${pair.openclaw} ${where}:`,
    '',
    ...rows.map((row) => `    ${row}`),
  ];
}
