import { describe, expect, test } from '@jest/globals';
import { hashOf, type Place, placeOf } from '../../../../web/console/model/place.ts';

const HANDSHAKE = 'b7c1f2a4-3d5e-4f60-8a91-0c2d4e6f8a1b';

const PLACES: Place[] = [
  { name: 'handshakes', filter: {} },
  { name: 'handshakes', filter: { state: 'stuck', customer: 'al', phase: 'failed', age: 300 } },
  { name: 'handshakes', filter: { error: 'openclaw_refused_token' } },
  { name: 'handshake', handshake: HANDSHAKE },
  { name: 'watch', handshake: HANDSHAKE },
  { name: 'replay', handshake: HANDSHAKE, attempt: 2 },
  { name: 'fleet', search: {} },
  { name: 'fleet', search: { q: 'Zoë & Sons', health: 'none', sort: 'checked', expiring: 7 } },
  { name: 'usage', search: {} },
  { name: 'usage', search: { month: '2026-03', q: 'Zoë & Sons', leans: 'mostly-platform', sort: 'share' } },
  { name: 'runs' },
  { name: 'run', run: HANDSHAKE },
  { name: 'customer', customer: 'alice' },
  { name: 'numbers' },
  { name: 'audit', search: { who: 'sam@example.com', since: '2026-06-18T00:00:00.000Z' } },
];

describe('a place of the console', () => {
  test.each(PLACES)('comes back from its address: %j', (place) => {
    expect(placeOf(hashOf(place))).toEqual(place);
  });

  test.each([
    '',
    '#',
    '#/nothing',
    '#/handshakes?age=soon',
    '#/handshakes?state=odd',
    '#/handshakes/..%2f..',
    '#/handshakes?limit=5',
  ])('that is none leads to the whole list: %j', (hash) => {
    const isOfHandshakes = hash.startsWith('#/handshakes');
    expect(placeOf(hash)).toEqual(
      isOfHandshakes ? { name: 'handshakes', filter: {} } : { name: 'cases', search: {} },
    );
  });

  test('of a case is no handshake’s, though both have such ids', () => {
    const place = { name: 'case', case: HANDSHAKE } as const;
    expect(placeOf(hashOf(place))).toEqual(place);
  });

  test('of a recording without a number leads to the handshake', () => {
    expect(placeOf(`#/handshakes/${HANDSHAKE}/replay/x`)).toEqual({
      name: 'handshake',
      handshake: HANDSHAKE,
    });
  });
});
