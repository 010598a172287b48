import { styleText } from 'node:util';
import type { Finding } from '../../worker/doctor/report.ts';
import { type FindingStatus, type Report, verdict } from '../../worker/doctor/report.ts';

export interface TableOptions {
  /** Columns of the terminal; default 80. */
  width?: number | undefined;
  colours?: boolean | undefined;
}

const LABEL: Record<FindingStatus, string> = { ok: 'ok', warning: 'WARNING', blocks: 'BLOCKS' };
const COLOUR = { ok: 'green', warning: 'yellow', blocks: 'red' } as const;
const INDENT = 22;
/** Wider lines are hard to read. */
const WIDEST = 110;

/** A report for a person: one line for everything that is right, and the reason and the fix for what is not. */
export function reportTable(report: Report, { width = 80, colours = false }: TableOptions = {}): string {
  const columns = Math.max(50, Math.min(width, WIDEST));
  const rows = report.findings.flatMap((finding) => row(finding, columns, colours && !process.env.NO_COLOR));
  return [...rows, '', ...wrap(summary(report), columns - 2).map((line) => `  ${line}`)].join('\n');
}

function row({ id, status, seen, why, fix }: Finding, columns: number, colours: boolean): string[] {
  const label = LABEL[status].padEnd(9);
  const name = (id.split('.')[0] as string).padEnd(INDENT - 11);
  const head = `  ${colours ? styleText(COLOUR[status], label) : label}${name}`;
  const [first = '', ...more] = wrap(seen, columns - INDENT);
  const lines = [`${head}${first}`, ...more.map(indented)];
  if (status === 'ok') return lines;
  return [...lines, ...told('Why: ', why, columns), ...(fix ? told('Fix: ', fix, columns) : [])];
}

const indented = (text: string) => `${' '.repeat(INDENT)}${text}`;

function told(title: string, text: string, columns: number): string[] {
  return wrap(text, columns - INDENT - title.length).map((line, index) =>
    indented(index === 0 ? `${title}${line}` : `${' '.repeat(title.length)}${line}`),
  );
}

/** Breaks text at white space; a word that is longer than a line is cut. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [''];
  const words = text.split(/\s+/).flatMap((word) => word.match(new RegExp(`.{1,${width}}`, 'gu')) ?? []);
  for (const word of words) {
    const last = lines.at(-1) as string;
    if (last === '') lines[lines.length - 1] = word;
    else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

const CONCLUSION: Record<FindingStatus, string> = {
  ok: 'A handshake can begin.',
  warning: 'A handshake can begin.',
  blocks: 'A handshake would fail.',
};

function summary(report: Report): string {
  const count = (status: FindingStatus) => report.findings.filter((one) => one.status === status).length;
  const warnings = count('warning');
  const counts = `${count('blocks')} blocking, ${warnings} warning${warnings === 1 ? '' : 's'}, ${count('ok')} ok`;
  return `${CONCLUSION[verdict(report)]} ${counts}; took ${(report.tookMs / 1000).toFixed(1)} s.`;
}
