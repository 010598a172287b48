import type { Offer } from '../../core/contract/http-api.ts';
import { checkKey, type KeyCheck } from '../../core/contract/key.ts';
import { holdsSecret } from '../../core/contract/provider-names.ts';
import { rowOf } from '../../core/contract/providers.ts';
import { errorText, say } from '../messages/say.ts';
import type { Turn } from '../model/page-screen.ts';
import { methodsOf, nameOf } from '../model/ways.ts';

/** What is said of a text in the field, and what it is. */
export interface Looked {
  text: string;
  isProblem: boolean;
  /** Present if it can be sent. */
  key?: string;
  /** Where it belongs instead, if that is to be had. */
  instead?: Turn;
}

/** Looks at what was put into the field for a provider's key. */
export function look(pasted: string, provider: string, offers: readonly Offer[] = []): Looked {
  const row = rowOf(provider);
  if (pasted.trim() === '' || !row) return { text: say('key.missing'), isProblem: true };
  const check = checkKey(pasted, row);
  return check.ok ? fits(check.key) : refused(check, offers);
}

/** The end of a key shows which one it is, as the provider's own list does; of a short one it would be too much. */
function fits(key: string): Looked {
  const text = key.length < 24 ? say('key.fitsShort') : say('key.fits', { end: key.slice(-4) });
  return { text, isProblem: false, key };
}

function refused({ error, provider }: KeyCheck & { ok: false }, offers: readonly Offer[]): Looked {
  const isOthers = error === 'key_of_other_provider' && provider !== undefined;
  if (!isOthers) return { text: errorText(error, 'key'), isProblem: true };
  const name = nameOf({ provider });
  const offer = offers.find((one) => one.provider === provider);
  const isOffered = offer && methodsOf(offer).some(({ method, lacks }) => method === 'api-key' && !lacks);
  return {
    text: say('key.ofOther', { name }),
    isProblem: true,
    ...(isOffered && {
      instead: {
        does: 'go',
        label: say('key.goTo', { name }),
        to: { at: 'way', provider, method: 'api-key' },
      },
    }),
  };
}

/** Looks at the customer's own name for a key. It is seen by others, so no key may be in it. */
export function lookAtName(pasted: string): { label?: string; error?: string } {
  const label = pasted.trim();
  if (label === '') return {};
  if (label.length > 60) return { error: say('key.nameTooLong') };
  return holdsSecret(label) ? { error: say('key.nameHoldsKey') } : { label };
}

/** How a provider's keys begin, if they begin in a way of their own. */
export function hintOf(provider: string): string {
  const [start, other, more] = rowOf(provider)?.starts ?? [];
  if (start === undefined) return say('key.anyHint');
  // Of more than two the first is what nearly everybody has.
  return other === undefined || more !== undefined
    ? say('key.hint', { start })
    : say('key.hintOfTwo', { start, other });
}
