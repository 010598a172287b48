import { KeyferryError } from '../../core/contract/errors.ts';
import { PROVIDERS, type ProviderRow } from '../../core/contract/providers.ts';
import { now } from '../../core/store/redis-clock.ts';
import { runScript } from '../boxes/script.ts';
import {
  type FoundProgram,
  type OpenClawOnBox,
  readOpenClawOnBox,
  readSurvey,
  type Survey,
  variablesOf,
} from '../boxes/survey.ts';
import type { BoxConnection, CallLimits } from '../transports/transport.ts';
import { EXAMINING } from './examining.script.ts';
import { type Facts, readFacts } from './facts.ts';
import { claudeFilesFindings } from './findings/claude-files.ts';
import { clockFindings, type Span } from './findings/clock.ts';
import { servingFindings } from './findings/gateway.ts';
import { machineFindings } from './findings/machine.ts';
import { programFindings } from './findings/programs.ts';
import type { Gateways } from './gateway.ts';
import type { Finding } from './report.ts';
import { type Serving, servingOf } from './serving.ts';

/** What a handshake knows about a box before it starts there. */
export interface Preflight extends Survey {
  /** Set for `claude` where it signs in, so that the gateway's `claude` finds that login. */
  loginEnv: Readonly<Record<string, string>>;
  /** Problems that a handshake can succeed in spite of, a sentence each. */
  warnings: readonly string[];
}

export interface PreflightOptions {
  /** An earlier attempt has left a token: the box is not turned away, whatever its state. */
  isLeft?: boolean;
  /** The holder that an earlier attempt may have left; the same applies to it. */
  holder?: string | undefined;
  /** Whose credential it is for: variables of others do not matter. */
  provider?: ProviderRow;
}

export const SCRIPT_BYTES = 64 * 1024;

/**
 * The doctor's examination for a handshake, in one round trip: no network, and only Node is started, for its version,
 * because the customer is waiting. It is quick, so one reading of the clock serves for its start and its end.
 */
export const SCRIPT = `${EXAMINING}
look_at() {
  describe_program "$1"
  [ -n "$found" ] && [ "$runs" = node ] && node_of "$1" "$(search node)" :
}
main() {
  now=$(date +%s)
  say clock.start "$now"
  say clock.end "$now"
  look_at claude &
  { look_at openclaw; examine_gateways; } &
  find_holders &
  examine_machine
  examine_settings
  examine_claude
  wait
  say path "$dirs"
  say end ok
}
main </dev/null
`;

/**
 * Examines the box before a handshake. Throws `claude_missing`, `openclaw_missing`, `box_unusable`, and the
 * error of the first finding that would make the handshake fail; except if an earlier attempt has left a token or
 * a program on the box, because then giving up costs the customer more than continuing.
 */
export async function preflight(
  connection: BoxConnection,
  limits: CallLimits,
  { isLeft = false, holder, provider = PROVIDERS.anthropic }: PreflightOptions = {},
): Promise<Preflight> {
  const began = now();
  const { stdout, stderr } = await runScript(connection, [], {
    ...limits,
    input: SCRIPT,
    maxBytes: SCRIPT_BYTES,
  });
  const seen = readPreflight(stdout, stderr, { began, ended: now() }, provider);
  const isHeld = holder !== undefined && seen.survey.holders.includes(holder);
  if (seen.obstacle && !isLeft && !isHeld) throw seen.obstacle;
  return { ...seen.survey, loginEnv: seen.loginEnv, warnings: seen.warnings };
}

/**
 * Looks for the OpenClaw that serves the customer, on a box that needs nothing else: what else is wrong there does not
 * matter. Throws `openclaw_missing`, `box_unusable`, and the reason why the gateway's store cannot be reached.
 */
export async function findOpenClaw(connection: BoxConnection, limits: CallLimits): Promise<OpenClawOnBox> {
  const { stdout, stderr } = await runScript(connection, [], {
    ...limits,
    input: SCRIPT,
    maxBytes: SCRIPT_BYTES,
  });
  return readOpenClaw(stdout, stderr);
}

/** The same, with the `claude` whose login the gateway's finds. Throws `claude_missing` as well. */
export async function findLogin(
  connection: BoxConnection,
  limits: CallLimits,
): Promise<OpenClawOnBox & Pick<Survey, 'claude'>> {
  const { stdout, stderr } = await runScript(connection, [], {
    ...limits,
    input: SCRIPT,
    maxBytes: SCRIPT_BYTES,
  });
  const openclaw = readOpenClaw(stdout, stderr);
  const { gateways, openclaw: found } = readFacts(stdout, stderr);
  const serving = gateways && servingOf(gateways, found?.package);
  const { claude } = readSurvey(stdout, stderr);
  return { ...openclaw, claude: { ...claude, env: serving?.loginEnv ?? {} } };
}

/** Its pure half. */
export function readOpenClaw(stdout: string, stderr: string): OpenClawOnBox {
  const found = readOpenClawOnBox(stdout, stderr);
  const { gateways, openclaw } = readFacts(stdout, stderr);
  const serving = gateways && servingOf(gateways, openclaw?.package);
  if (serving?.obstacle) throw new KeyferryError(serving.obstacle.error, { detail: serving.obstacle.seen });
  return {
    path: found.path,
    openclaw: servedBy(found.openclaw, serving),
    config: configOf(serving) ?? NOT_SEEN,
    ...gatewayOf(gateways),
  };
}

const gatewayOf = (gateways: Gateways | undefined): Pick<Survey, 'hasGateway'> =>
  gateways && gateways.processes.length > 0 ? { hasGateway: true } : {};

interface Seen {
  survey: Survey;
  loginEnv: Readonly<Record<string, string>>;
  warnings: string[];
  obstacle: KeyferryError | undefined;
}

/** The pure half: what the script printed, judged. Throws when it did not run to its end or a program is missing. */
export function readPreflight(stdout: string, stderr: string, span: Span, provider: ProviderRow): Seen {
  const survey = readSurvey(stdout, stderr);
  const facts = readFacts(stdout, stderr);
  const serving = facts.gateways && servingOf(facts.gateways, facts.openclaw?.package);
  const findings = [
    ...programFindings(facts, serving),
    ...claudeFilesFindings(facts),
    ...machineFindings(facts),
    ...clockFindings(facts, span),
    ...servingFindings(serving),
  ];
  const blocking = findings.find(({ status }) => status === 'blocks');
  const warnings = findings.filter((finding) => finding.status === 'warning' && !isUnasked(finding, facts));
  return {
    survey: {
      ...survey,
      openclaw: servedBy(survey.openclaw, serving),
      config: configOf(serving) ?? NOT_SEEN,
      ...gatewayOf(facts.gateways),
      memoryAvailable: facts.memory?.available || undefined,
    },
    loginEnv: serving?.loginEnv ?? {},
    warnings: [
      ...warnings.map(({ seen }) => seen),
      ...variablesOf(provider, facts.variables).map((variable) => `There is ${variable}.`),
    ],
    obstacle: blocking && obstacleOf(blocking),
  };
}

/** A program without a package reports its version only when it is started, which is not done here. */
function isUnasked({ id }: Finding, facts: Facts): boolean {
  return (id === 'claude' || id === 'openclaw') && facts[id]?.version === undefined;
}

function obstacleOf({ error = 'box_unusable', seen }: Finding): KeyferryError {
  return new KeyferryError(error, { detail: seen });
}

/** The OpenClaw to run: the gateway's own, if that is a different one, and with the gateway's store. */
export function servedBy(found: FoundProgram, serving: Serving | undefined): FoundProgram {
  if (!serving) return found;
  const { program, env } = serving;
  if (!program) return { ...found, env };
  const words = program.entry === undefined ? [] : [program.entry];
  return { path: program.path, version: program.version, words, env };
}

/** A configuration that the script has not seen: OpenClaw is asked. */
export const NOT_SEEN = { toBeAsked: true, namesAgents: true, namesKeys: true } as const;

export function configOf(serving: Serving | undefined): Survey['config'] {
  if (!serving) return undefined;
  const { toBeAsked, namesAgents, namesKeys } = serving.setting;
  return { toBeAsked, namesAgents, namesKeys };
}
