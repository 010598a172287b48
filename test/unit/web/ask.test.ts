import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { ask, nothing } from '../../../web/client/ask.ts';
import { Clock } from '../../../web/client/clock.ts';

const PROBLEM = { type: 'urn:keyferry:queue_full', title: 'It is busy.', status: 503, code: 'queue_full' };

afterEach(() => {
  jest.restoreAllMocks();
});

/** What the page makes of an answer of the api's. */
function refusal(status: number, body: string): Promise<unknown> {
  jest.spyOn(globalThis, 'fetch').mockResolvedValue(new Response(body, { status }));
  return ask({ method: 'GET', address: '/api/v1/x', clock: new Clock(), read: nothing });
}

describe('a refusal', () => {
  test('is known by its code', async () => {
    expect(await refusal(503, JSON.stringify(PROBLEM))).toEqual({ ok: false, why: 'queue_full' });
  });

  test('of a newer api, which says more of it, is the same', async () => {
    const more = { ...PROBLEM, field: 'customer', instance: '/x' };
    expect(await refusal(503, JSON.stringify(more))).toEqual({ ok: false, why: 'queue_full' });
  });

  test.each([
    [429, 'too_many_requests'],
    [502, 'service_unavailable'],
  ])('by something else that answers, with %d, is %s', async (status, why) => {
    expect(await refusal(status, '<html>no</html>')).toEqual({ ok: false, why });
  });
});
