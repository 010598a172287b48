import { describe, expect, test } from '@jest/globals';
import type { OwnUsageSum } from '../../../core/contract/own-usage.ts';
import { ON_TWO, UNREAD, USED } from '../../../scripts/screenshots/usage-fixtures.ts';
import type { Api } from '../../../web/client/api.ts';
import { UsageLook } from '../../../web/keys/usage/usage-look.ts';
import {
  answersText,
  costText,
  dayText,
  lastText,
  notesOf,
  partsOf,
  stateText,
  usedText,
} from '../../../web/keys/usage/words.ts';
import { english } from '../../../web/messages/english.ts';

const priced = (costUsd: number, estimateUsd = 0, unpricedRequests = 0) => ({
  ...{ costUsd, estimateUsd, unpricedRequests },
});
const ofKind = (kind: string, more: Partial<OwnUsageSum> = {}): OwnUsageSum => ({
  ...(USED.sums[0] as OwnUsageSum),
  ...{ kind, ...more },
});

describe('what something has cost', () => {
  test.each([
    [priced(0), ''],
    [priced(0, 0, 3), 'no price known'],
    [priced(4.1), '$4.10'],
    [priced(1234.5), '$1,234.50'],
    [priced(0.004), 'less than $0.01'],
    [priced(0, 0.84, 3), '$0.84, estimated'],
    [priced(1.2, 0.3, 3), '$1.50, $0.30 of it estimated'],
  ])('%j: %s', (cost, text) => {
    expect(costText(cost)).toBe(text);
  });

  test('is what the same would have cost by a key, where a subscription answers, or may have', () => {
    expect(usedText(ofKind('subscription'))).toBe(
      'your subscription, Anthropic, 214 requests, 1,284,500 tokens, with an API key: $12.40',
    );
    expect(usedText(ofKind('own'))).toMatch(/^your subscription or API key,.*with an API key/);
    expect(usedText(ofKind('api-key', { requests: 1, tokens: 1 }))).toBe(
      'your API key, Anthropic, 1 request, 1 token, $12.40',
    );
  });
});

describe('what was used', () => {
  test('is by whose credential, the customer’s own first, and together without what nobody has paid', () => {
    expect(partsOf(USED).map(({ whose, sums }) => [whose, sums.length])).toEqual([
      ['own', 3],
      ['platform', 1],
      ['unknown', 1],
    ]);
    expect(partsOf(USED)[0]?.together).toBe(
      'Together: 429 requests, 2,569,001 tokens, $1.51, $0.31 of it estimated',
    );
    expect(partsOf(UNREAD)).toEqual([]);
  });

  test('of a kind that only a newer api knows is nobody’s that is on record', () => {
    const sums = [ofKind('of_a_newer_version')];
    expect(partsOf({ sums }).map(({ whose }) => whose)).toEqual(['unknown']);
  });

  test('says what its figures are, and nothing where there are none', () => {
    expect(notesOf(USED)).toEqual(
      (['subscription', 'estimate', 'bill'] as const).map((each) => english(`usage.note.${each}`)),
    );
    expect(notesOf({ sums: [ofKind('api-key')] })).toEqual([english('usage.note.bill')]);
    expect(notesOf(UNREAD)).toEqual([]);
  });

  test.each([
    ['read', undefined],
    ['of_a_newer_version', undefined],
    ['unsaid', english('usage.state.unsaid')],
  ])('a machine that was last %s: %s', (state, text) => {
    expect(stateText({ box: 'default', state, readAt: null })).toBe(text);
  });

  test('its days are UTC’s wherever the browser is', () => {
    expect(dayText('2026-06-01')).toBe('June 1, 2026');
  });
});

test('a model is said with whose credential answers it, when it last did, and where there are several machines', () => {
  expect(USED.models.map(answersText)).toEqual([
    'Claude Opus 5.5, your subscription',
    'gpt-5.4, your API key',
    'gpt-6-astra, your API key',
    'gemma4:latest, the platform’s',
  ]);
  expect(USED.models.map((model) => lastText(model, false))).toEqual([
    'Anthropic, default model, last used on June 18, 2026',
    'OpenAI, last used on June 3, 2026',
    'OpenAI, default model, not used within 30 days',
    'last used on June 17, 2026',
  ]);
  expect(ON_TWO.models.map((model) => lastText(model, true)).slice(2)).toEqual([
    'OpenAI on default, default model, not used within 30 days',
    'second, last used on June 17, 2026',
  ]);
});

test('what was refused is looked up again, and nobody is told of it once the page is left', async () => {
  const seen: string[] = [];
  const answers = [
    { ok: false as const, why: 'history_unavailable' as const },
    { ok: true as const, body: USED },
  ];
  const ask = async (request: (api: Api) => unknown) => {
    request({ get: (route: string) => seen.push(route) } as unknown as Api);
    return (answers.shift() ?? { ok: false, why: 'offline' }) as never;
  };
  const look: UsageLook = new UsageLook(ask, () => seen.push(Object.keys(look.shown).join()));
  await look.load();
  await look.load();
  look.end();
  await look.load();
  expect(seen).toEqual(['', 'own-usage', 'refused', '', 'own-usage', 'usage', 'own-usage']);
});
