import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ALONE } from '../../../worker/programs/openclaw/alone.script.ts';

/** The private configuration of a proof, with a real sh. */
const LAID = '"auth":{"order":{"claude-cli":[]}}';
const SHOW = 'cat "$OPENCLAW_CONFIG_PATH"; stat -c %a "$OPENCLAW_CONFIG_PATH"; echo "$OPENCLAW_CONFIG_PATH"';

let home: string;
const state = () => join(home, '.openclaw');

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'keyferry-alone-'));
  mkdirSync(state());
  writeFileSync(join(state(), 'openclaw.json'), '{}');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** Runs `script` in the place of OpenClaw. */
function start(script: string, profile = '') {
  const argv = ['-c', ALONE, 'sh', '60', LAID, profile, 'main', 'sh', '-c', script];
  const env = { HOME: home, PATH: process.env.PATH ?? '' };
  return spawn('sh', argv, { env, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
}

test('includes the box’s own, is for its owner alone, and goes with the program, whose exit code it has', async () => {
  const child = start(`${SHOW}; exit 7`);
  const [shown = '', mode, path] = (await text(child.stdout)).split('\n');
  if (child.exitCode === null) await once(child, 'exit');
  expect(JSON.parse(shown)).toEqual({ $include: './openclaw.json', auth: { order: { 'claude-cli': [] } } });
  expect([mode, path?.startsWith(join(state(), 'keyferry-proof.')), child.exitCode]).toEqual([
    '600',
    true,
    7,
  ]);
  expect(readdirSync(state())).toEqual(['openclaw.json']);
});

test('has a chat’s list beside it where a profile is named', async () => {
  const shown = await text(start(SHOW, 'anthropic:manual').stdout);
  expect(JSON.parse(shown.split('\n')[0] ?? '').session.store).toContain('/keyferry-proof.');
});

test('goes when it is ended with its program', async () => {
  const child = start('echo up; exec sleep 600');
  await once(child.stdout, 'data');
  expect(readdirSync(state())).toHaveLength(3);
  const ended = once(child, 'exit');
  process.kill(-(child.pid as number), 'SIGTERM');
  await ended;
  expect(readdirSync(state())).toEqual(['openclaw.json']);
});

test('what a killed one has left goes with the next', async () => {
  const child = start('echo up; exec sleep 600');
  await once(child.stdout, 'data');
  const ended = once(child, 'exit');
  process.kill(-(child.pid as number), 'SIGKILL');
  await ended;
  // Its program has a process group of its own.
  writeFileSync(join(state(), 'keyferry-proof.abcdef.json'), '{}');
  expect(readdirSync(state())).toHaveLength(4);
  await text(start('exit 0').stdout);
  expect(readdirSync(state())).toEqual(['openclaw.json']);
});
