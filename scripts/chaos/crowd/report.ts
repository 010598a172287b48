import type { CrowdEvidence, CrowdRound } from './run.ts';

/** One thing that has to be so. */
export interface CrowdRequirement {
  says: string;
  counted: string;
  met: boolean;
}

/** Milliseconds within which a worker that is told to stop must end on its own. */
const STOP_MS = 10_000;

/** All that a crowd has to show (docs/chaos.md). */
export function crowdRequirements({ customers, rounds, boxes, queued }: CrowdEvidence): CrowdRequirement[] {
  const connected = customers.filter(({ isConnected }) => isConnected);
  const ends = new Map<string, number>();
  for (const { snapshot } of customers) {
    const end = [snapshot?.phase, snapshot?.error?.code].filter(Boolean).join(' ');
    ends.set(end, (ends.get(end) ?? 0) + 1);
  }
  const stops = rounds.flatMap(({ stopped }) => stopped ?? []);
  const inTime = stops.filter(({ code, ms }) => code === 0 && ms <= STOP_MS);
  const none = (says: string, count: number) => ({ says, counted: `${count}`, met: count === 0 });
  const all = (says: string, some: number, of: number) => ({
    says,
    counted: `${some} of ${of}`,
    met: some === of,
  });
  return [
    {
      ...all('customers end connected', connected.length, customers.length),
      counted: [...ends].map(([end, count]) => `${count} ${end}`).join(', '),
    },
    all(
      'of them by the token of a link at which they signed in',
      connected.filter(({ isRight }) => isRight).length,
      connected.length,
    ),
    none('codes that reached Anthropic more than once', boxes.twice),
    none(
      'customers who were not back on their way when nothing moved any more',
      rounds.reduce((sum, { left }) => sum + left, 0),
    ),
    all('workers that were told to stop ended by themselves within 10 s', inTime.length, stops.length),
    all(
      'handshakes that a stopped worker did not finish were in the queue when it had ended',
      stops.reduce((sum, { handedOver }) => sum + handedOver, 0),
      stops.reduce((sum, { open }) => sum + open, 0),
    ),
    none('programs and holders left on the boxes', boxes.programs + boxes.holders),
    none('handshakes that no worker has ended', queued),
  ];
}

const COLUMNS = [
  'what happens',
  'customers',
  'back: median',
  'back: last',
  'failed',
  'stopped after',
  'handed over',
  'loop stood still',
  'memory',
  'processor',
];

/** A row a fault. Markdown. */
export function crowdTable(rounds: readonly CrowdRound[]): string {
  const all = [COLUMNS, ...rounds.map(row)];
  const widths = COLUMNS.map((_, column) => Math.max(...all.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join(' | ')} |`;
  const rule = `|${widths.map((width, at) => (at === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  const [head = [], ...body] = all;
  return [line(head), rule, ...body.map(line)].join('\n');
}

function row({ fault, met, stopped, back, failed, stood, memory, processor }: CrowdRound): string[] {
  const sorted = back.toSorted((a, b) => a - b);
  const seconds = (ms = 0) => `${(ms / 1_000).toFixed(1)} s`;
  return [
    fault,
    `${met}`,
    seconds(sorted[Math.floor(sorted.length / 2)]),
    seconds(sorted.at(-1)),
    `${failed}`,
    stopped ? seconds(stopped.ms) : '',
    stopped ? `${stopped.handedOver} of ${stopped.open}` : '',
    `${stood} ms`,
    `${memory} MB`,
    seconds(1_000 * processor),
  ];
}
