import { setTimeout as sleep } from 'node:timers/promises';
import type { Box } from '../../lab/box.ts';

/** Milliseconds in which a box must become still. */
const STILL_WITHIN_MS = 4 * 60_000;

/**
 * Lets OpenClaw make its state on a fresh box (what every customer's box has long done) and keeps a copy of it:
 * nothing signed in, nothing chosen.
 */
export async function keepState(box: Box): Promise<void> {
  const { code, stderr } = await box.run(['openclaw', 'models', 'status', '--json']);
  if (code !== 0) throw new Error(`OpenClaw does not start on the box:\n${stderr.slice(-2_000)}`);
  await sh(box, 'rm -rf .bench-kept && cp -a .openclaw .bench-kept');
}

/** Waits until nothing runs on the box, then puts back what `keepState` kept. Compile caches (in TMPDIR) stay. */
export async function restoreState(box: Box, signal: AbortSignal): Promise<void> {
  await idle(box, signal);
  await sh(box, 'rm -rf .openclaw .claude .claude.json* && cp -a .bench-kept .openclaw');
}

/** Resolves once nothing runs on the box. */
async function idle(box: Box, signal: AbortSignal): Promise<void> {
  const until = performance.now() + STILL_WITHIN_MS;
  while (box.processes().length > 0 || box.sessionPids().length > 0) {
    if (performance.now() > until) throw new Error(`These do not end on the box: ${box.processes()}`);
    await sleep(50, undefined, { signal });
  }
}

async function sh(box: Box, script: string): Promise<void> {
  const { code, stderr } = await box.run(['sh', '-c', script]);
  if (code !== 0) throw new Error(`\`${script}\` ended with ${code}: ${stderr}`);
}
