import { describe, expect, test } from '@jest/globals';
import { type Offering, Offers, offersOf } from '../../../api/customers/offers.ts';
import type { PlatformCustomer } from '../../../core/contract/platform-api.ts';

const ALL: Offering = {
  methods: ['setup-token', 'claude-login', 'api-key'],
  keyProviders: undefined,
  plans: undefined,
};
const named = (offering: Offering, plan: string | null = null) =>
  offersOf(offering, plan).flatMap(({ provider, methods }) =>
    methods.map(
      ({ method, lacks }) => `${provider}/${method}${lacks === undefined ? '' : ` lacks ${lacks}`}`,
    ),
  );

describe('what is offered', () => {
  test('is Claude by its sign-in alone where nothing else is switched on', () => {
    expect(named({ ...ALL, methods: ['setup-token'] })).toEqual(['anthropic/setup-token']);
  });

  test('begins with Anthropic, by the methods in the order of METHODS', () => {
    expect(named(ALL).slice(0, 3)).toEqual([
      'anthropic/setup-token',
      'anthropic/claude-login',
      'anthropic/api-key',
    ]);
  });

  test('has the providers by key in the order of KEY_PROVIDERS, and no others', () => {
    const keyProviders = ['openrouter', 'openai'] as const;
    expect(named({ ...ALL, keyProviders })).toEqual([
      'anthropic/setup-token',
      'anthropic/claude-login',
      'openrouter/api-key',
      'openai/api-key',
    ]);
  });

  test('says of what a plan does not include that it lacks the plan', () => {
    const plans = { free: ['anthropic/setup-token'], pro: ['*/*'], some: ['openai/*', '*/setup-token'] };
    const offering: Offering = { ...ALL, keyProviders: ['openai'], plans };
    expect(named(offering, 'free')).toEqual([
      'anthropic/setup-token',
      'anthropic/claude-login lacks plan',
      'openai/api-key lacks plan',
    ]);
    expect(named(offering, 'pro').join()).not.toContain('lacks');
    expect(named(offering, 'some')).toEqual([
      'anthropic/setup-token',
      'anthropic/claude-login lacks plan',
      'openai/api-key',
    ]);
  });

  test.each([null, 'unheard-of', 'constructor'])('takes `default` for the plan %s, else nothing', (plan) => {
    const offering: Offering = { ...ALL, methods: ['setup-token'] };
    expect(named({ ...offering, plans: { default: ['anthropic/*'] } }, plan)).toEqual([
      'anthropic/setup-token',
    ]);
    expect(named({ ...offering, plans: {} }, plan)).toEqual(['anthropic/setup-token lacks plan']);
  });
});

describe('a start', () => {
  const plans = { free: ['anthropic/setup-token'] };
  const config = { METHODS: ALL.methods, KEY_PROVIDERS: undefined, PLANS: plans };
  const known = (plan: string) => ({ find: async () => ({ plan }) as PlatformCustomer });
  const away = { find: () => Promise.reject(new Error('the database is away')) };

  test('of what is not offered, or not in the plan, is refused by its own error', async () => {
    const offers = new Offers(config, known('free'));
    await expect(offers.check('alice', 'anthropic', 'setup-token')).resolves.toBeUndefined();
    await expect(offers.check('alice', 'openai', 'api-key')).rejects.toMatchObject({ code: 'not_in_plan' });
    await expect(offers.check('alice', 'openai', 'setup-token')).rejects.toMatchObject({
      code: 'method_not_offered',
    });
    await expect(offers.check('alice', 'toString', 'api-key')).rejects.toMatchObject({
      code: 'method_not_offered',
    });
  });

  test('does not ask the database where there are no plans', async () => {
    const offers = new Offers({ ...config, PLANS: undefined }, away);
    await expect(offers.check('alice', 'openai', 'api-key')).resolves.toBeUndefined();
  });

  test('is by the plan `default` while the database is away', async () => {
    const offers = new Offers({ ...config, PLANS: { default: ['anthropic/*'] } }, away);
    await expect(offers.check('alice', 'anthropic', 'setup-token')).resolves.toBeUndefined();
    await expect(offers.check('alice', 'openai', 'api-key')).rejects.toMatchObject({ code: 'not_in_plan' });
  });
});
