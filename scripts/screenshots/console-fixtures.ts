import type { AuditEntry } from '../../core/contract/audit-entry.ts';
import type { Dossier, Numbers, Row, Usual, WatchMessage } from '../../core/contract/console-api.ts';
import type { DoctorReport } from '../../core/contract/doctor-report.ts';
import type { ErrorCode } from '../../core/contract/errors.ts';
import type { RecordedAttempt, RecordedError, Step } from '../../core/contract/handshake-record.ts';
import type { Phase } from '../../core/contract/phases.ts';
import { FIRST } from '../../core/contract/providers.ts';
import { NOON } from './fixtures.ts';

/** A moment `seconds` before every picture. */
export const before = (seconds: number) => new Date(NOON - seconds * 1_000).toISOString();

export const USUAL: Usual = {
  reaching: { count: 212, median: 900, p95: 2_400 },
  preparing: { count: 212, median: 2_100, p95: 5_200 },
  opening: { count: 208, median: 4_300, p95: 9_800 },
  waiting: { count: 190, median: 74_000, p95: 380_000 },
  exchanging: { count: 181, median: 3_200, p95: 7_900 },
  installing: { count: 178, median: 21_000, p95: 64_000 },
  proving: { count: 171, median: 18_000, p95: 47_000 },
};

let count = 0;

/** A row that has been in its phase for so many seconds. */
export function practiceRow(customer: string, phase: Phase, seconds: number, more: Partial<Row> = {}): Row {
  count += 1;
  return {
    handshake: `c0ffee00-0000-4000-8000-${String(count).padStart(12, '0')}`,
    customer,
    requestedBy: `customer:${customer}`,
    startedAt: before(seconds + 96),
    phase,
    since: before(seconds),
    attempt: phase === 'queued' ? 0 : 1,
    rejected: 0,
    versions: phase === 'queued' ? {} : { claude: '2.1.330', openclaw: '2026.4.15' },
    onPage: false,
    ...more,
  };
}

const error = (code: ErrorCode, phase: Phase) => ({ error: { code, phase } });

export const ALICE = practiceRow('alice', 'failed', 140, {
  ...error('openclaw_refused_token', 'installing'),
  attempt: 2,
  rejected: 1,
  stuck: 'failed-on-page',
  onPage: true,
});

export const ROWS: readonly Row[] = [
  ALICE,
  practiceRow('bob-the-builder', 'opening', 31, { stuck: 'slow', onPage: true }),
  practiceRow('carol', 'waiting', 42, { onPage: true }),
  practiceRow('dave', 'proving', 9, { onPage: true }),
  practiceRow('erin', 'queued', 2, { onPage: true }),
  practiceRow('frank', 'connected', 260),
  practiceRow('grace', 'expired', 1_300, error('sign_in_expired', 'waiting')),
  practiceRow('heidi', 'cancelled', 4_000),
  practiceRow('ivan', 'failed', 9_000, {
    ...error('credential_overridden', 'proving'),
    versions: { claude: '2.1.197', openclaw: '2026.3.2' },
  }),
];

/** A timeline that ends at NOON less `endedAgo` seconds; each phase with the seconds it took. */
function timelineOf(endedAgo: number, phases: [Phase, number][]): Step[] {
  let at = endedAgo + phases.reduce((sum, [, seconds]) => sum + seconds, 0);
  return phases.map(([phase, seconds]) => {
    const step = { phase, at: before(at) };
    at -= seconds;
    return step;
  });
}

function practiceAttempt(
  attempt: number,
  timeline: Step[],
  more: Partial<RecordedAttempt> = {},
): RecordedAttempt {
  const versions = { claude: '2.1.330', openclaw: '2026.4.15' };
  return { attempt, timeline, versions, rejected: 0, warnings: [], ...more };
}

const SCREEN = `┌  Paste token
│
◇  Paste Anthropic setup-token
│  ▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪
│
■  Could not write ~/.openclaw/credentials/auth-profiles.json
│  EROFS: read-only file system, open
└`;

const REFUSED: RecordedError = {
  code: 'openclaw_refused_token',
  phase: 'installing',
  detail: 'EROFS: read-only file system, open ~/.openclaw/credentials/auth-profiles.json',
  screen: SCREEN,
};

export const WATCHED: readonly AuditEntry[] = [
  {
    id: '1204',
    at: before(80),
    actor: 'operator',
    who: 'sam@example.com',
    role: 'support',
    action: 'watch',
    outcome: 'done',
    customer: 'alice',
    handshake: ALICE.handshake,
    from: '192.0.2.7',
  },
];

const headOf = ({ handshake, customer, requestedBy, startedAt }: Row) => ({
  handshake,
  customer,
  ...FIRST,
  requestedBy,
  startedAt,
});

/** All that is known of alice's failed handshake. */
export const ALICE_DOSSIER: Dossier = {
  row: ALICE,
  record: {
    ...headOf(ALICE),
    attempts: [
      practiceAttempt(
        1,
        timelineOf(240, [
          ['reaching', 14.8],
          ['failed', 0],
        ]),
        {
          versions: {},
          error: { code: 'box_unreachable', phase: 'reaching', detail: 'connect ETIMEDOUT 203.0.113.8:22' },
        },
      ),
      practiceAttempt(
        2,
        timelineOf(140, [
          ['reaching', 1.1],
          ['preparing', 2.4],
          ['opening', 12.6],
          ['waiting', 58],
          ['exchanging', 3.4],
          ['installing', 5.1],
          ['failed', 0],
        ]),
        { rejected: 1, warnings: ['The box has 212 MB of memory left.'], error: REFUSED },
      ),
    ],
  },
  recordings: [1, 2],
  usual: USUAL,
  before: [
    practiceRow('alice', 'cancelled', 86_000),
    practiceRow('alice', 'connected', 31_000_000, {
      versions: { claude: '2.1.197', openclaw: '2026.3.2' },
    }),
  ],
  watched: [...WATCHED],
};

/** What is known of one that runs. */
export function runningDossier(row: Row): Dossier {
  const timeline = timelineOf((NOON - Date.parse(row.since)) / 1_000, [
    ['reaching', 1.2],
    ['preparing', 2.2],
    [row.phase, 0],
  ]);
  return {
    row,
    record: { ...headOf(row), attempts: [practiceAttempt(1, timeline)] },
    recordings: [1],
    usual: USUAL,
    before: [],
    watched: [],
  };
}

export const REPORT: DoctorReport = {
  verdict: 'blocks',
  tookMs: 2_140,
  findings: [
    { id: 'ssh', status: 'ok', seen: 'ssh answers in 0.4 s', why: 'Everything goes through it.' },
    {
      id: 'home',
      status: 'blocks',
      seen: 'The home directory is mounted read-only',
      why: 'OpenClaw cannot store the sign-in.',
      fix: 'sudo mount -o remount,rw /home, then look at dmesg for the disk.',
      error: 'openclaw_refused_token',
    },
    {
      id: 'memory',
      status: 'warning',
      seen: '212 MB of memory are free',
      why: 'claude needs about 300 MB to start.',
      fix: 'Close what is not needed, or add swap.',
    },
    { id: 'claude', status: 'ok', seen: 'claude 2.1.330', why: 'It makes the sign-in link.' },
  ],
};

export const DIAGNOSTICS = `alice · ${ALICE.handshake}\nfailed: openclaw_refused_token\n`;

export const NUMBERS: Numbers = {
  active: { queued: 1, opening: 1, waiting: 1, proving: 1 },
  stuck: 2,
  phases: USUAL,
  ended: {
    lastDay: {
      connected: 41,
      cancelled: 3,
      expired: 4,
      failed: { openclaw_refused_token: 5, box_unreachable: 2 },
    },
    lastWeek: {
      connected: 322,
      cancelled: 17,
      expired: 26,
      failed: { openclaw_refused_token: 6, box_unreachable: 9, credential_overridden: 4, anthropic_error: 1 },
    },
    claude: [
      {
        version: '2.1.330',
        connected: 250,
        cancelled: 12,
        expired: 20,
        failed: { openclaw_refused_token: 6 },
      },
      { version: '2.1.197', connected: 72, cancelled: 5, expired: 6, failed: { box_unreachable: 9 } },
    ],
    openclaw: [
      { version: '2026.4.15', connected: 201, cancelled: 9, expired: 14, failed: { anthropic_error: 1 } },
      { version: '2026.4.22', connected: 4, cancelled: 1, expired: 0, failed: { openclaw_refused_token: 6 } },
    ],
    credentials: [
      {
        ...{ provider: 'anthropic', method: 'setup-token' },
        ...{ connected: 250, cancelled: 12, expired: 20, failed: { openclaw_refused_token: 6 } },
      },
      {
        ...{ provider: 'openai', method: 'api-key' },
        ...{ connected: 72, cancelled: 5, expired: 6, failed: { key_rejected: 9, box_unreachable: 5 } },
      },
    ],
  },
  incidents: [
    { kind: 'handshake', openedInDay: 3, openedInWeek: 14, resolvedInWeek: 11, unresolved: 5 },
    { kind: 'connection', openedInDay: 1, openedInWeek: 6, resolvedInWeek: 9, unresolved: 2 },
  ],
};

export const AUDIT: readonly AuditEntry[] = [
  { ...entry(9, 'sam@example.com', 'support', 're-run'), customer: 'alice', handshake: ALICE.handshake },
  { ...entry(20, 'olga', 'observer', 'cancel'), customer: 'bob-the-builder', outcome: 'refused' },
  ...WATCHED,
  { ...entry(95, 'sam@example.com', 'support', 'sign-in'), detail: 'by the identity provider' },
  {
    ...entry(340, undefined, undefined, 'sign-in'),
    outcome: 'refused',
    detail: 'wrong name or password',
  },
];

function entry(
  seconds: number,
  who: string | undefined,
  role: AuditEntry['role'] | undefined,
  action: AuditEntry['action'],
): AuditEntry {
  const at = before(seconds);
  const known = { ...(who && { who }), ...(role && { role }) };
  return {
    id: `${2_000 - seconds}`,
    at,
    actor: 'operator',
    ...known,
    action,
    outcome: 'done',
    from: '192.0.2.7',
  };
}

const ESC = '\x1b';

/** A box's terminal as a worker redraws it: with colours of all kinds, and a token that is blacked out. */
export const FRAME: Extract<WatchMessage, { type: 'frame' }> = {
  type: 'frame',
  attempt: 1,
  columns: 120,
  rows: 30,
  whole: true,
  data: [
    `${ESC}[H${ESC}[2J${ESC}[38;2;215;119;87m✻ Welcome to Claude Code${ESC}[0m`,
    '',
    `${ESC}[1mBrowser didn't open? Use the url below to sign in${ESC}[0m`,
    '',
    `${ESC}[38;5;111mhttps://claude.com/cai/oauth/authorize?code=true&client_id=9d1c250a-e61b-44d9-88ed-5944d1962f5e&${ESC}[0m`,
    `${ESC}[38;5;111mstate=${'█'.repeat(43)}${ESC}[0m`,
    '',
    ` Paste code here if prompted > ${ESC}[7m ${ESC}[0m`,
  ].join('\r\n'),
};

/** A recording: asciicast, with the phases as marks. */
export const CAST = [
  { version: 2, width: 120, height: 30 },
  [0, 'm', 'reaching'],
  [1.1, 'm', 'preparing'],
  [3.5, 'm', 'opening'],
  [4, 'o', FRAME.data],
  [16.1, 'm', 'waiting'],
  [74, 'm', 'exchanging'],
  [74.2, 'o', `${'█'.repeat(40)}\r\n\r\n${ESC}[2mchecking…${ESC}[0m`],
  [77.5, 'm', 'installing'],
  [78, 'o', `${ESC}[H${ESC}[2J${SCREEN.replaceAll('\n', '\r\n')}`],
  [82.6, 'm', 'failed'],
]
  .map((line) => `${JSON.stringify(line)}\n`)
  .join('');
