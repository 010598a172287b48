import { compareVersions, type Program } from '../../core/contract/versions.ts';
import { DEFAULT_COLUMNS } from '../terminal/columns.ts';
import { type TriedVersion, triedVersion, triedVersions } from './tried.ts';

/** The newest version with which whole handshakes went through, and of which it is known what Node it needs. */
export function newestTried(program: Program): string {
  const isGood = (tried: TriedVersion | undefined) => !isBroken(tried) && tried?.node !== undefined;
  return triedVersions(program).findLast((version) => isGood(triedVersion(program, version))) ?? '';
}

/** The newest version that is known to be broken, where it is newer than every one that works, and what it does. */
export function brokenSince(program: Program): { version: string; why: string } | undefined {
  const version = triedVersions(program).at(-1);
  const tried = version === undefined ? undefined : triedVersion(program, version);
  return version !== undefined && tried && isBroken(tried) ? { version, why: whyOf(tried) } : undefined;
}

/** The Node that a program needs by the table; undefined for a version that is not in it. */
export function nodeWanted(program: Program, version: string | undefined): string | undefined {
  return version === undefined ? undefined : triedVersion(program, version)?.node;
}

/**
 * `partly`: it connects at some widths, or beside some versions of the other program, and not at others; or only the record says
 * that it does not, which keeps nobody out.
 */
export type Judgement =
  | { kind: 'tried' }
  | { kind: 'drift' }
  | { kind: 'bad' | 'partly'; why: string }
  | { kind: 'untried'; near: string };

/** Whether Keyferry has been tried on a version, and what came of it. `near` places an untried one among the tried ones. */
export function judgeVersion(program: Program, version: string): Judgement {
  const tried = triedVersion(program, version);
  if (tried?.verdict === 'broken')
    return { kind: failsEverywhere(tried) ? 'bad' : 'partly', why: whyOf(tried) };
  if (tried) return { kind: tried.verdict === 'drift' ? 'drift' : 'tried' };
  const names = triedVersions(program);
  const [oldest = '', newest = ''] = [names[0], names.at(-1)];
  if (compareVersions(version, newest) > 0) return { kind: 'untried', near: `newer than ${newest}` };
  if (compareVersions(version, oldest) < 0) return { kind: 'untried', near: `older than ${oldest}` };
  return { kind: 'untried', near: `between ${oldest} and ${newest}` };
}

const isBroken = (tried: TriedVersion | undefined) => tried === undefined || tried.verdict === 'broken';

const whyOf = ({ why = 'Handshakes on it failed.' }: TriedVersion) => why;

/**
 * Whether no handshake goes through on it: a person has committed so (`tried.yaml`), and it failed at several widths, of which one
 * is that of handshakes. Where nothing is said of widths, it is so at every one.
 */
export function failsEverywhere({ widths, failedAt, isRecord }: TriedVersion): boolean {
  if (isRecord) return false;
  if (widths === undefined || failedAt === undefined) return true;
  return (
    failedAt.length > 1 &&
    failedAt.includes(DEFAULT_COLUMNS) &&
    widths.every((width) => failedAt.includes(width))
  );
}

/**
 * Whether a version is in a range such as `>=24.16.0 <25 || >=26.1.0`: the forms that `engines` of both programs
 * have had. Undefined for any other form.
 */
export function satisfies(version: string, range: string): boolean | undefined {
  const alternatives = range.split('||').map((part) => part.trim().split(/\s+/));
  if (!alternatives.flat().every((word) => COMPARATOR.test(word))) return undefined;
  return alternatives.some((words) => words.every((word) => holds(version, word)));
}

const COMPARATOR = /^(>=|<|>|<=)v?(\d+(?:\.\d+){0,2})$/;

function holds(version: string, comparator: string): boolean {
  const [, sign, bound = ''] = COMPARATOR.exec(comparator) ?? [];
  const order = compareVersions(version, bound);
  if (sign === '>=') return order >= 0;
  if (sign === '>') return order > 0;
  return sign === '<' ? order < 0 : order <= 0;
}
