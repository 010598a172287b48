import { describe, expect, test } from '@jest/globals';
import { type Offering, Offers, offersOf, onBox } from '../../../api/customers/offers.ts';
import type { Endpoint, EndpointApi } from '../../../core/contract/endpoint.ts';
import type { PlatformCustomer } from '../../../core/contract/platform-api.ts';
import type { Versions } from '../../../core/contract/versions.ts';

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

describe('on a box, by the versions that were last seen there', () => {
  const offers = offersOf({ ...ALL, keyProviders: ['openai'] }, null);
  const lacking = (versions: Versions, from = offers) =>
    onBox(from, versions).flatMap(({ provider, methods }) =>
      methods.flatMap(({ method, lacks }) => (lacks ? `${provider}/${method} lacks ${lacks}` : [])),
    );

  test.each<[string, Versions, string[]]>([
    ['nothing was seen', {}, []],
    ['both are new enough', { claude: '2.1.140', openclaw: '2026.8.1' }, []],
    ['only one is known', { openclaw: '2026.9.6' }, []],
    ['OpenClaw is too old', { claude: '2.1.332', openclaw: '2026.7.35' }, ['anthropic/claude-login']],
    ['Claude Code is too old', { claude: '2.1.139', openclaw: '2026.9.6' }, ['anthropic/claude-login']],
    ['only the old one is known', { openclaw: '2026.4.15' }, ['anthropic/claude-login']],
  ])('%s', (_, versions, expected) => {
    expect(lacking(versions)).toEqual(expected.map((way) => `${way} lacks version`));
  });

  test('what is not in the plan either lacks the version: a better plan would not help', () => {
    const plans = { default: ['anthropic/setup-token'] };
    const inPlan = offersOf({ ...ALL, keyProviders: ['openai'], plans }, null);
    expect(lacking({ openclaw: '2026.4.15' }, inPlan)).toEqual([
      'anthropic/claude-login lacks version',
      'openai/api-key lacks plan',
    ]);
  });

  test('nothing is withheld where nothing else is left: the programs may have been updated since', () => {
    const only = offersOf({ ...ALL, methods: ['claude-login'] }, null);
    expect(lacking({ openclaw: '2026.4.15' }, only)).toEqual([]);
  });
});

describe('a session', () => {
  const config = { METHODS: ALL.methods, KEY_PROVIDERS: ['openai'] as const, PLANS: undefined };
  const nobody = { find: async () => undefined };
  const asked: string[][] = [];
  const seen = (versions: Versions | Error) => ({
    of: async (...of: string[]) => {
      asked.push(of);
      if (versions instanceof Error) throw versions;
      return versions;
    },
  });
  const old = seen({ openclaw: '2026.4.15' });
  const login = (offers: Awaited<ReturnType<Offers['of']>>) =>
    offers[0]?.methods.find(({ method }) => method === 'claude-login');

  test('is offered what the customer’s default box can do, and a start is left to the worker', async () => {
    asked.length = 0;
    const offers = new Offers(config, nobody, old);
    expect(login(await offers.of('alice'))).toEqual({ method: 'claude-login', lacks: 'version' });
    expect(asked).toEqual([['alice', 'default']]);
    await expect(
      offers.check('alice', 'anthropic', 'claude-login', { hasKey: false }),
    ).resolves.toBeUndefined();
    expect(login(offers.all())).toEqual({ method: 'claude-login' });
  });

  test('is offered everything while the database is away', async () => {
    const offers = new Offers(config, nobody, seen(new Error('the database is away')));
    expect(login(await offers.of('alice'))).toEqual({ method: 'claude-login' });
  });

  test('costs no look at the box where every version can do what is offered', async () => {
    asked.length = 0;
    await new Offers({ ...config, METHODS: ['setup-token', 'api-key'] }, nobody, old).of('alice');
    expect(asked).toEqual([]);
  });
});

describe('a start', () => {
  const [KEY, NONE] = [{ hasKey: true }, { hasKey: false }];
  const plans = { free: ['anthropic/setup-token'] };
  const config = { METHODS: ALL.methods, KEY_PROVIDERS: undefined, PLANS: plans };
  const known = (plan: string) => ({ find: async () => ({ plan }) as PlatformCustomer });
  const unseen = { of: async () => ({}) };
  const away = { find: () => Promise.reject(new Error('the database is away')) };

  test('of what is not offered, or not in the plan, is refused by its own error', async () => {
    const offers = new Offers(config, known('free'), unseen);
    await expect(offers.check('alice', 'anthropic', 'setup-token', NONE)).resolves.toBeUndefined();
    await expect(offers.check('alice', 'openai', 'api-key', KEY)).rejects.toMatchObject({
      code: 'not_in_plan',
    });
    await expect(offers.check('alice', 'openai', 'setup-token', NONE)).rejects.toMatchObject({
      code: 'method_not_offered',
    });
    await expect(offers.check('alice', 'toString', 'api-key', KEY)).rejects.toMatchObject({
      code: 'method_not_offered',
    });
  });

  test('of a provider that asks for an address wants one in its protocol, and a key where it has keys', async () => {
    const offers = new Offers({ ...config, PLANS: undefined }, away, unseen);
    const said = (api: EndpointApi) => ({ baseUrl: 'https://llm.example.com/v1', api, models: ['m'] });
    const openai = said('openai-completions');
    const check = (provider: string, hasKey: boolean, endpoint?: Endpoint) =>
      offers.check('alice', provider, 'api-key', { endpoint, hasKey }).catch(({ code }) => code);
    expect(await check('custom', true, openai)).toBeUndefined();
    expect(await check('ollama', false, said('ollama'))).toBeUndefined();
    for (const refused of [
      check('custom', true),
      check('custom', false, openai),
      check('custom', true, said('ollama')),
      check('ollama', true, said('ollama')),
      check('ollama', false),
      check('openai', true, openai),
    ])
      expect(await refused).toBe('endpoint_unfit');
  });

  test('does not ask the database where there are no plans', async () => {
    const offers = new Offers({ ...config, PLANS: undefined }, away, unseen);
    await expect(offers.check('alice', 'openai', 'api-key', KEY)).resolves.toBeUndefined();
  });

  test('is by the plan `default` while the database is away', async () => {
    const offers = new Offers({ ...config, PLANS: { default: ['anthropic/*'] } }, away, unseen);
    await expect(offers.check('alice', 'anthropic', 'setup-token', NONE)).resolves.toBeUndefined();
    await expect(offers.check('alice', 'openai', 'api-key', KEY)).rejects.toMatchObject({
      code: 'not_in_plan',
    });
  });
});
