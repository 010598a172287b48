import { KeyferryError } from '../../../core/contract/errors.ts';
import type { RunStep } from '../../../core/contract/fleet-runs.ts';
import type { PlatformProvider } from '../../../core/process/platform-provider.ts';
import { customerKey } from '../../fallback/customer-key.ts';
import { onBox } from '../../fallback/on-box.ts';
import { type RunBox, step } from './steps.ts';

const NAME = 'fallback';

/**
 * Sees to it that the platform's own provider is in the box's configuration, behind everything else. It becomes the default
 * model only where nothing else on the box could answer.
 */
export async function putFallback(platform: PlatformProvider, box: RunBox): Promise<RunStep> {
  const { transport, agent, signal, customer, options } = box;
  return onBox(transport, { platform, agent, signal }, async (fallback, limits) => {
    const { model } = fallback;
    const before = await fallback.state(limits);
    if (before.state === 'set' && before.hasKey) return step(NAME, 'there', `${model} is the last fallback.`);
    if (options.dryRun) return step(NAME, 'would', `Make ${model} the last fallback.`);
    const key = () => customerKey(platform, customer, signal);
    const notes = await box.changing(() => fallback.ensure(key, limits, { whole: true }));
    const { state, hasKey, isDefault } = await fallback.state(limits);
    if (state !== 'set' || !hasKey)
      throw new KeyferryError('openclaw_failed', { detail: `${model} is not in place afterwards.` });
    const words = isDefault ? 'is the last fallback, and the default model for now' : 'is the last fallback';
    return step(NAME, 'done', [`${model} ${words}.`, ...notes].join(' '));
  });
}
