import type { ErrorCode } from '../../core/contract/errors.ts';
import { GATEWAY_VARIABLES } from './gateway.script.ts';
import type { GatewayProgram, Gateways, GatewayUnit, Setting } from './gateway.ts';

/** The OpenClaw that answers the customer's chats: the handshake installs into it and proves it. */
export interface Serving {
  setting: Setting;
  /** Set for every `openclaw` that we run, so that it uses that gateway's store; empty if this session's store is the same. */
  env: Readonly<Record<string, string>>;
  /** Set for the `claude` that signs in, so that the login is the one that the gateway's `claude` has. */
  loginEnv: Readonly<Record<string, string>>;
  /** The gateway's own, if it differs from the one that was found. */
  program: GatewayProgram | undefined;
  /** What was seen, a sentence. */
  seen: string;
  /** Problems that the handshake can succeed in spite of, a sentence each. */
  warnings: readonly string[];
  obstacle: Obstacle | undefined;
}

export interface Obstacle {
  error: ErrorCode;
  seen: string;
  fix: string;
}

const LIVE = new Set(['active', 'activating', 'reloading']);
const OFF = new Set(['disabled', 'masked']);

/**
 * Which OpenClaw serves the customer: the gateway that runs as this user, otherwise the one that a unit would run,
 * otherwise this session's. `found`: the package.json of the OpenClaw that was found.
 */
export function servingOf(gateways: Gateways, found: string | undefined): Serving {
  const { session, processes, user } = gateways;
  const counting = countingUnits(gateways.units);
  const isOurs = (unit: GatewayUnit) =>
    unit.key.startsWith('user/') ||
    (unit.user === '' ? user.uid === '0' : [user.name, user.uid].includes(unit.user));
  const ours = counting.filter(isOurs);
  const theirs = counting.filter((unit) => !isOurs(unit));
  const here = distinct(processes.length > 0 ? processes : ours);
  const same = here.find((one) => storeOf(one) === storeOf(session));
  const setting = same ?? here[0] ?? session;
  const unit = ours.find((one) => storeOf(one) === storeOf(setting));
  const program = unit?.program && unit.program.package !== found ? unit.program : undefined;
  const env = storeOf(setting) === storeOf(session) ? {} : difference(session, setting);
  return {
    setting,
    env,
    loginEnv: loginDifference(session, setting),
    program,
    seen: seenWords(setting, env, program),
    warnings: [
      ...here
        .filter((one) => one !== setting && same)
        .map((one) => `Another gateway (${one.key}) has a store of its own, ${storeOf(one)}.`),
      ...(here.length > 0 ? theirs : []).map(
        (one) => `The unit ${one.key} runs a gateway as ${one.user || 'root'}, with a store of its own.`,
      ),
      ...(here.length === 0 && theirs.length === 0 ? gateways.others : []).map(
        ({ name }) => `A gateway runs as ${name}; what this user installs does not reach it.`,
      ),
      ...(unit?.gone ? [`The unit ${unit.key} starts ${unit.gone}, which is not there.`] : []),
      ...(unit?.unread ? [`The unit ${unit.key} reads ${unit.unread}, which this user may not read.`] : []),
    ].slice(0, 5),
    obstacle: obstacleOf(gateways, { here, same, theirs, setting }),
  };
}

interface Candidates {
  here: readonly Setting[];
  same: Setting | undefined;
  theirs: readonly GatewayUnit[];
  setting: Setting;
}

function obstacleOf(
  { session, user, others, listening }: Gateways,
  { here, same, theirs, setting }: Candidates,
): Obstacle | undefined {
  const [other] = theirs;
  if (here.length === 0 && other)
    return {
      error: 'gateway_elsewhere',
      seen: `The unit ${other.key} runs the gateway as ${other.user || 'root'}, and this session is ${user.name}'s.`,
      fix: `Connect as ${other.user || 'root'}, or let the unit run the gateway as ${user.name}.`,
    };
  const its = listening.find(({ uid }) => others.some((one) => one.uid === uid));
  if (here.length === 0 && its) {
    const whose = others.find(({ uid }) => uid === its.uid)?.name ?? its.uid;
    return {
      error: 'gateway_elsewhere',
      seen: `The gateway on port ${its.port}, which this session's OpenClaw names as its own (${its.where}), runs as ${whose}, and this session is ${user.name}'s.`,
      fix: `Connect as ${whose}, or run the gateway as ${user.name}.`,
    };
  }
  if (here.length > 1 && !same)
    return {
      error: 'gateway_elsewhere',
      seen: `There are gateways with different stores, none of them this session's: ${here
        .map((one) => `${one.key} (${storeOf(one)})`)
        .slice(0, 5)
        .join(', ')}.`,
      fix: 'Stop and disable the gateways that are not needed.',
    };
  if (setting.readOnly || session.readOnly)
    return {
      error: 'openclaw_read_only',
      seen: `OPENCLAW_NIX_MODE or OPENCLAW_CONFIG_READONLY is set (${setting.readOnly ? setting.key : 'session'}).`,
      fix: 'Remove the variable, or add the sign-in where the configuration is managed.',
    };
  if (setting !== session && !setting.writable)
    return {
      error: 'gateway_elsewhere',
      seen: `This user may not write ${storeOf(setting)}, the store of the gateway (${setting.key}).`,
      fix: `Make ${user.name} its owner, or connect as the user who owns it.`,
    };
  return undefined;
}

/** The units that run; if none is known to, those that could. */
function countingUnits(units: readonly GatewayUnit[]): GatewayUnit[] {
  const live = units.filter(({ active }) => active !== undefined && LIVE.has(active));
  if (live.length > 0) return live;
  return units.filter(({ active, enabled }) => active === undefined || !OFF.has(enabled ?? ''));
}

/** One of each store. */
function distinct<T extends Setting>(settings: readonly T[]): T[] {
  return settings.filter((one, at) => settings.findIndex((other) => storeOf(other) === storeOf(one)) === at);
}

/** Where an OpenClaw with this setting keeps its data, in words. OPENCLAW_PROFILE alone moves nothing (2026.9.6). */
function storeOf({ given }: Setting): string {
  const home = given.get('HOME') ?? '~';
  const whole = (path: string, at: string) => path.replace(/^~(?=\/|$)/, at).replace(/(?<=.)\/+$/, '');
  const at = whole(given.get('OPENCLAW_HOME') ?? home, home);
  const state = whole(given.get('OPENCLAW_STATE_DIR') ?? `${at}/.openclaw`, at);
  const config = whole(given.get('OPENCLAW_CONFIG_PATH') ?? `${state}/openclaw.json`, at);
  const agent = given.get('OPENCLAW_AGENT_DIR');
  return [
    state,
    ...(config === `${state}/openclaw.json` ? [] : [config]),
    ...(agent === undefined ? [] : [whole(agent, at)]),
  ].join(' with ');
}

/** An empty value counts as none for OpenClaw (2026.4.15 to 2026.9.6). */
function difference(session: Setting, gateway: Setting): Record<string, string> {
  const changed = GATEWAY_VARIABLES.filter((name) => session.given.get(name) !== gateway.given.get(name));
  return Object.fromEntries(changed.map((name) => [name, gateway.given.get(name) ?? '']));
}

/** Claude Code keeps its login in CLAUDE_CONFIG_DIR, otherwise in ~/.claude. */
function loginDifference(session: Setting, gateway: Setting): Record<string, string> {
  const home = gateway.given.get('HOME') || session.given.get('HOME');
  const own = gateway.given.get('CLAUDE_CONFIG_DIR');
  const directory = own || (session.given.get('CLAUDE_CONFIG_DIR') ? `${home}/.claude` : undefined);
  return {
    ...(home && home !== session.given.get('HOME') ? { HOME: home } : {}),
    ...(directory === undefined ? {} : { CLAUDE_CONFIG_DIR: directory }),
  };
}

function seenWords(
  setting: Setting,
  env: Readonly<Record<string, string>>,
  program: GatewayProgram | undefined,
): string {
  const own = program ? ` It runs ${program.entry ?? program.path}, which Keyferry uses as well.` : '';
  if (setting.key === 'session') return 'There is no gateway with a store of its own.';
  if (Object.keys(env).length === 0) return `The gateway (${setting.key}) has this session's store.${own}`;
  return `The gateway (${setting.key}) has its store at ${storeOf(setting)}; Keyferry installs there.${own}`;
}
