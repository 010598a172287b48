import type { Box } from '../../lab/box.ts';
import { findJson } from '../../worker/programs/openclaw/models-status.ts';
import { whoAnswered } from '../../worker/programs/openclaw/who-answered.ts';

const MINUTE = 60_000;

/** A customer's chat turn through the gateway, or without one: who answered it. */
export async function chat(box: Box, hasGateway: boolean) {
  const way = hasGateway ? [] : ['--local'];
  const words = ['openclaw', 'agent', ...way, '--agent', 'main', '--message', 'hi', '--json'];
  const { stdout } = await box.run(words, { timeoutMs: 5 * MINUTE });
  return whoAnswered(findJson(stdout));
}
