/**
 * The end of a connection, on the box: OpenClaw removes the profile that Keyferry stored there, and says itself that it is
 * gone; or Claude Code signs out (login-removal.ts). Nothing else is changed. A credential stays valid at its provider: only
 * the customer can revoke it there.
 */
import { toKeyferryError } from '../../core/contract/errors.ts';
import type { ProviderRow } from '../../core/contract/providers.ts';
import type { PlatformProvider } from '../../core/process/platform-provider.ts';
import { Redactor } from '../../core/secrets/redaction.ts';
import { redactedError } from '../boxes/redacted-error.ts';
import type { OpenClawOnBox } from '../boxes/survey.ts';
import { findLogin, findOpenClaw } from '../doctor/preflight.ts';
import { type BackToPlatform, backToPlatform } from '../fallback/after-removal.ts';
import { Fallback } from '../fallback/fallback.ts';
import { Sessions } from '../handshake/sessions.ts';
import { LoginBeside } from '../programs/claude/login-beside.ts';
import { ClaudeLogin } from '../programs/claude/login-status.ts';
import { Commands } from '../programs/openclaw/commands.ts';
import { EndpointEntries } from '../programs/openclaw/endpoint-entries.ts';
import { leftoversOf } from '../programs/openclaw/leftovers.ts';
import { listedProfiles, type Status } from '../programs/openclaw/models-status.ts';
import { ProfileRemoval, type Removed, type Target } from '../programs/openclaw/profile-removal.ts';
import { defaultWithout } from '../programs/openclaw/profile-trace.ts';
import { withVersion } from '../programs/version.ts';
import type { BoxConnection, CallLimits, Transport } from '../transports/transport.ts';

import { removeLogin } from './login-removal.ts';
import { Witness } from './witness.ts';

export interface DisconnectOptions {
  /** Aborting ends it; the reason is thrown. */
  signal: AbortSignal;
  /** Only from this agent's store; by default from every one that has it. */
  agent?: string | undefined;
  /** The platform's own provider, whose model answers again if it is on the box and nothing else is left. */
  platform?: PlatformProvider | undefined;
  /** Hears what is seen, for a receipt. */
  witness?: Witness | undefined;
}

/** What was done on the box, and proved. */
export interface Disconnected {
  outcome: Removed;
  /** What is left on the box that people should know, a sentence each. */
  notes: string[];
}

/** Milliseconds to reach the box, and to find OpenClaw there. */
const REACH_MS = 20_000;
const FIND_MS = 30_000;
/** Milliseconds for each of its commands: some take 15 s of processor in 2026.9.6, and 138 s on a busy box in 2026.4.15. */
const COMMAND_MS = 4 * 60_000;

/**
 * Removes a profile from a box and proves that it is gone; one that is not there is gone already. Throws a
 * `KeyferryError`, redacted, and then the profile may still be there.
 */
export async function disconnect(
  transport: Transport,
  target: Target,
  { signal, agent, platform, witness = new Witness() }: DisconnectOptions,
): Promise<Disconnected> {
  const redactor = new Redactor();
  const within = (timeoutMs: number): CallLimits => ({ signal, timeoutMs });
  let connection: BoxConnection | undefined;
  try {
    connection = await transport.connect(within(REACH_MS));
    const sessions = new Sessions(connection);
    const { provider } = target;
    if (target.profile === provider.openclaw.loginProfile)
      return await signOut(sessions, redactor, target, within, { platform, witness });
    const openclaw = await findOpenClaw(sessions, within(FIND_MS));
    const saw = (what: Removed | 'clean', whose: string | undefined) =>
      what === 'clean'
        ? witness.saw('listing', what, { agent: whose })
        : witness.saw('profile', what, { agent: whose });
    const removal = new ProfileRemoval(new Commands(sessions, openclaw, redactor), target, saw);
    const limits = within(COMMAND_MS);
    const isAll = agent === undefined && openclaw.config?.namesAgents !== false;
    const agents = isAll ? await removal.agents(limits) : [agent];
    const { outcome, status } = await removal.removeFrom(agents, limits);
    if (removal.warnings.size > 0) witness.missed('gateway');
    const parts = { connection: sessions, survey: openclaw, redactor, agent: agent ?? agents[0] };
    const fallback = platform && new Fallback({ ...parts, platform });
    const back = fallback && (await backToPlatform(fallback, status, provider, limits));
    const notes = [...removal.warnings];
    // The address goes with its last credential.
    if (provider.endpoint && outcome !== 'replaced' && listedProfiles(status, provider).length === 0) {
      const entries = new EndpointEntries(new Commands(sessions, openclaw, redactor), provider, agent);
      const gone = await entries.remove(provider.openclaw.id, limits);
      witness.saw('address', 'removed');
      if (back?.isDefault) witness.saw('default-model', 'platform');
      else witness.missed('default-model');
      notes.push(...(back === undefined ? [] : [back.note]), ...gone);
    } else {
      sawDefault(witness, status, provider, back, platform);
      const left = back?.note ?? defaultWithout(status, provider);
      if (left !== undefined) notes.push(left);
    }
    await searchFiles(sessions, openclaw, target, outcome, { witness, limits });
    return { outcome, notes };
  } catch (thrown) {
    throw redactedError(toKeyferryError(signal.aborted ? signal.reason : thrown), redactor);
  } finally {
    await connection?.close();
  }
}

async function signOut(
  sessions: Sessions,
  redactor: Redactor,
  { provider, account }: Target,
  within: (timeoutMs: number) => CallLimits,
  { platform, witness }: { platform: PlatformProvider | undefined; witness: Witness },
): Promise<Disconnected> {
  const limits = within(COMMAND_MS);
  const box = await findLogin(sessions, within(FIND_MS));
  const program = await withVersion(sessions, box, box.claude, limits.signal);
  const claude = new ClaudeLogin(sessions, { ...box, claude: program }, redactor);
  const commands = new Commands(sessions, box, redactor);
  const saw = (what: Removed | 'clean' | 'revoked') =>
    what === 'revoked' ? witness.saw('provider', what) : witness.saw('login', what);
  // What Claude Code keeps, and where, is its own: Keyferry has never had it, and so cannot know it again.
  witness.missed('files');
  const { outcome, status, notes } = await removeLogin(claude, commands, { provider, account, saw }, limits);
  // What a sign-in whose worker died has left beside it is a login, too.
  await LoginBeside.remove(sessions, { ...box, claude: program }, limits);
  if (outcome === 'replaced') return { outcome, notes };
  const parts = { connection: sessions, survey: box, redactor, agent: undefined };
  const back =
    platform && (await backToPlatform(new Fallback({ ...parts, platform }), status, provider, limits));
  sawDefault(witness, status, provider, back, platform);
  const left = back?.note ?? defaultWithout(status, provider);
  return { outcome, notes: [...notes, ...(left === undefined ? [] : [left])] };
}

/** `status`: from after the removal. */
function sawDefault(
  witness: Witness,
  { resolvedDefault }: Status,
  { openclaw }: ProviderRow,
  back: BackToPlatform | undefined,
  platform: PlatformProvider | undefined,
): void {
  if (back?.isDefault) witness.saw('default-model', 'platform');
  else if (back || resolvedDefault === '') witness.missed('default-model');
  else if (resolvedDefault.startsWith(`${openclaw.id}/`)) witness.saw('default-model', 'same');
  else if (platform && resolvedDefault.startsWith(`${platform.name}/`))
    witness.saw('default-model', 'platform');
  else witness.saw('default-model', 'other');
}

/** Whether OpenClaw's own files still hold it, such as what an update of OpenClaw has put aside. */
async function searchFiles(
  connection: BoxConnection,
  openclaw: OpenClawOnBox,
  { hint, account: fingerprint }: Target,
  outcome: Removed,
  { witness, limits }: { witness: Witness; limits: CallLimits },
): Promise<void> {
  const isKnown = hint !== undefined && fingerprint !== undefined && outcome !== 'replaced';
  const seen = isKnown ? await leftoversOf(connection, openclaw, { hint, fingerprint }, limits) : undefined;
  if (!seen?.isWhole) witness.missed('files');
  if (!seen) return;
  const { found, cleaned, isWhole } = seen;
  if (cleaned.length > 0) witness.saw('files', 'removed', { files: cleaned });
  if (found.length > 0) witness.saw('files', 'found', { files: found });
  else if (isWhole) witness.saw('files', 'clean');
}
