import { KeyferryError } from '../../core/contract/errors.ts';
import type { Offer } from '../../core/contract/http-api.ts';
import type { Method } from '../../core/contract/provider-names.ts';
import { FIRST, PROVIDERS, type Provider, rowOf } from '../../core/contract/providers.ts';
import type { Config } from '../../core/process/config.ts';
import type { Customers } from '../../core/store/customers.ts';
import { Reading } from '../../core/store/reading.ts';

/** Milliseconds that the database may take. */
const ANSWER_MS = 1_500;

/** What the platform offers (METHODS, KEY_PROVIDERS, PLANS). */
export interface Offering {
  methods: readonly Method[];
  /** In the order in which they are shown; undefined: all that take a key. */
  keyProviders: readonly Provider[] | undefined;
  /** By plan, `provider/method` patterns; `default` is for a plan that is not named, and for none. */
  plans: Readonly<Record<string, readonly string[]>> | undefined;
}

/** What a customer with this plan can connect. What is not in their plan is there, and says so. */
export function offersOf({ methods, keyProviders, plans }: Offering, plan: string | null): Offer[] {
  const included = plans && (plan !== null && Object.hasOwn(plans, plan) ? plans[plan] : plans.default);
  const isIncluded = (provider: string, method: string) =>
    plans === undefined || (included ?? []).some((pattern) => fits(pattern, provider, method));
  // What asks for more than a key has a road of its own.
  const plain = Object.values(PROVIDERS).filter(({ key, asks = [] }) => key && asks.length === 0);
  const byKey = new Set<string>(keyProviders ?? plain.map(({ id }) => id));
  // The first provider is what the page is made for, wherever it stands among those by key.
  const providers = new Set<string>([FIRST.provider, ...byKey]);
  return [...providers].flatMap((provider) => {
    const known = rowOf(provider)?.methods ?? {};
    const offered = methods.filter(
      (method) => Object.hasOwn(known, method) && (method !== 'api-key' || byKey.has(provider)),
    );
    if (offered.length === 0) return [];
    const each = offered.map((method) => ({
      method,
      ...(isIncluded(provider, method) ? {} : { lacks: 'plan' as const }),
    }));
    return [{ provider, methods: each }];
  });
}

function fits(pattern: string, provider: string, method: string): boolean {
  const [ofProvider, ofMethod] = pattern.split('/');
  return (ofProvider === '*' || ofProvider === provider) && (ofMethod === '*' || ofMethod === method);
}

/** What each customer can connect. */
export class Offers {
  readonly #offering: Offering;
  readonly #customers: Pick<Customers, 'find'>;
  readonly #reading = new Reading(ANSWER_MS);

  constructor(
    { METHODS, KEY_PROVIDERS, PLANS }: Pick<Config<'api'>, 'METHODS' | 'KEY_PROVIDERS' | 'PLANS'>,
    customers: Pick<Customers, 'find'>,
  ) {
    this.#offering = { methods: METHODS, keyProviders: KEY_PROVIDERS, plans: PLANS };
    this.#customers = customers;
  }

  /** Without plans the database is not asked. While it is away, only what the plan `default` includes is offered. */
  async of(customer: string): Promise<Offer[]> {
    if (!this.#offering.plans) return offersOf(this.#offering, null);
    const known = await this.#reading.ask(() => this.#customers.find(customer)).catch(() => undefined);
    return offersOf(this.#offering, known?.plan ?? null);
  }

  /** What is offered to anybody, whatever their plan. */
  all(): Offer[] {
    return offersOf({ ...this.#offering, plans: undefined }, null);
  }

  /** Throws `method_not_offered` or `not_in_plan`. */
  async check(customer: string, provider: string, method: string): Promise<void> {
    const offers = await this.of(customer);
    const offer = offers
      .find((one) => one.provider === provider)
      ?.methods.find((one) => one.method === method);
    if (!offer) throw new KeyferryError('method_not_offered');
    if (offer.lacks === 'plan') throw new KeyferryError('not_in_plan');
  }
}
