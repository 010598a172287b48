import { chmodSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Box } from '../../lab/box.ts';

/** What a machine without AVX prints when claude starts there. */
export const LAST_WORDS = 'Illegal instruction (core dumped)';
/** What it prints first: a recording opens on it. */
export const FIRST_WORDS = 'Welcome to Claude Code';

/** Takes `claude` away from a box, until the function that this returns is called. */
export function hideClaude(box: Box): () => void {
  const path = join(box.binDirectory, 'claude');
  renameSync(path, `${path}.hidden`);
  return () => renameSync(`${path}.hidden`, path);
}

/** Makes `claude setup-token` end at its start on a box, until the function that this returns is called. */
export function breakClaude(box: Box): () => void {
  const path = join(box.binDirectory, 'claude');
  const whole = `${path}.whole`;
  renameSync(path, whole);
  writeFileSync(
    path,
    `#!/bin/sh\ncase "$*" in *setup-token*) echo '${FIRST_WORDS}'; sleep 1; echo '${LAST_WORDS}'; sleep 0.3; exit 132 ;; esac\nexec '${whole}' "$@"\n`,
  );
  chmodSync(path, 0o755);
  return () => renameSync(whole, path);
}
