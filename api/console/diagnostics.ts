import type { Row, Usual } from '../../core/contract/console-api.ts';
import type { DoctorReport } from '../../core/contract/doctor-report.ts';
import { CATALOGUE } from '../../core/contract/errors.ts';
import type {
  HandshakeRecord,
  RecordedAttempt,
  RecordedError,
  Step,
} from '../../core/contract/handshake-record.ts';
import { plainText } from '../../core/contract/plain-text.ts';
import { supportCode } from '../../core/contract/support-code.ts';
import { Redactor } from '../../core/secrets/redaction.ts';

export interface DiagnosticsParts {
  record: HandshakeRecord;
  row: Row;
  usual: Usual;
  /** The doctor's last report, if it is recent. */
  report: DoctorReport | undefined;
}

/**
 * A handshake in plain text, ready for a ticket. All of it was redacted when it was made; what leaves the console
 * is redacted once more.
 */
export function diagnosticsOf(parts: DiagnosticsParts): string {
  const sections = [
    headOf(parts),
    ...parts.record.attempts.map((attempt) => attemptText(attempt, parts.usual)),
    ...(parts.report ? [reportText(parts.report)] : []),
  ];
  return new Redactor().text(plainText(`${sections.join('\n\n')}\n`));
}

function headOf({ record, row }: DiagnosticsParts): string {
  const { claude = 'not known', openclaw = 'not known' } = row.versions;
  const code = supportCode(record.handshake);
  return [
    'Keyferry: a handshake',
    `customer     ${record.customer}`,
    `handshake    ${record.handshake}`,
    ...(code === undefined ? [] : [`support code ${code}`]),
    ...(record.reference === undefined ? [] : [`reference    ${record.reference}`]),
    `asked for    ${record.startedAt} by ${record.requestedBy}`,
    `stands at    ${row.phase} since ${row.since}${row.stuck ? ` (${row.stuck})` : ''}`,
    `on the box   claude ${claude}, openclaw ${openclaw}`,
    `codes not accepted: ${row.rejected}`,
  ].join('\n');
}

function attemptText({ attempt, timeline, warnings, error }: RecordedAttempt, usual: Usual): string {
  const heading = attempt === 0 ? 'Before any worker took it' : `Attempt ${attempt}`;
  return [
    heading,
    ...timeline.map((step, at) => stepText(step, timeline[at + 1], usual)),
    ...warnings.map((warning) => `  warning: ${warning}`),
    ...(error ? errorText(error) : []),
  ].join('\n');
}

function stepText({ phase, at }: Step, next: Step | undefined, usual: Usual): string {
  const known = usual[phase];
  const took = next && `took ${seconds(Date.parse(next.at) - Date.parse(at))}`;
  const compared = known && `usual ${seconds(known.median)}, 95% within ${seconds(known.p95)}`;
  const said = [took, compared].filter(Boolean).join('; ');
  return `  ${at}  ${phase.padEnd(10)}${said && `  ${said}`}`;
}

/** Blank rows: the redactor treats consecutive rows as one text, and would cover our words too. */
function errorText({ code, phase, detail, screen }: RecordedError): string[] {
  const { support, next } = CATALOGUE[code];
  return [
    `  error: ${code}, in ${phase}`,
    `  cause: ${support}`,
    ...(detail === undefined ? [] : [`  seen:  ${detail}`, '']),
    `  next:  ${next}`,
    ...(screen === undefined ? [] : ['  the last screen:', '', screen]),
  ];
}

function reportText({ verdict, tookMs, findings }: DoctorReport): string {
  return [
    `The doctor on the box: ${verdict} (took ${seconds(tookMs)})`,
    ...findings.map(
      ({ id, status, seen, fix }) => `  ${status.padEnd(8)}${id}: ${seen}${fix ? ` ${fix}` : ''}`,
    ),
  ].join('\n');
}

const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
