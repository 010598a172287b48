import { keyOf } from '../../../core/contract/limit-kinds.ts';
import type { Limit } from '../../../core/contract/limits.ts';
import type { CustomerLimits } from '../../../core/contract/limits-api.ts';

/** What support reads of limits of use, and an admin sets. Pure. */

type Holding = CustomerLimits['holding'][number];
type Amount = Pick<Holding, 'measure'>;

export const PER = { day: 'a day', month: 'a month' } as const satisfies Record<Limit['per'], string>;
export const MEASURES = {
  usd: 'US dollars',
  tokens: 'tokens',
  requests: 'requests',
} as const satisfies Record<Limit['measure'], string>;
export const ACTIONS = {
  tell: 'only say so',
  'stop-fallback': 'stop the fallback',
  'out-of-use': 'take it out of use',
} as const satisfies Record<Limit['action'], string>;

function amountWords(amount: number, { measure }: Amount): string {
  if (measure === 'usd') return `$${amount.toFixed(2)}`;
  return amount.toLocaleString('en-US');
}

/** `anthropic: $41.20 of $50.00 a month (82%)`. */
export function limitWords(limit: Holding): string {
  const { provider = 'everything', per, measure, most, used } = limit;
  const share = Math.floor((used / most) * 100);
  const unit = measure === 'usd' ? '' : ` ${MEASURES[measure]}`;
  return `${provider}: ${amountWords(used, limit)} of ${amountWords(most, limit)}${unit} ${PER[per]} (${share}%)`;
}

/** What is out of use, or could not be taken out or put back. */
export function heldWords({ provider, box, state, error }: CustomerLimits['outOfUse'][number]): string {
  const what = `${provider ?? 'The platform’s own models'} on ${box}`;
  if (error) return `${what}: could not be done (${error}), and is tried again`;
  return state === 'held' ? `${what}: out of use` : `${what}: being taken out of use`;
}

/** With this one in the place of another of the same; undefined: without it. */
export function changed(limits: readonly Limit[], key: string, limit?: Limit): Limit[] {
  return [...limits.filter((each) => keyOf(each) !== key), ...(limit ? [limit] : [])];
}

/** What somebody has typed, as a limit; undefined: it is none. */
export function typedLimit(typed: {
  provider: string;
  per: string;
  measure: string;
  most: string;
  action: string;
}): Limit | undefined {
  const per = oneOf(PER, typed.per);
  const measure = oneOf(MEASURES, typed.measure);
  const action = oneOf(ACTIONS, typed.action);
  const most = Number(typed.most);
  const isAmount = typed.most.trim() !== '' && Number.isFinite(most) && most > 0;
  if (!per || !measure || !action || !isAmount || (measure !== 'usd' && !Number.isInteger(most)))
    return undefined;
  const provider = typed.provider.trim();
  return { ...(provider && { provider }), per, measure, most, action };
}

function oneOf<Key extends string>(words: Readonly<Record<Key, string>>, key: string): Key | undefined {
  return (Object.keys(words) as Key[]).find((known) => known === key);
}
