import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Box } from '../../lab/box.ts';
import { startGateway } from '../../lab/gateway.ts';
import { startProviders } from '../../lab/providers/providers.ts';
import { findJson } from '../../worker/programs/openclaw/models-status.ts';
import { whoAnswered } from '../../worker/programs/openclaw/who-answered.ts';
import type { Bench } from './bench.ts';

/** Milliseconds in which a box must become still. */
const STILL_WITHIN_MS = 4 * 60_000;
/** Milliseconds for what a gateway still does after it is ready. */
const SETTLED_AFTER_MS = 30_000;
/** Milliseconds for a chat before that. */
const CHAT_MS = 3 * 60_000;

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

/** A stand-in for the provider of the platform's own models, by one of which a box answers. */
export async function startPlatform() {
  const providers = await startProviders();
  const key = providers.mint('groq');
  const models = {
    providers: {
      'our-models': {
        baseUrl: providers.baseUrl('groq'),
        apiKey: key.text,
        api: 'openai-completions',
        models: [{ id: 'large', name: 'Large' }],
      },
    },
  };
  const agents = { defaults: { model: { primary: 'our-models/large' } } };
  return { config: { models, agents }, stop: () => providers.stop() };
}

/** The same after a gateway has run on the box, and made its state; with the platform's models, if there are any. */
export async function keepServedState(
  box: Box,
  signal: AbortSignal,
  platform?: { config: object },
): Promise<void> {
  await sh(box, 'umask 077; [ -s .openclaw/openclaw.json ] || echo "{}" >.openclaw/openclaw.json');
  if (platform) {
    const file = join(box.home, '.openclaw/openclaw.json');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...platform.config }));
  }
  const end = await startGateway(box);
  await sleep(SETTLED_AFTER_MS, undefined, { signal });
  await end();
  await idle(box, signal);
  await sh(box, 'rm -rf .bench-kept && cp -a .openclaw .bench-kept');
}

/** Runs something while a gateway runs on the box, as `restoreState` has left it, and has answered a chat if it should. */
export async function served<T>(
  { box, signal, answered }: Pick<Bench, 'box' | 'signal' | 'answered'>,
  run: () => Promise<T>,
): Promise<T> {
  const end = await startGateway(box);
  try {
    if (answered) await chat(box);
    await sleep(SETTLED_AFTER_MS, undefined, { signal });
    return await run();
  } finally {
    await end();
  }
}

/** A turn as the customer makes it. */
async function chat(box: Box): Promise<void> {
  const words = ['openclaw', 'agent', '--agent', 'main', '--message', 'hi', '--json'];
  const { code, stdout, stderr } = await box.run(words, { timeoutMs: CHAT_MS });
  const answerer = whoAnswered(findJson(stdout));
  if (answerer?.provider !== 'our-models') throw new Error(`A chat ended with ${code}: ${stdout}${stderr}`);
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
