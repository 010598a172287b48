import { setTimeout as sleep } from 'node:timers/promises';
import type { Box } from '../../lab/box.ts';
import { startGateway } from '../../lab/gateway.ts';

/** Milliseconds in which a box must become still. */
const STILL_WITHIN_MS = 4 * 60_000;
/** Milliseconds for what a gateway still does after it is ready. */
const SETTLED_AFTER_MS = 30_000;

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

/** The same after a gateway has run on the box, and made its state. */
export async function keepServedState(box: Box, signal: AbortSignal): Promise<void> {
  await sh(box, 'umask 077; [ -s .openclaw/openclaw.json ] || echo "{}" >.openclaw/openclaw.json');
  const end = await startGateway(box);
  await sleep(SETTLED_AFTER_MS, undefined, { signal });
  await end();
  await idle(box, signal);
  await sh(box, 'rm -rf .bench-kept && cp -a .openclaw .bench-kept');
}

/** Runs something while a gateway runs on the box, as `restoreState` has left it. */
export async function served<T>(box: Box, signal: AbortSignal, run: () => Promise<T>): Promise<T> {
  const end = await startGateway(box);
  try {
    await sleep(SETTLED_AFTER_MS, undefined, { signal });
    return await run();
  } finally {
    await end();
  }
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
