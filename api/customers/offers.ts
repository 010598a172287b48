import { DEFAULT_BOX } from '../../core/contract/connection-record.ts';
import type { Endpoint } from '../../core/contract/endpoint.ts';
import { KeyferryError } from '../../core/contract/errors.ts';
import type { Offer } from '../../core/contract/http-api.ts';
import type { Method } from '../../core/contract/provider-names.ts';
import {
  asksOf,
  FIRST,
  fitsEndpoint,
  PROVIDERS,
  type Provider,
  rowOf,
  unfitFor,
} from '../../core/contract/providers.ts';
import type { Versions } from '../../core/contract/versions.ts';
import type { Config } from '../../core/process/config.ts';
import type { BoxVersions } from '../../core/store/box-versions.ts';
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
  const byKey = new Set<string>(keyProviders ?? Object.keys(PROVIDERS));
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
    const row = rowOf(provider);
    const asks = row?.endpoint && { asks: asksOf(row) };
    return [{ provider, ...asks, methods: each }];
  });
}

function fits(pattern: string, provider: string, method: string): boolean {
  const [ofProvider, ofMethod] = pattern.split('/');
  return (ofProvider === '*' || ofProvider === provider) && (ofMethod === '*' || ofMethod === method);
}

/**
 * The same, with what a box's programs are too old for. If nothing else is left, everything is offered: the programs may
 * have been updated since they were seen, and a worker looks before the customer has a link.
 */
export function onBox(offers: readonly Offer[], versions: Versions): Offer[] {
  const seen = offers.map(({ provider, methods }) => ({
    provider,
    methods: methods.map((one) => (isTooOld(provider, one.method, versions) ? { ...one, lacks } : one)),
  }));
  const isLeft = seen.some(({ methods }) => methods.some((one) => one.lacks === undefined));
  return isLeft ? seen : [...offers];
}

const lacks = 'version' as const;

function isTooOld(provider: string, method: string, versions: Versions): boolean {
  const row = rowOf(provider);
  return row !== undefined && unfitFor(row, method as Method, versions) !== undefined;
}

/** Whether there are versions that could make a difference. */
function dependsOnBox(offers: readonly Offer[]): boolean {
  return offers.some(({ provider, methods }) => {
    const row = rowOf(provider);
    const isNew = row?.comes?.some(([, how]) => how === 'none') ?? false;
    return (
      isNew ||
      methods.some(
        ({ method }) =>
          row?.methods[method as Method]?.needs || (method === 'api-key' && row?.keysSince !== undefined),
      )
    );
  });
}

/** What each customer can connect. */
export class Offers {
  readonly #offering: Offering;
  readonly #customers: Pick<Customers, 'find'>;
  readonly #versions: Pick<BoxVersions, 'of'>;
  readonly #reading = new Reading(ANSWER_MS);

  constructor(
    { METHODS, KEY_PROVIDERS, PLANS }: Pick<Config<'api'>, 'METHODS' | 'KEY_PROVIDERS' | 'PLANS'>,
    customers: Pick<Customers, 'find'>,
    versions: Pick<BoxVersions, 'of'>,
  ) {
    this.#offering = { methods: METHODS, keyProviders: KEY_PROVIDERS, plans: PLANS };
    this.#customers = customers;
    this.#versions = versions;
  }

  /**
   * What their page shows: that of their plan, without what their default box was last seen to be too old for. Versions
   * that are not known, also because the database is away, keep nothing from being offered.
   */
  async of(customer: string): Promise<Offer[]> {
    const offers = await this.#inPlan(customer);
    if (!dependsOnBox(offers)) return offers;
    const seen = await this.#reading.ask(() => this.#versions.of(customer, DEFAULT_BOX)).catch(() => ({}));
    return onBox(offers, seen);
  }

  /** Without plans the database is not asked. While it is away, only what the plan `default` includes is offered. */
  async #inPlan(customer: string): Promise<Offer[]> {
    if (!this.#offering.plans) return offersOf(this.#offering, null);
    const known = await this.#reading.ask(() => this.#customers.find(customer)).catch(() => undefined);
    return offersOf(this.#offering, known?.plan ?? null);
  }

  /** What is offered to anybody, whatever their plan. */
  all(): Offer[] {
    return offersOf({ ...this.#offering, plans: undefined }, null);
  }

  /**
   * Throws `method_not_offered`, `not_in_plan`, and `endpoint_unfit` where the provider asks for an address that is not there,
   * or the other way round. `said`: what comes with it.
   * What the box can do is for a worker to see: it may just have been updated.
   */
  async check(
    customer: string,
    provider: string,
    method: string,
    said: { endpoint?: Endpoint | undefined; hasKey: boolean },
  ): Promise<void> {
    const offers = await this.#inPlan(customer);
    const offer = offers
      .find((one) => one.provider === provider)
      ?.methods.find((one) => one.method === method);
    if (!offer) throw new KeyferryError('method_not_offered');
    if (offer.lacks === 'plan') throw new KeyferryError('not_in_plan');
    const row = rowOf(provider);
    if (method !== 'api-key' || !row) return;
    const hasAll = (row.key !== undefined) === said.hasKey && fitsEndpoint(row, said.endpoint);
    if (!hasAll) throw new KeyferryError('endpoint_unfit');
  }
}
