import { setTimeout as sleep } from 'node:timers/promises';
import { KeyferryError, toKeyferryError } from '../../../core/contract/errors.ts';
import type { RunStep } from '../../../core/contract/fleet-runs.ts';
import { Redactor } from '../../../core/secrets/redaction.ts';
import type { Gateways } from '../../doctor/gateway.ts';
import { findOpenClaw } from '../../doctor/preflight.ts';
import { type BoxSeen, seeBox } from '../../doctor/see-box.ts';
import { Sessions } from '../../handshake/sessions.ts';
import { prepare, type StepChange } from '../../prepare/prepare.ts';
import { Commands, succeeded } from '../../programs/openclaw/commands.ts';
import type { BoxConnection } from '../../transports/transport.ts';
import { REACH_MS, type RunBox, step } from './steps.ts';

/** Milliseconds to see the box. */
const SEE_MS = 30_000;
/** Milliseconds for a gateway to restart: that of 2026.9.6 waits up to 315 s for turns that are under way, and then takes 90 s to start. */
const RESTART_MS = 8 * 60_000;

/** What was prepared, or would be. */
export interface Prepared {
  steps: RunStep[];
  /** Something would be done (a dry run), or has been. */
  isChanging: boolean;
  /** Why OpenClaw, or the gateway that runs, was left as it is. */
  held: string | undefined;
}

const HELD = 'A gateway runs: OpenClaw is replaced only with --restart-gateway.';
const FIXED =
  'A gateway runs that cannot be restarted from here: no unit of this user’s runs it, or not alone.';

/**
 * Looks what a box lacks, and installs it. An OpenClaw under a gateway that runs is replaced only where that can be, and is,
 * restarted afterwards, also by whoever comes after one that was lost in between: its parts are loaded as they are needed, from files that the new version no longer has. `done`: is given the steps
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
    const seen =
      replaces || options.restartGateway ? await seeBox(sessions, { signal, timeoutMs: SEE_MS }) : undefined;
    const gateways = seen?.facts.gateways;
    const serves = seen !== undefined && seen.facts.openclaw !== undefined && isServing(gateways);
    // Whoever was here before may have been lost between the program and the gateway.
    const isLeft = serves && !replaces && (await isOlder(sessions, seen, signal));
    const next = gatewayNext(gateways, { serves, replaces, isLeft, mayRestart: options.restartGateway });
    const isHeld = next.held !== undefined && replaces;
    const held = (steps: RunStep[]) =>
      steps.map((each) => (isHeld && each.step === 'openclaw' ? heldStep(each, seen) : each));
    const openclaw = isHeld ? seen?.facts.openclaw?.version : options.openclaw;
    // One that does not say its version cannot be told to stay.
    const isUnknown = isHeld && openclaw === undefined;
    if (options.dryRun || isUnknown || !(isChanging || next.restarts)) {
      const would = next.restarts ? [step('gateway', 'would', 'Restart the gateway.')] : [];
      return {
        steps: [...held(planned), ...would],
        isChanging: isChanging || next.restarts,
        held: next.held,
      };
    }
    await box.changing(async () => {
      const gatewayUnits = next.restarts ? unitsOf(gateways) : [];
      await told(sessions, box, { dryRun: false, openclaw, gatewayUnits }, done);
      if (next.restarts) done.push(await restart(sessions, gateways, signal));
    });
    return { steps: held(done), isChanging: true, held: next.held };
  } finally {
    await connection.close();
  }
}

/** Runs prepare, and answers what became of each step. */
async function told(
  sessions: BoxConnection,
  { options, signal }: RunBox,
  {
    dryRun,
    openclaw = options.openclaw,
    gatewayUnits,
  }: { dryRun: boolean; openclaw?: string | undefined; gatewayUnits?: readonly string[] },
  steps: RunStep[] = [],
): Promise<RunStep[]> {
  const { claude, nodeFrom, swap } = options;
  const tell = ({ step: name, state, words }: StepChange) => {
    if (state !== 'doing') steps.push(step(name, state, words));
  };
  await prepare(sessions, { signal, dryRun, claude, openclaw, nodeFrom, swap, gatewayUnits }, tell);
  return steps;
}

function isServing(gateways: Gateways | undefined): boolean {
  // Where it cannot be seen, one may.
  if (!gateways) return true;
  const { units, processes, others } = gateways;
  return processes.length + others.length > 0 || units.some(({ active }) => active === 'active');
}

/** Whether the gateway is restarted, or why it is let alone. It can be where a unit of this user's runs it, and nothing else one. */
export function gatewayNext(
  gateways: Gateways | undefined,
  { serves, replaces, isLeft, mayRestart }: Record<'serves' | 'replaces' | 'isLeft' | 'mayRestart', boolean>,
): { restarts: boolean; held: string | undefined } {
  if (!serves || !(replaces || isLeft)) return { restarts: false, held: undefined };
  if (!mayRestart) return { restarts: false, held: HELD };
  const active = gateways?.units.filter((unit) => unit.active === 'active') ?? [];
  const canRestart = active.length > 0 && active.every(({ key }) => key.startsWith('user/'));
  return canRestart && gateways?.others.length === 0
    ? { restarts: true, held: undefined }
    : { restarts: false, held: FIXED };
}

/** Of processes (`$2` and so on), whether one has begun before a file (`$1`) came to be. Its own time is what npm's archive says. */
const OLDER = `changed=$(stat -L -c %Z "$1") && shift || exit 1
for pid; do
  up=$(ps -o etimes= -p "$pid" 2>/dev/null) || continue
  [ $(($(date +%s) - up)) -lt "$changed" ] && echo older
done
exit 0`;

/** Whether a gateway runs on files that the OpenClaw there now has replaced; where that cannot be seen, not. */
async function isOlder(
  sessions: BoxConnection,
  { facts: { openclaw, gateways } }: BoxSeen,
  signal: AbortSignal,
): Promise<boolean> {
  const pids = (gateways?.processes ?? []).map(({ key }) => key.slice('process/'.length));
  return openclaw?.package !== undefined && (await begunBefore(sessions, openclaw.package, pids, signal));
}

export async function begunBefore(
  connection: BoxConnection,
  path: string,
  pids: readonly string[],
  signal: AbortSignal,
): Promise<boolean> {
  if (pids.length === 0) return false;
  const argv = ['sh', '-c', OLDER, 'sh', path, ...pids] as const;
  const { exit, stdout } = await connection.run({ argv }, { signal, timeoutMs: REACH_MS, maxBytes: 4_096 });
  if (exit.kind === 'lost') throw new KeyferryError('connection_lost', { detail: exit.reason });
  return stdout.includes('older');
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

async function restart(
  sessions: BoxConnection,
  before: Gateways | undefined,
  signal: AbortSignal,
): Promise<RunStep> {
  const found = await findOpenClaw(sessions, { signal, timeoutMs: SEE_MS });
  const commands = new Commands(sessions, found, new Redactor());
  // The store was converted, for which the gateway was stopped.
  const seen = await seeBox(sessions, { signal, timeoutMs: SEE_MS });
  if (isAnother(before, seen.facts.gateways) && !(await isOlder(sessions, seen, signal)))
    return answered(commands, 'The gateway was stopped while OpenClaw converted its store', {}, signal);
  return restartGateway(sessions, commands, unitsOf(before), signal);
}

/** The units of this user's that run the gateway, if nothing else does. */
function unitsOf(gateways: Gateways | undefined): string[] {
  const running = gateways?.units.filter(({ active }) => active === 'active') ?? [];
  const names = running.map(({ key }) => /^user\/([A-Za-z0-9][\w.:-]{0,200}\.service)$/.exec(key)?.[1]);
  const units = names.filter((name) => name !== undefined);
  return units.length === names.length ? units : [];
}

/** Whether no gateway runs any more that did before. One that has just been started may not be seen yet. */
export function isAnother(before: Gateways | undefined, now: Gateways | undefined): boolean {
  const old = new Set(before?.processes.map(({ key }) => key));
  return old.size > 0 && now !== undefined && !now.processes.some(({ key }) => old.has(key));
}

/** `$@`: units of this user's. */
const BY_SYSTEMD = `XDG_RUNTIME_DIR="\${XDG_RUNTIME_DIR:-/run/user/$(id -u)}" exec systemctl --user restart "$@"`;

/** What 2026.9.6 says where it cannot ask the machine's own systemd whose the gateway is: it has done nothing then. */
const REFUSED = /SERVICE_DEFINITION_UNKNOWN|system-ownership-unverified/;

/**
 * Has OpenClaw restart its gateway, or systemd the `units` that run it where OpenClaw says that it will not. That one has waited
 * for nothing, and what systemd does may cut a turn. What fails in any other way may be waiting for a customer's turn, and
 * nothing else is tried. `everyMs`: between two looks whether it answers. Throws
 * `gateway_down`.
 */
export async function restartGateway(
  connection: Pick<BoxConnection, 'run'>,
  commands: Pick<Commands, 'anyEnd' | 'gatewayCall'>,
  units: readonly string[],
  signal: AbortSignal,
  { everyMs = EVERY_MS, answersMs = ANSWERS_MS } = {},
): Promise<RunStep> {
  const limits = { signal, timeoutMs: RESTART_MS };
  const { exit, stdout, stderr } = await commands.anyEnd(['gateway', 'restart'], limits);
  if (exit.kind === 'exited' && exit.code === 0) return step('gateway', 'done', 'The gateway was restarted.');
  if (exit.kind === 'lost') throw new KeyferryError('connection_lost', { detail: exit.reason });
  const refused = '`openclaw gateway restart` failed';
  if (units.length === 0 || !REFUSED.test(`${stdout}\n${stderr}`))
    throw new KeyferryError('gateway_down', { detail: `${refused}.` });
  const ran = await connection.run({ argv: ['sh', '-c', BY_SYSTEMD, 'sh', ...units] }, limits);
  if (ran.exit.kind === 'lost') throw new KeyferryError('connection_lost', { detail: ran.exit.reason });
  if (ran.exit.kind !== 'exited' || ran.exit.code !== 0)
    throw new KeyferryError('gateway_down', { detail: `${refused}, and so did systemd.` });
  return answered(
    commands,
    `${refused}; systemd has restarted ${units.join(', ')}`,
    { everyMs, answersMs },
    signal,
  );
}

/** That the gateway answers after what was done (`words`). Throws `gateway_down`. */
async function answered(
  commands: Pick<Commands, 'gatewayCall'>,
  words: string,
  { everyMs = EVERY_MS, answersMs = ANSWERS_MS },
  signal: AbortSignal,
): Promise<RunStep> {
  const answers = await answersIn(commands, { everyMs, answersMs }, signal);
  if (answers === false)
    throw new KeyferryError('gateway_down', { detail: `${words}, and the gateway does not answer.` });
  const seen = answers ? 'and the gateway answers' : 'and whether the gateway answers could not be asked';
  return step('gateway', 'done', `${words}, ${seen}.`);
}

/** Milliseconds between two looks whether the gateway answers, for each of them, and for all: 2026.9.6 took 90 s to start. */
const EVERY_MS = 3_000;
const ANSWER_MS = 30_000;
const ANSWERS_MS = 4 * 60_000;
/** Its token is not where OpenClaw's command looks for it. */
const UNASKED = /gateway_credentials_required/;

/** Whether a gateway that was restarted answers in time; undefined: it cannot be asked. */
async function answersIn(
  commands: Pick<Commands, 'gatewayCall'>,
  { everyMs, answersMs }: { everyMs: number; answersMs: number },
  signal: AbortSignal,
): Promise<boolean | undefined> {
  const until = performance.now() + answersMs;
  do {
    const answer = await commands
      .gatewayCall('health', {}, { signal, timeoutMs: ANSWER_MS })
      .catch((thrown: unknown) => {
        signal.throwIfAborted();
        // A box that starts its gateway may be too busy for the one who asks: it is asked again.
        if (toKeyferryError(thrown).code !== 'box_call_timeout') throw thrown;
      });
    if (answer?.exit.kind === 'lost')
      throw new KeyferryError('connection_lost', { detail: answer.exit.reason });
    if (answer && succeeded(answer)) return true;
    if (answer && UNASKED.test(`${answer.stdout}\n${answer.stderr}`)) return undefined;
    await sleep(everyMs, undefined, { signal });
  } while (performance.now() < until);
  return false;
}
