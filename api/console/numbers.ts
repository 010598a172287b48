import type { Numbers, Row, Usual } from '../../core/contract/console-api.ts';
import { isFinal } from '../../core/contract/phases.ts';

const DAY_MS = 24 * 60 * 60_000;

type EndCounts = Numbers['lastDay'];

/** How many handshakes are in each phase, and how those of the last days ended. */
export function numbersOf(rows: readonly Row[], usual: Usual, now: number): Numbers {
  const active: Numbers['active'] = {};
  const [lastDay, lastWeek] = [noEnds(), noEnds()];
  const programs = { claude: new Map<string, EndCounts>(), openclaw: new Map<string, EndCounts>() };
  for (const row of rows) {
    if (!isFinal(row.phase)) {
      active[row.phase] = (active[row.phase] ?? 0) + 1;
      continue;
    }
    const age = now - Date.parse(row.since);
    if (age > 7 * DAY_MS) continue;
    count(lastWeek, row);
    if (age <= DAY_MS) count(lastDay, row);
    for (const program of ['claude', 'openclaw'] as const) {
      const version = row.versions[program];
      if (version === undefined) continue;
      const outcomes = programs[program].get(version) ?? noEnds();
      programs[program].set(version, outcomes);
      count(outcomes, row);
    }
  }
  return {
    active,
    stuck: rows.filter(({ stuck }) => stuck !== undefined).length,
    lastDay,
    lastWeek,
    phases: usual,
    claude: mostUsed(programs.claude),
    openclaw: mostUsed(programs.openclaw),
  };
}

const noEnds = (): EndCounts => ({ connected: 0, cancelled: 0, expired: 0, failed: {} });

function count(outcomes: EndCounts, { phase, error }: Row): void {
  if (phase === 'connected' || phase === 'cancelled' || phase === 'expired') outcomes[phase] += 1;
  if (phase !== 'failed') return;
  // A worker that another version wrote for may have left no code that this one knows.
  const code = error?.code ?? 'internal_error';
  outcomes.failed[code] = (outcomes.failed[code] ?? 0) + 1;
}

function mostUsed(versions: ReadonlyMap<string, EndCounts>): Numbers['claude'] {
  const counted = [...versions].map(([version, outcomes]) => ({ version, ...outcomes }));
  return counted.toSorted((a, b) => total(b) - total(a) || (a.version < b.version ? -1 : 1));
}

function total({ connected, cancelled, expired, failed }: EndCounts): number {
  return connected + cancelled + expired + Object.values(failed).reduce((sum, each) => sum + each, 0);
}
