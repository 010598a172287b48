import { setImmediate } from 'node:timers/promises';
import { type ErrorCode, KeyferryError, toKeyferryError } from '../../core/contract/errors.ts';
import { FIRST, type Method } from '../../core/contract/provider-names.ts';
import { claimedVersions } from '../../core/contract/versions.ts';
import { now } from '../../core/store/redis-clock.ts';
import { runScript } from '../boxes/script.ts';
import { Sessions } from '../handshake/sessions.ts';
import type { BoxConnection, CallLimits, Transport } from '../transports/transport.ts';
import { GATEWAY_SCRIPT, SCRIPT } from './doctor.script.ts';
import { type Facts, readFacts } from './facts.ts';
import { claudeFilesFindings } from './findings/claude-files.ts';
import { clockFindings, type Span } from './findings/clock.ts';
import { servingFindings } from './findings/gateway.ts';
import { machineFindings } from './findings/machine.ts';
import { methodsFindings, signsIn } from './findings/methods.ts';
import { modelsFindings } from './findings/models.ts';
import { EGRESS_HOSTS, keyNetworkFindings, networkFindings } from './findings/network.ts';
import { keyProgramFindings, programFindings } from './findings/programs.ts';
import { settingsFindings, statusFindings } from './findings/settings.ts';
import { finding } from './findings/why.ts';
import { packageOf, readGateways } from './gateway.ts';
import type { Finding, Report } from './report.ts';
import { type Serving, servingOf } from './serving.ts';
import { askStatus, type StatusFact } from './status.ts';
import { tryTerminal } from './terminal.ts';

export interface ExamineOptions {
  /** False: OpenClaw is not asked for its credentials and its default model, which takes a few seconds. */
  openclaw?: boolean;
  /** The ways to connect that the platform offers; default the one that is offered where nothing else is said. */
  methods?: readonly Method[] | undefined;
  /** OpenClaw's agent; default its own default agent. */
  agent?: string | undefined;
}

/** Milliseconds for the whole examination on the box. */
const EXAMINE_MS = 9_500;
/** The same, if a handshake would wait for what OpenClaw says about its configuration. */
const ASKED_FIRST_MS = 25_000;
/** Milliseconds before the end at which OpenClaw's status is abandoned. */
const BEFORE_END_MS = 1_000;
const SCRIPT_BYTES = 256 * 1024;
/** Errors which show that a box runs no plain shell in time. */
const OF_THE_SHELL = new Set<ErrorCode>([
  'box_unusable',
  'box_call_timeout',
  'box_flooded',
  'account_expired',
  'login_shell_closed',
]);

/** Reaches a box and examines it. A box that cannot be reached is a report too. Throws only when aborted. */
export async function doctor(
  transport: Transport,
  limits: CallLimits,
  options: ExamineOptions = {},
): Promise<Report> {
  const began = performance.now();
  let connection: BoxConnection | undefined;
  try {
    connection = await transport.connect(limits);
    const reached = finding('ssh', 'ok', reachedWords(transport.kind));
    const report = await examine(connection, limits, options);
    return { ...report, findings: [reached, ...report.findings], tookMs: performance.now() - began };
  } catch (thrown) {
    limits.signal.throwIfAborted();
    return unreached(toKeyferryError(thrown), performance.now() - began);
  } finally {
    await connection?.close();
  }
}

/**
 * Examines a box over an open connection, in two parallel sessions if sshd allows them; changes nothing on it. A box that runs no plain shell, or
 * does not answer in time, is a finding. Throws when aborted and when the connection is lost.
 */
export async function examine(
  connection: BoxConnection,
  { signal, timeoutMs }: CallLimits,
  options: ExamineOptions = {},
): Promise<Report> {
  const began = performance.now();
  const report = (findings: Finding[]) => ({ findings, tookMs: performance.now() - began });
  try {
    const limits = { signal, timeoutMs: Math.min(timeoutMs, EXAMINE_MS) };
    const atMostMs = Math.min(timeoutMs, ASKED_FIRST_MS);
    const sessions = new Sessions(connection);
    sessions.oneByOne();
    const serving = lookAtGateways(sessions, limits);
    const [{ facts, span }, status] = await Promise.all([
      gatherFacts(sessions, limits),
      statusOf(sessions, { signal, timeoutMs: atMostMs }, options, serving, began),
    ]);
    // Last: if sshd allows few sessions, the others come first.
    await tryTerminal(sessions, { signal, timeoutMs }, facts.tmux !== undefined);
    const findings = [
      finding('shell', 'ok', 'It runs a plain shell script.'),
      ...diagnose(facts, status, span, await serving, options.methods),
    ];
    const { claude, openclaw } = facts;
    const versions = claimedVersions({ claude: claude?.version, openclaw: openclaw?.version });
    return { ...report(findings), versions };
  } catch (thrown) {
    const error = toKeyferryError(thrown);
    if (!OF_THE_SHELL.has(error.code)) throw thrown;
    return report([blocked('shell', error)]);
  }
}

/** The pure half: what was seen on the box, judged. */
export function diagnose(
  facts: Facts,
  status: StatusFact,
  span: Span,
  serving?: Serving,
  methods: readonly Method[] = [FIRST.method],
): Finding[] {
  const isSignIn = signsIn(methods);
  return [
    ...(isSignIn ? programFindings : keyProgramFindings)(facts, serving),
    ...methodsFindings(facts, methods),
    ...(isSignIn ? claudeFilesFindings(facts) : []),
    // Claude Code alone needs AVX.
    ...machineFindings(facts).filter(({ id }) => isSignIn || id !== 'avx'),
    ...clockFindings(facts, span),
    ...(isSignIn ? networkFindings : keyNetworkFindings)(facts),
    ...settingsFindings(facts),
    ...servingFindings(serving),
    ...modelsFindings(facts, status),
    ...statusFindings(status, serving),
  ];
}

async function gatherFacts(
  connection: BoxConnection,
  limits: CallLimits,
): Promise<{ facts: Facts; span: Span }> {
  const began = now();
  const { exit, stdout, stderr } = await runScript(connection, EGRESS_HOSTS, {
    ...limits,
    input: SCRIPT,
    maxBytes: SCRIPT_BYTES,
  });
  // A shell that ends before it reads its input can close the channel before sshd reports how it ended; the
  // link has failed only if all of it is gone.
  if (exit.kind === 'lost' && (await isLost(connection)))
    throw new KeyferryError('connection_lost', { detail: exit.reason });
  return { facts: readFacts(stdout, stderr), span: { began, ended: now() } };
}

function isLost(connection: BoxConnection): Promise<boolean> {
  return Promise.race([connection.lost.then(() => true), setImmediate(false)]);
}

async function statusOf(
  connection: BoxConnection,
  { signal, timeoutMs }: CallLimits,
  { openclaw = true, agent }: ExamineOptions,
  serving: Promise<Serving | undefined>,
  began: number,
): Promise<StatusFact> {
  if (!openclaw) return { kind: 'left out' };
  const served = await serving;
  const isFirst = served === undefined || served.setting.toBeAsked || served.setting.namesAgents;
  const within = isFirst ? timeoutMs : Math.min(timeoutMs, EXAMINE_MS);
  const left = within - BEFORE_END_MS - (performance.now() - began);
  if (left <= 0) return { kind: 'late' };
  return askStatus(connection, { signal, timeoutMs: Math.round(left) }, agent, served);
}

/** Undefined if that cannot be seen: then nothing is known to be elsewhere. */
async function lookAtGateways(connection: BoxConnection, limits: CallLimits): Promise<Serving | undefined> {
  try {
    const { stdout } = await connection.run(
      { argv: ['sh', '-s'] },
      { ...limits, input: GATEWAY_SCRIPT, maxBytes: SCRIPT_BYTES },
    );
    const facts = readGateways(stdout);
    return facts && servingOf(facts, packageOf(stdout));
  } catch (thrown) {
    limits.signal.throwIfAborted();
    if (!(thrown instanceof KeyferryError)) throw thrown;
    return undefined;
  }
}

function reachedWords(kind: Transport['kind']): string {
  return kind === 'local' ? 'This machine.' : 'Connected; the host key is the pinned one.';
}

/** The report on a box that was not reached, or not even found. */
export function unreached(error: KeyferryError, tookMs = 0): Report {
  return { findings: [blocked('ssh', error)], tookMs };
}

/** With what the box printed: it is the evidence. */
function blocked(id: 'ssh' | 'shell', error: KeyferryError): Finding {
  const words = error.screen?.replaceAll(/\s+/g, ' ').trim();
  const seen = words ? `${error.message} It printed: “${words}”` : error.message;
  return finding(id, 'blocks', seen, { fix: error.row.next, error: error.code });
}
