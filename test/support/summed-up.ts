import { spawnSync } from 'node:child_process';
import { findJson } from '../../worker/programs/openclaw/models-status.ts';
import { SUMMED_UP } from '../../worker/programs/openclaw/usage.script.ts';
import { readSaidUsage } from '../../worker/programs/openclaw/usage.ts';

/** What the script on the box makes of what a gateway says; `sessions`, `rows`: the most that it takes. */
export function summedUp(said: unknown, { sessions = 100, rows = 100 } = {}) {
  const [program, ...words] = SUMMED_UP;
  const text = typeof said === 'string' ? said : JSON.stringify(said);
  const { stdout, status } = spawnSync(program, [...words, String(sessions), String(rows), 'cat'], {
    input: text,
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
  });
  return { status, stdout, read: readSaidUsage(findJson(stdout)) };
}
