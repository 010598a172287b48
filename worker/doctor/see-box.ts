import { now } from '../../core/store/redis-clock.ts';
import { runScript } from '../boxes/script.ts';
import { type FoundProgram, type OpenClawOnBox, readPrograms } from '../boxes/survey.ts';
import type { BoxConnection, CallLimits } from '../transports/transport.ts';
import { type Facts, readFacts } from './facts.ts';
import type { Span } from './findings/clock.ts';
import { configOf, NOT_SEEN, SCRIPT, SCRIPT_BYTES, servedBy } from './preflight.ts';
import { type Serving, servingOf } from './serving.ts';

/** All that a handshake's examination sees of a box, judged by nobody. */
export interface BoxSeen {
  facts: Facts;
  /** Undefined where what gateways run with cannot be seen. */
  serving: Serving | undefined;
  /** The OpenClaw that serves the customer, and the login's `claude`; undefined where there is none. */
  openclaw: OpenClawOnBox | undefined;
  claude: FoundProgram | undefined;
  path: string;
  span: Span;
}

/** Sees it in one round trip, and throws `box_unusable` alone: nothing that is missing is an error. */
export async function seeBox(connection: BoxConnection, limits: CallLimits): Promise<BoxSeen> {
  const began = now();
  const { stdout, stderr } = await runScript(connection, [], {
    ...limits,
    input: SCRIPT,
    maxBytes: SCRIPT_BYTES,
  });
  return readBoxSeen(stdout, stderr, { began, ended: now() });
}

/** Its pure half. */
export function readBoxSeen(stdout: string, stderr: string, span: Span): BoxSeen {
  const facts = readFacts(stdout, stderr);
  const serving = facts.gateways && servingOf(facts.gateways, facts.openclaw?.package);
  const { path, openclaw, claude } = readPrograms(stdout, stderr);
  const config = configOf(serving) ?? NOT_SEEN;
  return {
    facts,
    serving,
    openclaw: openclaw && {
      path,
      openclaw: servedBy(openclaw, serving),
      config,
      hasGateway: (facts.gateways?.processes.length ?? 0) > 0,
    },
    claude: claude && { ...claude, env: serving?.loginEnv ?? {} },
    path,
    span,
  };
}
