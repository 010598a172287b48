/**
 * A token goes into OpenClaw by the way that fits what is there:
 *
 *   nothing of the provider's    the quick way: pasted at once, under OpenClaw's own name    Delivery
 *   anything                     into a profile of its own, proved, and only then put in     Replacement
 *                                front; the one whose place it takes goes
 */
import type { Secret } from '../../core/secrets/secret.ts';
import { listedProfiles } from '../programs/openclaw/models-status.ts';
import type { OpenClaw } from '../programs/openclaw/openclaw.ts';
import { Replacement, type Step } from '../programs/openclaw/replacement.ts';
import { stillThere } from '../still-there.ts';
import { atMost } from '../transports/deadline.ts';
import { Delivery } from './delivery.ts';
import type { HandshakeOptions } from './options.ts';
import { ownKeyMemory } from './own-key-memory.ts';
import { pinned } from './pins.ts';
import type { Progress } from './progress.ts';
import type { Readiness } from './readiness.ts';

/** Milliseconds for taking back, beside what the handshake still has. */
const TAKE_BACK_MS = 2 * 60_000;

export interface TokenDeliveryParts {
  openclaw: OpenClaw;
  readiness: Readiness;
  progress: Progress;
  options: Pick<HandshakeOptions, 'known' | 'liveProof' | 'durability'>;
  /** OpenClaw has the token. */
  onStored: () => void;
}

export interface Delivered {
  /** OpenClaw's name for it. */
  profile: string;
  model: string;
  warnings: string[];
}

/** `installing` and `proving` of a token that a sign-in has made. If it fails, the box is as it was. */
export async function deliverToken(token: Secret, parts: TokenDeliveryParts): Promise<Delivered> {
  const { openclaw, readiness, progress } = parts;
  progress.enter('installing');
  readiness.endEarly();
  const { before, isOverridden } = await progress.within(readiness.settled());
  const isFirst = !isOverridden && listedProfiles(before, openclaw.provider).length === 0;
  return isFirst ? deliverFirst(token, parts) : deliverBeside(token, parts);
}

async function deliverFirst(token: Secret, parts: TokenDeliveryParts): Promise<Delivered> {
  const { openclaw, readiness, progress, options, onStored } = parts;
  const delivery = new Delivery(token, openclaw, readiness, progress, options);
  try {
    const model = await delivery.install();
    progress.enter('proving');
    onStored();
    const warnings = await delivery.prove(model);
    return { profile: openclaw.recipient.profile, model, warnings };
  } catch (thrown) {
    const signal = stillThere(progress.signal);
    if (signal) await atMost(TAKE_BACK_MS, delivery.takeBack({ signal, timeoutMs: TAKE_BACK_MS }));
    throw thrown;
  }
}

async function deliverBeside(token: Secret, parts: TokenDeliveryParts): Promise<Delivered> {
  const { openclaw, readiness, progress, options, onStored } = parts;
  const { known, liveProof } = options;
  const { model, before, isOverridden } = await progress.within(readiness.choice());
  await progress.within(readiness.checkWanted());
  let pinning: Promise<string[] | undefined> = Promise.resolve([]);
  const credential = { ...known, secret: token, method: 'setup-token', model, before, isOverridden };
  const replacement = new Replacement(
    openclaw,
    { ...credential, isMinted: true, becomesDefault: true },
    {
      openPrompt: () => readiness.prompt(),
      modelChange: readiness.modelChange,
      liveProof,
      ownKey: ownKeyMemory(options),
      onStep: (step: Step) => {
        if (step !== 'proving') return;
        progress.enter('proving');
        onStored();
        pinning = readiness.pins().catch(() => undefined);
      },
    },
  );
  const { profile, staying, warnings } = await replacement.run(progress.limitsThrough('proving'));
  // Where there is a record, it says whose they are.
  const beside = known?.keep === undefined && staying.length > 0 ? [stays(staying)] : [];
  return { profile, model, warnings: [...warnings, ...beside, ...(await pinned(pinning))] };
}

const MOST_NAMED = 10;

function stays(profiles: readonly string[]): string {
  const named = profiles.slice(0, MOST_NAMED).join(', ');
  const more = profiles.length > MOST_NAMED ? ` and ${profiles.length - MOST_NAMED} others` : '';
  return `Behind the new one OpenClaw still has ${named}${more}; none of them was removed.`;
}
