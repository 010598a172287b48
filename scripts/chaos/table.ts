import { ENDINGS, type Entry } from './ledger.ts';
import { FAULTS, STRUCK_PHASES } from './plan.ts';
import type { Requirement } from './requirements.ts';

const COLUMNS = ['fault', 'phase', 'handshakes', ...ENDINGS, 'link kept', 'slowest'];
/** The row of those that were under way beside a fault. */
const BESIDE = '(beside it)';

/** Fault × phase: how many, and how they ended. Markdown. */
export function table(entries: readonly Entry[]): string {
  const rows = FAULTS.flatMap((fault) => {
    const ofFault = entries.filter((entry) => entry.fault === fault);
    const rowOf = ({ met, phase }: Entry) => (met ? phase : BESIDE);
    const phases = new Set<string>([
      ...STRUCK_PHASES,
      ...ofFault.map(rowOf).filter((name) => name !== BESIDE),
      BESIDE,
    ]);
    return [...phases].flatMap((phase) => {
      const group = ofFault.filter((entry) => rowOf(entry) === phase);
      return group.length > 0 ? [row(fault, phase, group)] : [];
    });
  });
  const all = [COLUMNS, ...rows, row('all', '', entries)];
  const widths = COLUMNS.map((_, column) => Math.max(...all.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => (at < 2 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join(' | ')} |`;
  const rule = `|${widths.map((width, at) => (at < 2 ? `${'-'.repeat(width + 2)}` : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  const [head = [], ...body] = all;
  return [line(head), rule, ...body.map(line)].join('\n');
}

function row(fault: string, phase: string, group: readonly Entry[]): string[] {
  const counts = ENDINGS.map((ending) => group.filter((entry) => entry.ending === ending).length);
  const links = group.flatMap(({ linkKept }) => (linkKept === undefined ? [] : [linkKept]));
  const kept = links.length === 0 ? '' : `${links.filter(Boolean).length}/${links.length}`;
  const slowest = Math.max(0, ...group.map(({ seconds }) => seconds));
  return [
    fault,
    phase,
    String(group.length),
    ...counts.map((count) => (count ? String(count) : '')),
    kept,
    `${slowest.toFixed(0)} s`,
  ];
}

/** A line each: whether it is so, what was counted, and what has to be. */
export function checklist(all: readonly Requirement[]): string {
  return all.map(({ met, counted, says }) => `${met ? '✓' : '✗'} ${counted} ${says}`).join('\n');
}
