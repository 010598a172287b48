import type { Ended, Numbers, Row } from '../../core/contract/console-api.ts';
import { CATALOGUE, type ErrorCode } from '../../core/contract/errors.ts';
import { isFinal } from '../../core/contract/phases.ts';
import type { EndedCount } from '../../core/store/history.ts';

type EndCounts = Ended['lastDay'];
type Credential = NonNullable<Ended['credentials']>[number];

/** How many handshakes are in each phase, and how many of them need attention. */
export function activeOf(rows: readonly Row[]): Pick<Numbers, 'active' | 'stuck'> {
  const active: Numbers['active'] = {};
  for (const { phase } of rows) if (!isFinal(phase)) active[phase] = (active[phase] ?? 0) + 1;
  return { active, stuck: rows.filter(({ stuck }) => stuck !== undefined).length };
}

/** How the handshakes of the last days ended. */
export function endedOf(counts: readonly EndedCount[]): Ended {
  const [lastDay, lastWeek] = [noEnds(), noEnds()];
  const unasked = { lastDay: noEnds(), lastWeek: noEnds() };
  const credentials = new Map<string, Credential>();
  const programs = { claude: new Map<string, EndCounts>(), openclaw: new Map<string, EndCounts>() };
  for (const each of counts) {
    if (!each.asked) {
      count(unasked.lastDay, each, each.lastDay);
      count(unasked.lastWeek, each, each.lastWeek);
      continue;
    }
    count(lastDay, each, each.lastDay);
    count(lastWeek, each, each.lastWeek);
    const { provider, method } = each;
    const credential = credentials.get(`${provider} ${method}`) ?? { provider, method, ...noEnds() };
    credentials.set(`${provider} ${method}`, credential);
    count(credential, each, each.lastWeek);
    for (const program of ['claude', 'openclaw'] as const) {
      const version = each[program];
      if (version === null) continue;
      const ends = programs[program].get(version) ?? noEnds();
      programs[program].set(version, ends);
      count(ends, each, each.lastWeek);
    }
  }
  const [claude, openclaw] = [mostUsed(programs.claude), mostUsed(programs.openclaw)];
  return { lastDay, lastWeek, unasked, claude, openclaw, credentials: mostFirst([...credentials.values()]) };
}

const noEnds = (): EndCounts => ({ connected: 0, cancelled: 0, expired: 0, failed: {} });

function count(ends: EndCounts, { phase, code }: EndedCount, times: number): void {
  if (times === 0) return;
  if (phase === 'connected' || phase === 'cancelled' || phase === 'expired') ends[phase] += times;
  if (phase !== 'failed') return;
  // A worker of another version may have left no code that this one knows.
  const known = code !== null && Object.hasOwn(CATALOGUE, code) ? (code as ErrorCode) : 'internal_error';
  ends.failed[known] = (ends.failed[known] ?? 0) + times;
}

function mostUsed(versions: ReadonlyMap<string, EndCounts>): Ended['claude'] {
  const byVersion = [...versions].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return mostFirst(byVersion.map(([version, ends]) => ({ version, ...ends })));
}

const mostFirst = <Ends extends EndCounts>(all: readonly Ends[]): Ends[] =>
  all.toSorted((a, b) => total(b) - total(a));

function total({ connected, cancelled, expired, failed }: EndCounts): number {
  return connected + cancelled + expired + Object.values(failed).reduce((sum, each) => sum + each, 0);
}
