/**
 * The story of a key that the customer has brought, of an address of their own, or of both. Nothing is opened and nobody is
 * waited for:
 *
 *   preparing    which OpenClaw serves the customer?                   findOpenClaw
 *   installing   OpenClaw is told of the address, if there is one,     EndpointEntries
 *                under a name of its own;
 *                the key goes into a profile of its own                Replacement
 *   proving      a real turn that only it can answer; then it is put   Replacement
 *                first, and the one whose place it takes is removed
 *
 * An attempt that takes over opens the same envelope, and finds what the one before it left.
 */
import type { Endpoint } from '../../core/contract/endpoint.ts';
import type { ProviderRow } from '../../core/contract/providers.ts';
import { Secret } from '../../core/secrets/secret.ts';
import type { OpenClawOnBox } from '../boxes/survey.ts';
import { findOpenClaw } from '../doctor/preflight.ts';
import { fallbackBehind } from '../fallback/in-handshake.ts';
import { EndpointEntries, type Placement } from '../programs/openclaw/endpoint-entries.ts';
import { introduce } from '../programs/openclaw/introduction.ts';
import { OpenClaw } from '../programs/openclaw/openclaw.ts';
import { type Placed, Replacement, type Step } from '../programs/openclaw/replacement.ts';
import type { CallLimits } from '../transports/transport.ts';
import { choose, type Known, know, knowFor } from './choice.ts';
import type { Connected } from './ends.ts';
import { checkMethod } from './methods.ts';
import { ownKeyMemory } from './own-key-memory.ts';
import type { HandshakeParts } from './parts.ts';
import { Terminals } from './terminals.ts';

/** What OpenClaw wants in place of a key where an address has none (docs/providers/ollama of 2026.9.6). It is no secret. */
const NO_KEY = 'ollama-local';
/** Milliseconds to take out again what could not be proved. */
const TAKE_OUT_MS = 2 * 60_000;

/**
 * Puts it into OpenClaw and proves that this very one is used. From `preparing` on, on a box that was reached. `key` is
 * undefined where the provider has none.
 */
export async function bringKey(
  parts: HandshakeParts,
  provider: ProviderRow,
  key: Secret | undefined,
): Promise<Connected> {
  const { sessions, progress, redactor, evidence, options } = parts;
  if (key) redactor.add(key);
  progress.enter('preparing');
  const found = await findOpenClaw(sessions, progress.limits);
  evidence.foundOpenClaw(found);
  checkMethod(provider, 'api-key', found);
  sessions.oneByOne();
  progress.enter('installing');
  const limits = progress.limitsThrough('proving');
  const { endpoint } = options;
  const brought = new BroughtKey(parts, provider, key ?? new Secret(NO_KEY), found);
  const { profile, defaultModel, warnings } = endpoint
    ? await brought.withEndpoint(endpoint, limits)
    : await brought.alone(limits);
  const behind = { connection: sessions, survey: found, redactor, fallback: options.fallback };
  return {
    profile,
    model: defaultModel,
    tokenFingerprint: key?.fingerprint,
    hint: key?.hint,
    expiresAt: undefined,
    warnings: [...warnings, ...(await fallbackBehind(behind, () => progress.limits))],
  };
}

class BroughtKey {
  readonly #parts: HandshakeParts;
  readonly #provider: ProviderRow;
  readonly #secret: Secret;
  readonly #found: OpenClawOnBox;

  constructor(parts: HandshakeParts, provider: ProviderRow, secret: Secret, found: OpenClawOnBox) {
    this.#parts = parts;
    this.#provider = provider;
    this.#secret = secret;
    this.#found = found;
  }

  /** For a provider that OpenClaw knows, or that its row describes. */
  async alone(limits: CallLimits): Promise<Placed> {
    const openclaw = this.#openclaw(this.#provider);
    const { version } = this.#found.openclaw;
    const notes = await introduce(openclaw.commands, this.#provider, version, limits);
    const known = await knowFor(openclaw, this.#parts.options, limits);
    const model = await choose(openclaw, known, limits, this.#parts.options.model);
    const placed = await this.#place(openclaw, known, model, {}, limits);
    return { ...placed, warnings: [...notes, ...placed.warnings] };
  }

  /** For an address of the customer's own: what it replaces stays until it is proved, and what is not proved goes again. */
  async withEndpoint(endpoint: Endpoint, limits: CallLimits): Promise<Placed> {
    const first = this.#openclaw(this.#provider);
    const known = await know(first, limits);
    const { before } = known;
    const { options } = this.#parts;
    const { replaces } = options.known ?? {};
    const { agent } = first.recipient;
    const entries = new EndpointEntries(first.commands, this.#provider, agent);
    const { version } = this.#found.openclaw;
    const placement = await entries.place(endpoint, before, options.known ?? {}, version, limits);
    const openclaw = this.#openclaw(placement.row);
    openclaw.recipient = { ...first.recipient, profile: placement.row.openclaw.profile };
    // What the replaced one answers must not be left to nobody.
    const isInUse = before.resolvedDefault.startsWith(`${placement.replaced}/`);
    const becomes = isInUse ? { becomesDefault: true } : {};
    try {
      const placed = await this.#place(openclaw, known, placement.model, becomes, limits);
      const gone = await entries.replace(placement, replaces?.hint, before, limits);
      return { ...placed, warnings: [...placement.notes, ...placed.warnings, ...gone] };
    } catch (thrown) {
      await this.#takeOut(entries, placement, limits);
      throw thrown;
    }
  }

  #openclaw(provider: ProviderRow): OpenClaw {
    const { sessions, redactor, options } = this.#parts;
    return new OpenClaw(sessions, this.#found, { agent: options.agent, provider, redactor });
  }

  #place(
    openclaw: OpenClaw,
    { before, isOverridden }: Known,
    model: string,
    more: { becomesDefault?: boolean },
    limits: CallLimits,
  ): Promise<Placed> {
    const { options, progress } = this.#parts;
    const { keyMethod: method = 'api-key' } = options;
    const credential = {
      ...options.known,
      ...more,
      secret: this.#secret,
      method,
      model,
      before,
      isOverridden,
    };
    return new Replacement(openclaw, credential, {
      openPrompt: () => new Terminals(this.#parts).prompt(openclaw, openclaw.provider, limits),
      ownKey: ownKeyMemory(options),
      onStep: (step: Step) => {
        if (step === 'proving') progress.enter('proving');
      },
    }).run(limits);
  }

  /** Unless another attempt goes on from it, or it may answer for somebody. Never throws. */
  async #takeOut(
    entries: EndpointEntries,
    { id, isSpare }: Placement,
    { signal }: CallLimits,
  ): Promise<void> {
    if (!isSpare || signal.aborted) return;
    await entries.remove(id, { signal, timeoutMs: TAKE_OUT_MS }).catch(() => undefined);
  }
}
