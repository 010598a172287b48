import type { CrowdRequirement } from '../crowd/report.ts';
import type { RenewalsEvidence } from './run.ts';

/** All that renewals have to show (docs/chaos.md). */
export function renewalRequirements(evidence: RenewalsEvidence): CrowdRequirement[] {
  const { renewals, steps, unmet, turns, failedTurns, record } = evidence;
  const right = renewals.filter(({ wrong }) => wrong.length === 0);
  const killed = renewals.filter((one) => one.killed.length > 0);
  const all = (says: string, some: number, of: number) => ({
    says,
    counted: `${some} of ${of}`,
    met: some === of && of > 0,
  });
  return [
    all('renewals leave one token of the customer’s, which answers: the new one, or the old one where the new one is refused', right.length, renewals.length), // biome-ignore format: one sentence
    {
      says: 'turns failed, or could have met a refused token',
      counted: `${failedTurns.length} of ${turns}`,
      met: failedTurns.length === 0 && turns > 0,
    },
    all(
      'steps at which something is changed had a worker killed at them',
      steps.length - unmet.length,
      steps.length,
    ),
    {
      says: 'customers whose connection on record is not the one of their box',
      counted: `${record.length}`,
      met: record.length === 0,
    },
    {
      says: `renewals had their worker killed, ${renewals.filter((one) => one.killed.length > 1).length} of them twice`,
      counted: `${killed.length} of ${renewals.length}`,
      met: killed.length > 0,
    },
  ];
}

/** What speaks against it, at most this many lines of each. */
export function againstRenewals(
  { renewals, failedTurns, record, unmet }: RenewalsEvidence,
  most: number,
): string[] {
  const wrong = renewals.filter((one) => one.wrong.length > 0);
  const told = wrong.map((one) => {
    const cuts = one.killed.map(({ when, command }) => `${when} ${command}`);
    return `${one.wrong.join('; ')} (killed ${cuts.join(', then ') || 'nowhere'})`;
  });
  return [told, failedTurns, record, unmet].flatMap((lines) => lines.slice(0, most));
}

/** How often a worker was killed at each command, before it had done anything, as it did, and after. Markdown. */
export function renewalTable({ renewals }: RenewalsEvidence): string {
  const rows = new Map<string, { before: number; in: number; after: number; phases: Set<string> }>();
  for (const { command, when, phase } of renewals.flatMap(({ killed }) => killed)) {
    const row = rows.get(command) ?? { before: 0, in: 0, after: 0, phases: new Set() };
    row[when] += 1;
    row.phases.add(phase);
    rows.set(command, row);
  }
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  const body = [...rows]
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([command, row]) =>
      line([`\`${command}\``, row.before, row.in, row.after, [...row.phases].sort().join(', ')]),
    );
  return [
    line(['killed at', 'before', 'in', 'after', 'phase']),
    '| --- | ---: | ---: | ---: | --- |',
    ...body,
  ].join('\n');
}
