/**
 * The story of a key that the customer has brought. Nothing is opened and nobody is waited for:
 *
 *   preparing    which OpenClaw serves the customer?                   findOpenClaw
 *   installing   the key goes into a profile of its own                Replacement
 *   proving      a real turn that only it can answer; then it is put   Replacement
 *                first, and the one whose place it takes is removed
 *
 * An attempt that takes over opens the same envelope, and the replacement finds what the one before it left.
 */
import type { ProviderRow } from '../../core/contract/providers.ts';
import type { Secret } from '../../core/secrets/secret.ts';
import { findOpenClaw } from '../doctor/preflight.ts';
import { introduce } from '../programs/openclaw/introduction.ts';
import { OpenClaw } from '../programs/openclaw/openclaw.ts';
import { Replacement, type Step } from '../programs/openclaw/replacement.ts';
import { choose, know } from './choice.ts';
import type { Connected } from './ends.ts';
import { checkMethod } from './methods.ts';
import type { HandshakeParts } from './parts.ts';
import { Terminals } from './terminals.ts';

/** Puts a key into OpenClaw and proves that this very one is used. From `preparing` on, on a box that was reached. */
export async function bringKey(
  parts: HandshakeParts,
  provider: ProviderRow,
  key: Secret,
): Promise<Connected> {
  const { sessions, progress, redactor, evidence, options } = parts;
  redactor.add(key);
  progress.enter('preparing');
  const found = await findOpenClaw(sessions, progress.limits);
  evidence.foundOpenClaw(found);
  checkMethod(provider, 'api-key', found);
  sessions.oneByOne();
  const openclaw = new OpenClaw(sessions, found, { agent: options.agent, provider, redactor });

  progress.enter('installing');
  const limits = progress.limitsThrough('proving');
  const notes = await introduce(openclaw.commands, provider, found.openclaw.version, limits);
  const known = await know(openclaw, limits);
  const model = await choose(openclaw, known, limits, options.model);
  const { before } = known;
  const { keyMethod: method = 'api-key' } = options;
  const credential = { ...options.known, secret: key, method, model, before };
  const replacement = new Replacement(openclaw, credential, {
    openPrompt: () => new Terminals(parts).prompt(openclaw, provider, limits),
    onStep: (step: Step) => {
      if (step === 'proving') progress.enter('proving');
    },
  });
  const { profile, defaultModel, warnings } = await replacement.run(limits);
  return {
    profile,
    model: defaultModel,
    tokenFingerprint: key.fingerprint,
    hint: key.hint,
    expiresAt: undefined,
    warnings: [...notes, ...warnings],
  };
}
