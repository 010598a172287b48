import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A real `claude setup-token` from its start to its question for the code, byte for byte. */
interface RecordedStart {
  version: string;
  columns: number;
  bytes: Uint8Array;
}

/** `full`: with CLAUDE_CODE_FULL_SIGN_IN_LINK=1. */
const RECORDED = [
  ['1.0.64', 40],
  ['1.0.64', 80],
  ['2.0.42', 40],
  ['2.0.42', 100],
  ['2.1.36', 40],
  ['2.1.36', 80],
  ['2.1.197', 40],
  ['2.1.197', 100],
  ['2.1.330', 40],
  ['2.1.330', 100],
  ['2.1.330-full', 40],
  ['2.1.330-full', 100],
] as const;

export const recordedStarts: readonly RecordedStart[] = RECORDED.map(([version, columns]) => {
  const file = new URL(`../fixtures/setup-token-${version}-${columns}.raw`, import.meta.url);
  return { version, columns, bytes: readFileSync(fileURLToPath(file)) };
});
