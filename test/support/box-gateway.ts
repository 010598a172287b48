import type { Box } from '../../lab/box.ts';
import { findJson } from '../../worker/programs/openclaw/models-status.ts';
import { whoAnswered } from '../../worker/programs/openclaw/who-answered.ts';

const MINUTE = 60_000;

/** A customer's chat turn through the gateway, or without one: who answered it. Throws what was printed if nobody did. */
export async function chat(box: Box, hasGateway: boolean) {
  const way = hasGateway ? [] : ['--local'];
  const words = ['openclaw', 'agent', ...way, '--agent', 'main', '--message', 'hi', '--json'];
  const { code, stdout, stderr } = await box.run(words, { timeoutMs: 5 * MINUTE });
  const answerer = whoAnswered(findJson(stdout));
  if (!answerer) throw new Error(`openclaw agent ended with ${code}: ${stdout}\n${stderr}`);
  return answerer;
}
