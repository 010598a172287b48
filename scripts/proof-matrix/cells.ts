/** What is asked of the real OpenClaw, and what of it is on record. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { KeyMode } from '../../lab/providers/key-modes.ts';
import { STAND_IN_PROVIDERS, type StandInProvider } from '../../lab/providers/rows.ts';

export const VERSIONS = ['2026.9.6', '2026.7.1', '2026.4.15'] as const;
export type Version = (typeof VERSIONS)[number];

/** The answers, as the table's head names them. */
export const ANSWERS = {
  good: 'good',
  wrong: 'wrong',
  revoked: 'revoked',
  'no-credit': 'no credit',
  region: 'region refused',
  'model-forbidden': 'model not allowed',
  'rate-limited': '429',
  overloaded: '529 or 503',
  hang: 'hangs',
} as const satisfies Partial<Record<KeyMode, string>>;
export type Answer = keyof typeof ANSWERS;

/** One proof on the real program. */
export interface Cell {
  version: Version;
  provider: StandInProvider;
  answer: Answer;
  model: string;
  /** The verdict; `ok`: it was answered. */
  verdict: string;
  /** Turns that came with this very key, with another one to the same provider, and to the fallback model. */
  turns: { own: number; other: number; fallback: number };
  /** As it was printed, without the key. */
  exit: number;
  stdout: string;
  stderr: string;
}

const FILE = new URL('../../test/fixtures/openclaw/proof-matrix.json', import.meta.url);

export function recorded(): Cell[] {
  return existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : [];
}

/** Puts a cell on record in its place, whole or not at all. */
export function record(cell: Cell): void {
  const others = recorded().filter((one) => !isSame(one, cell));
  const all = [...others, cell].sort((a, b) => rank(a) - rank(b));
  const making = new URL(`${FILE.href}.new`);
  writeFileSync(making, `${JSON.stringify(all, null, 2)}\n`);
  renameSync(making, FILE);
}

export type Place = Pick<Cell, 'version' | 'provider' | 'answer'>;

export const isSame = (a: Place, b: Place) =>
  a.version === b.version && a.provider === b.provider && a.answer === b.answer;

function rank({ version, provider, answer }: Place): number {
  const column = Object.keys(ANSWERS).indexOf(answer);
  return (VERSIONS.indexOf(version) * 100 + STAND_IN_PROVIDERS.indexOf(provider)) * 100 + column;
}
