import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { pino } from 'pino';
import { KeyferryError } from '../../../core/contract/errors.ts';
import { FIRST } from '../../../core/contract/providers.ts';
import type { Redactor } from '../../../core/secrets/redaction.ts';
import { AttemptObserver, type AttemptObserverServices } from '../../../worker/queue/attempt-observer.ts';
import { workerMetrics } from '../../../worker/queue/metrics.ts';
import type { Screen } from '../../../worker/terminal/screen.ts';

const WORK = {
  handshake: 'handshake-1',
  customer: 'alice',
  ...FIRST,
  requestedBy: 'customer',
  askedAt: new Date('2026-01-01T00:00:00Z'),
  attempt: 1,
  mayRetry: true,
  mayInsist: true,
  uncounted: 1,
  isGivenUp: false,
};
const at = new Date('2026-01-01T00:01:00Z');
const ENDING = {
  kind: 'failed' as const,
  phase: 'opening' as const,
  error: new KeyferryError('screen_unknown'),
};

let said: { level: number; reason?: string; msg: string }[];
let written: string[];
let shown: number;
let recorded: { customer: string; lines: string }[];

beforeEach(() => {
  jest.useFakeTimers();
  [said, written, shown, recorded] = [[], [], 0, []];
});
afterEach(() => {
  jest.useRealTimers();
});

const write = async (_: unknown, { timeline }: { timeline: { phase: string }[] }) =>
  void written.push(timeline.map(({ phase }) => phase).join());

function observer(services: Partial<Record<keyof AttemptObserverServices, unknown>> = {}): AttemptObserver {
  const all = {
    records: { write, complete: write },
    recordings: {
      keep: async ({ customer }: { customer: string }, _: number, lines: string) =>
        void recorded.push({ customer, lines }),
    },
    liveViews: {
      show: async () => {
        shown += 1;
      },
    },
    metrics: workerMetrics(),
    tracing: undefined,
    log: pino({ level: 'error' }, { write: (line: string) => void said.push(JSON.parse(line)) }),
    ...services,
  };
  return new AttemptObserver(WORK, all as unknown as AttemptObserverServices, async () => {});
}

const screen = (text: string) =>
  ({
    rows: [{ text }],
    viewportTop: 0,
    cursor: { row: 0, column: 0 },
    modes: { cursorVisible: true },
  }) as unknown as Screen;

/** Draws one frame, and is asked to draw the rest by timers. */
function terminal(redact: (rows: readonly string[]) => readonly string[]) {
  const redactor = { rows: redact } as unknown as Redactor;
  let now = screen('first');
  return (tracker: AttemptObserver['tracker']) => {
    const track = tracker.track({ columns: 80, rows: 24, redactor, screen: () => now });
    return {
      draw: (text: string) => {
        now = screen(text);
        track.frame(now);
      },
      end: () => track.end(),
    };
  };
}

test('a redactor that throws switches recording and live view off, each is said once, and nothing else ends', async () => {
  const one = observer();
  let calls = 0;
  const { draw, end } = terminal((rows) => {
    calls += 1;
    if (rows.includes('bad')) throw new Error('cannot cover');
    return rows;
  })(one.tracker);
  one.watch(true);
  one.change({ phase: 'opening', at, endsAt: at });
  draw('good');
  expect(shown).toBe(1);
  // From the timers of both.
  draw('bad');
  jest.advanceTimersByTime(1_000);
  const before = calls;
  draw('good again');
  one.watch(true);
  jest.advanceTimersByTime(1_000);
  one.change({ phase: 'waiting', at, endsAt: at });
  end();
  one.end(ENDING);
  await one.settled();
  expect(calls).toBe(before);
  expect(shown).toBe(1);
  expect(said.map(({ reason }) => reason)).toEqual(['cannot cover', 'cannot cover']);
  expect(written.at(-1)).toBe('opening,waiting,failed');
  // What came before is there.
  expect(recorded.map(({ lines }) => lines).join('')).toContain('good');
  expect(recorded[0]?.customer).toBe('alice');
});

test('a recording ends at 512 KiB', async () => {
  const one = observer();
  const { draw } = terminal((rows) => rows)(one.tracker);
  for (let times = 0; times < 700; times += 1) {
    draw(`${times} ${'x'.repeat(1_000)}`);
    jest.advanceTimersByTime(50);
    await Promise.resolve();
    await Promise.resolve();
  }
  one.end(ENDING);
  await one.settled();
  const length = recorded.reduce((sum, { lines }) => sum + lines.length, 0);
  expect(length).toBeGreaterThan(500 * 1024);
  expect(length).toBeLessThan(514 * 1024);
});

test('what fails while it is written down is said once, and never thrown', async () => {
  const fail = () => {
    throw new Error('out of order');
  };
  const broken = { inc: fail, dec: fail, observe: fail };
  const metrics = { active: broken, ended: broken, seconds: broken, countVersions: fail };
  const one = observer({ metrics, tracing: { add: fail } });
  one.found({ claude: '2.1.330', openclaw: undefined });
  one.change({ phase: 'opening', at, endsAt: new Date(Number.NaN) });
  one.change({ phase: 'waiting', at, endsAt: at });
  one.end(ENDING);
  await one.settled();
  expect(said.map(({ reason }) => reason)).toEqual(['out of order']);
  expect(written.at(-1)).toBe('waiting,failed');
});
