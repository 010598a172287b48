import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A real `claude auth login` against the stand-in, byte for byte, to its end. */
interface RecordedLogin {
  version: string;
  columns: number;
  outcome: 'ok' | 'refused';
  bytes: Uint8Array;
  /** As far as its question for the code. */
  start: Uint8Array;
}

/** `full`: with CLAUDE_CODE_FULL_SIGN_IN_LINK=1, which older versions do not know. */
const RECORDED = [
  ...(['ok', 'refused'] as const).flatMap((outcome) => [
    ...[40, 120].map((columns) => ['2.1.140', columns, outcome] as const),
    ...[40, 57, 120].map((columns) => ['2.1.197', columns, outcome] as const),
    ...[40, 57, 120].map((columns) => ['2.1.332-full', columns, outcome] as const),
  ]),
  ...[40, 57, 120].map((columns) => ['2.1.332', columns, 'ok'] as const),
];
const QUESTION = 'Paste code here if prompted > ';

export const recordedLogins: readonly RecordedLogin[] = RECORDED.map(([version, columns, outcome]) => {
  const file = new URL(`../fixtures/auth-login-${version}-${columns}-${outcome}.raw`, import.meta.url);
  const bytes = readFileSync(fileURLToPath(file));
  return {
    version,
    columns,
    outcome,
    bytes,
    start: bytes.subarray(0, bytes.indexOf(QUESTION) + QUESTION.length),
  };
});
