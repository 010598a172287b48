import { compareVersions } from '../../core/contract/versions.ts';

/** The one table of the versions that Keyferry has been tried on: whole handshakes succeeded on them. */

interface Tried {
  /** Versions of Node that it needs, as its package says. */
  node: string;
}

type ProgramName = 'claude' | 'openclaw';

/** Oldest first. */
const TRIED: Record<ProgramName, Record<string, Tried>> = {
  claude: {
    '1.0.64': { node: '>=18.0.0' },
    '2.0.42': { node: '>=18.0.0' },
    '2.1.36': { node: '>=18.0.0' },
    '2.1.89': { node: '>=18.0.0' },
    '2.1.197': { node: '>=18.0.0' },
    '2.1.250': { node: '>=22.0.0' },
    '2.1.300': { node: '>=22.0.0' },
    '2.1.330': { node: '>=22.0.0' },
    '2.1.331': { node: '>=22.0.0' },
    '2.1.332': { node: '>=22.0.0' },
  },
  openclaw: {
    '2026.4.15': { node: '>=22.14.0' },
    '2026.5.22': { node: '>=22.14.0' },
    '2026.9.6': { node: '>=24.16.0 <25 || >=26.1.0' },
  },
};

/** Versions that cannot work, with what they do. */
const BAD: Record<ProgramName, Record<string, string>> = {
  claude: { '1.0.128': 'It crashes during start-up and shows no sign-in link.' },
  openclaw: {},
};

/** The newest version with which whole handshakes went through. */
export function newestTried(program: ProgramName): string {
  return Object.keys(TRIED[program]).at(-1) ?? '';
}

/** The Node that a program needs by the table; undefined for a version that is not in it. */
export function nodeWanted(program: ProgramName, version: string | undefined): string | undefined {
  return version === undefined ? undefined : TRIED[program][version]?.node;
}

export type Judgement = { kind: 'tried' } | { kind: 'bad'; why: string } | { kind: 'untried'; near: string };

/** Whether Keyferry has been tried on a version. `near` places an untried one among the tried ones. */
export function judgeVersion(program: ProgramName, version: string): Judgement {
  const why = BAD[program][version];
  if (why !== undefined) return { kind: 'bad', why };
  if (Object.hasOwn(TRIED[program], version)) return { kind: 'tried' };
  const names = Object.keys(TRIED[program]);
  const [oldest = '', newest = ''] = [names[0], names.at(-1)];
  if (compareVersions(version, newest) > 0) return { kind: 'untried', near: `newer than ${newest}` };
  if (compareVersions(version, oldest) < 0) return { kind: 'untried', near: `older than ${oldest}` };
  return { kind: 'untried', near: `between ${oldest} and ${newest}` };
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
