import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isMap, isScalar, parseDocument } from 'yaml';
import { compareVersions } from '../../core/contract/versions.ts';
import { TRIED_FILE } from '../../worker/doctor/tried.ts';
import { formattedYaml } from './formatted.ts';
import type { Verdict } from './verdict.ts';

/** What is written of a version. */
export interface TriedNow extends Verdict {
  /** The day: `2026-11-29`. */
  tried: string;
}

/** The table of tried versions with one more, or with what is new of one; comments and order stay. */
export function withTried(text: string, { program, version, node, tried, ...verdict }: TriedNow): string {
  const document = parseDocument(text);
  const entry = {
    ...(node === undefined ? {} : { node }),
    verdict: verdict.verdict,
    tried,
    widths: verdict.widths,
    ...(verdict.verdict === 'broken' ? { failedAt: verdict.failedAt, why: verdict.summary } : {}),
  };
  document.setIn([program, version], document.createNode(entry, { flow: true }));
  const versions = document.get(program);
  if (isMap(versions)) versions.items.sort((one, other) => compareVersions(keyOf(one.key), keyOf(other.key)));
  return document.toString({ lineWidth: 0 });
}

const keyOf = (key: unknown) => String(isScalar(key) ? key.value : key);

/** Writes it into the table, formatted: whole, or not at all. */
export function writeTried(now: readonly TriedNow[], file: URL = TRIED_FILE): void {
  const written = formattedYaml(now.reduce(withTried, readFileSync(file, 'utf8')));
  const beside = new URL(`${file.href}.new`);
  writeFileSync(beside, written);
  renameSync(beside, file);
}
