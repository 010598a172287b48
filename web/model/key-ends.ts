import type { Snapshot } from '../../core/contract/snapshot.ts';
import { say } from '../messages/say.ts';
import type { Action } from './page-screen.ts';
import type { State } from './state.ts';
import { others } from './turns.ts';
import { type Place, wayOf } from './ways.ts';

/** Errors that only another key, or something the customer does with the provider, helps with. */
export const KEY_AT_FAULT: readonly string[] = [
  'key_rejected',
  'key_revoked',
  'key_no_credit',
  'key_no_access',
];
/** Errors that no key of this provider helps with. */
export const PROVIDER_REFUSES: readonly string[] = ['region_refused'];

/** What helps when a key did not get through to the end. The page no longer has it, so nothing is sent again by itself. */
export function failedKey(
  state: State,
  ended: Snapshot,
): { advice: string | undefined; primary: Action; quiet: Action[] } {
  const code = ended.error?.code ?? 'internal_error';
  const { place } = state;
  const to: Place = place?.at === 'way' ? place : { at: 'way', ...wayOf(ended) };
  const [other] = others(state);
  if (KEY_AT_FAULT.includes(code))
    return {
      advice: undefined,
      primary: { does: 'go', label: say('actions.otherKey'), to },
      quiet: others(state),
    };
  const again: Action = { does: 'go', label: say('actions.sameKey'), to };
  if (code.startsWith('endpoint_') || ended.provider === 'ollama')
    return {
      advice: undefined,
      primary: { does: 'go', label: say('actions.changeAddress'), to },
      quiet: others(state),
    };
  if (PROVIDER_REFUSES.includes(code) && other) return { advice: undefined, primary: other, quiet: [again] };
  return { advice: say('trouble.keyGone'), primary: again, quiet: others(state) };
}
