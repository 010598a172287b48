import { KeyferryError } from '../../../core/contract/errors.ts';
import type { RunStep } from '../../../core/contract/fleet-runs.ts';
import { Redactor } from '../../../core/secrets/redaction.ts';
import type { Gateways } from '../../doctor/gateway.ts';
import { findOpenClaw } from '../../doctor/preflight.ts';
import { type BoxSeen, seeBox } from '../../doctor/see-box.ts';
import { Sessions } from '../../handshake/sessions.ts';
import { prepare, type StepChange } from '../../prepare/prepare.ts';
import { Commands } from '../../programs/openclaw/commands.ts';
import type { BoxConnection } from '../../transports/transport.ts';
import { REACH_MS, type RunBox, step } from './steps.ts';

/** Milliseconds to see the box, and for a gateway to restart. */
const SEE_MS = 30_000;
const RESTART_MS = 2 * 60_000;

/** What was prepared, or would be. */
export interface Prepared {
  steps: RunStep[];
  /** Something would be done (a dry run), or has been. */
  isChanging: boolean;
  /** OpenClaw was left as it is, because a gateway runs. */
  isHeld: boolean;
}

/**
 * Looks what a box lacks, and installs it. An OpenClaw under a gateway that runs is replaced only where that is restarted
 * afterwards: its parts are loaded as they are needed, from files that the new version no longer has. `done`: is given the steps
 * that were done, also where one fails.
 */
export async function prepareBox(box: RunBox, done: RunStep[] = []): Promise<Prepared> {
  const { transport, options, signal } = box;
  const connection = await transport.connect({ signal, timeoutMs: REACH_MS });
  try {
    const sessions = new Sessions(connection);
    sessions.oneByOne();
    const planned = await told(sessions, box, { dryRun: true });
    const isChanging = planned.some(({ state }) => state === 'would' || state === 'cannot');
    const replaces = planned.some((each) => each.step === 'openclaw' && each.state === 'would');
    const seen = replaces ? await seeBox(sessions, { signal, timeoutMs: SEE_MS }) : undefined;
    const serves = seen !== undefined && seen.facts.openclaw !== undefined && isServing(seen.facts.gateways);
    const isHeld = serves && !options.restartGateway;
    const held = (steps: RunStep[]) =>
      steps.map((each) => (isHeld && each.step === 'openclaw' ? heldStep(each, seen) : each));
    const openclaw = isHeld ? seen.facts.openclaw?.version : options.openclaw;
    // One that does not say its version cannot be told to stay.
    const isUnknown = isHeld && openclaw === undefined;
    if (options.dryRun || !isChanging || isUnknown) return { steps: held(planned), isChanging, isHeld };
    await box.changing(async () => {
      await told(sessions, box, { dryRun: false, openclaw }, done);
      if (serves && !isHeld) done.push(await restart(sessions, signal));
    });
    return { steps: held(done), isChanging, isHeld };
  } finally {
    await connection.close();
  }
}

/** Runs prepare, and answers what became of each step. */
async function told(
  sessions: BoxConnection,
  { options, signal }: RunBox,
  { dryRun, openclaw = options.openclaw }: { dryRun: boolean; openclaw?: string | undefined },
  steps: RunStep[] = [],
): Promise<RunStep[]> {
  const { claude, nodeFrom, swap } = options;
  const tell = ({ step: name, state, words }: StepChange) => {
    if (state !== 'doing') steps.push(step(name, state, words));
  };
  await prepare(sessions, { signal, dryRun, claude, openclaw, nodeFrom, swap }, tell);
  return steps;
}

function isServing(gateways: Gateways | undefined): boolean {
  // Where it cannot be seen, one may.
  if (!gateways) return true;
  const { units, processes, others } = gateways;
  return processes.length + others.length > 0 || units.some(({ active }) => active === 'active');
}

function heldStep({ words }: RunStep, seen: BoxSeen | undefined): RunStep {
  const version = seen?.facts.openclaw?.version ?? 'an unknown version';
  const wanted = /\bopenclaw (\S+) with npm/.exec(words)?.[1];
  const which = wanted === undefined ? '' : ` ${wanted} is not installed:`;
  return step(
    'openclaw',
    'left out',
    `OpenClaw is ${version}.${which} a gateway runs, which replacing its program would disturb.`,
  );
}

async function restart(sessions: BoxConnection, signal: AbortSignal): Promise<RunStep> {
  const found = await findOpenClaw(sessions, { signal, timeoutMs: SEE_MS });
  const commands = new Commands(sessions, found, new Redactor());
  const { exit } = await commands.anyEnd(['gateway', 'restart'], { signal, timeoutMs: RESTART_MS });
  if (exit.kind === 'exited' && exit.code === 0) return step('gateway', 'done', 'The gateway was restarted.');
  throw new KeyferryError('gateway_down', { detail: '`openclaw gateway restart` failed.' });
}
