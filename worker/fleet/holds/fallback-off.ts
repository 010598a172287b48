import { KeyferryError } from '../../../core/contract/errors.ts';
import { customerKey } from '../../fallback/customer-key.ts';
import type { Fallback } from '../../fallback/fallback.ts';
import { onBox } from '../../fallback/on-box.ts';
import type { CallLimits } from '../../transports/transport.ts';
import type { HoldStep, OnHeldBox } from './hold.ts';

/** The platform's own models are taken off the box, with their key, and put back behind everything else. */
export const fallbackOff: HoldStep = {
  see: (on) => onFallback(on, async (fallback, limits) => ({ state: (await fallback.state(limits)).state })),

  // A handshake may have put it there meanwhile.
  merge: (held, now) => (now.state === 'absent' ? held : now),

  take: (on) =>
    onFallback(on, async (fallback, limits) => {
      if ((await fallback.state(limits)).state === 'absent') return;
      await fallback.remove(limits);
      if ((await fallback.state(limits)).state !== 'absent') throw notSo('is still on the box');
    }),

  back: (on, { state }) =>
    onFallback(on, async (fallback, limits) => {
      if (state === 'absent') return;
      const { platform, customer, signal } = on;
      await fallback.ensure(() => customerKey(platformOf(platform), customer, signal), limits, {
        whole: true,
      });
      if ((await fallback.state(limits)).state !== 'set') throw notSo('is not in place');
    }),
};

function onFallback<T>(
  { transport, agent, platform, signal }: OnHeldBox,
  work: (fallback: Fallback, limits: CallLimits) => Promise<T>,
): Promise<T> {
  return onBox(transport, { platform: platformOf(platform), agent, signal }, work);
}

/** Throws where the platform has none any more: what is left of it on the box is `keyferry fallback`'s. */
function platformOf(platform: OnHeldBox['platform']) {
  if (platform) return platform;
  throw new KeyferryError('platform_key_missing', { detail: 'PLATFORM_PROVIDER is not set any more.' });
}

const notSo = (what: string) =>
  new KeyferryError('openclaw_failed', { detail: `The platform's own provider ${what} afterwards.` });
