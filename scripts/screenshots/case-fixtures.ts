import type { Case, CaseFile, CaseGroup } from '../../core/contract/cases.ts';
import type { ErrorCode } from '../../core/contract/error-rows.ts';
import type { ManyReRun, ReRunPlan } from '../../core/contract/re-runs.ts';
import type { Found } from '../../core/contract/search.ts';
import { NOON } from './fixtures.ts';

const MINUTE = 60_000;
const ago = (minutes: number) => new Date(NOON - minutes * MINUTE).toISOString();

/** What a practice api says of cases. */
export interface CaseScene {
  cases: readonly Case[];
  /** What a re-run would do. */
  plan: ReRunPlan | undefined;
  reRuns: readonly ManyReRun[];
}

function practiceCase(at: number, customer: string, error: ErrorCode, more: Partial<Case> = {}): Case {
  const kind = more.kind ?? 'handshake';
  return {
    id: `00000000-0000-4000-8000-0000000001${String(at).padStart(2, '0')}`,
    customer,
    displayName: null,
    kind,
    cause: `${kind}:${error}`,
    error,
    provider: 'anthropic',
    method: 'setup-token',
    box: 'default',
    handshake: `00000000-0000-4000-8000-0000000002${String(at).padStart(2, '0')}`,
    connectionId: null,
    state: 'open',
    snoozedUntil: null,
    assignee: null,
    times: 1,
    since: ago(60 - at),
    lastAt: ago(50 - at),
    resolvedAt: null,
    resolvedBy: null,
    resolution: null,
    ...more,
  };
}

/** As long, as strange and as far from English as names may be. */
export const CASES: readonly Case[] = [
  practiceCase(1, 'alice', 'box_unreachable', {
    displayName: 'Acme Bakeries Ltd',
    times: 3,
    assignee: 'sam',
  }),
  practiceCase(2, 'a'.repeat(63), 'box_unreachable'),
  practiceCase(3, 'amal', 'box_unreachable', { displayName: 'شركة الأمل للتجارة' }),
  practiceCase(4, 'fox', 'box_unreachable', { displayName: '🦊 Füchse & Söhne =cmd' }),
  practiceCase(5, 'ivan', 'credential_overridden', {
    kind: 'connection',
    method: 'api-key',
    provider: 'openai',
  }),
  practiceCase(6, 'judy', 'box_stopped', {
    kind: 'box',
    state: 'snoozed',
    snoozedUntil: new Date(NOON + 180 * MINUTE).toISOString(),
  }),
];

/** What is over: by itself, and because somebody says so. */
export const RESOLVED_CASES: readonly Case[] = [
  practiceCase(11, 'kim', 'claude_missing', {
    ...{ state: 'resolved', resolvedAt: ago(12), resolvedBy: 'system' },
    resolution: 'The customer has connected anthropic by setup-token.',
  }),
  practiceCase(12, 'lena', 'disk_full', {
    ...{
      displayName: 'Léna 🦊',
      state: 'resolved',
      resolvedAt: ago(5),
      resolvedBy: 'operator:sam',
      assignee: 'sam',
    },
    ...{
      times: 7,
      resolution: 'They have a larger disk now; the old one goes back to the shop in the week after next.',
    },
  }),
];

function groupsOf(cases: readonly Case[]): CaseGroup[] {
  return [...Map.groupBy(cases, ({ cause }) => cause)].map(([cause, theirs]) => {
    const { kind, error, since, lastAt } = theirs[0] as Case;
    const of = (is: (one: Case) => boolean) => theirs.filter(is).length;
    return {
      ...{ cause, kind, error, count: theirs.length, since, lastAt },
      snoozed: of(({ state }) => state === 'snoozed'),
      assigned: of(({ assignee }) => assignee !== null),
    };
  });
}

function fileOf(one: Case): CaseFile {
  // One that comes and goes.
  const times = Array.from({ length: one.times > 3 ? 40 : 0 }, (_, at) => ({
    ...{ at: ago(400 - at), who: 'system', text: at % 2 ? 'It was over.' : one.cause },
    deed: at % 2 ? ('resolved' as const) : ('reopened' as const),
  }));
  return {
    ...one,
    history: [
      ...times,
      { at: one.since, who: 'system', deed: 'opened', text: one.cause },
      { at: ago(40), who: 'operator:sam', deed: 'assigned', text: 'sam' },
      {
        at: ago(30),
        who: 'operator:sam',
        deed: 'note',
        text: 'Called them: the box is back on Monday.\n<b>Not bold.</b>',
      },
      { at: ago(20), who: 'operator:sam', deed: 're-run', text: one.handshake },
    ],
  };
}

const FOUND: Found = {
  customers: [{ customer: 'alice', displayName: 'Acme Bakeries Ltd' }],
  cases: CASES.slice(0, 1),
  handshakes: [
    { handshake: CASES[0]?.handshake ?? '', customer: 'alice', phase: 'failed', startedAt: ago(51) },
  ],
  boxes: [{ customer: 'alice', box: 'default', address: '203.0.113.7' }],
  errors: ['box_unreachable'],
};

/** What a practice api answers about cases; undefined: the question is about something else. */
export function casesAnswer(what: string, query: URLSearchParams, scene: CaseScene): object | undefined {
  const [cause, customer] = [query.get('cause'), query.get('customer')];
  const state = query.get('state') ?? 'unresolved';
  const found = scene.cases.filter(
    (one) =>
      (!cause || one.cause === cause) &&
      (!customer || one.customer === customer) &&
      (state === 'all' || (state === 'unresolved' ? one.state !== 'resolved' : one.state === state)),
  );
  if (what === 'GET cases') return { cases: found };
  if (what === 'GET case-groups') {
    const snoozed = found.filter(({ state }) => state === 'snoozed').length;
    const counts = { open: found.length - snoozed, snoozed, resolved: 12 };
    return { groups: groupsOf(found), counts, assignees: ['sam'] };
  }
  if (what === 'GET re-runs') return { runs: scene.reRuns };
  if (what === 'POST re-runs/plan') return scene.plan;
  if (what === 'GET search')
    return query.get('q') === 'nobody'
      ? { customers: [], cases: [], handshakes: [], boxes: [], errors: [] }
      : FOUND;
  const id = /^GET cases\/(.+)$/.exec(what)?.[1];
  const one = scene.cases.find((each) => each.id === id);
  return one && fileOf(one);
}
