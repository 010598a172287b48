import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { ERROR_CODES, ERROR_ROWS } from '../../../core/contract/error-rows.ts';
import { customerStateSchema } from '../../../core/contract/http-api.ts';
import type { OwnConnection } from '../../../core/contract/own-connections.ts';
import { ownConnectionsSchema } from '../../../core/contract/own-connections.ts';
import type { Connection } from '../../../core/contract/snapshot.ts';
import { tolerant } from '../../../core/contract/tolerant.ts';
import { seenAs } from '../../../scripts/screenshots/fixtures.ts';
import { CONNECTIONS, type Unwell } from '../../../scripts/screenshots/health-states.ts';
import { OPENAI_CONNECTION, OWN } from '../../../scripts/screenshots/key-fixtures.ts';
import { healthOf, timesOf } from '../../../web/keys/manage/words.ts';
import { isOfReach } from '../../../web/keys/reach.ts';
import { timeOf } from '../../../web/keys/time.ts';
import { englishError } from '../../../web/messages/english.ts';
import { next } from '../../../web/model/state.ts';
import { dayOf } from '../../../web/model/times.ts';
import { view, wantsPlaces } from '../../../web/model/view.ts';
import {
  CONNECTION,
  inOneLine,
  MINUTE,
  NOW,
  OFFERED,
  SESSION,
  says,
  stateAfter,
  viewAfter,
} from './page-states.ts';

const OF_TODAY = {
  type: 'session',
  session: { customer: 'alice', csrf: 'x', returnUrl: 'https://d.example' },
} as const;
const truth = (connection: Connection, ...others: Connection[]) =>
  ({
    type: 'truth',
    truth: { snapshot: null, connection, ...(others.length > 0 && { connections: [connection, ...others] }) },
  }) as const;
const seen = (connection: Connection) => viewAfter(OF_TODAY, truth(connection));
const screenOf = (connection: Connection) => {
  const { screen } = seen(connection);
  if (screen.name !== 'connected') throw new Error(screen.name);
  return screen;
};
const at = (days: number) => new Date(NOW + days * 86_400_000).toISOString();
const factsOf = (connection: Connection) =>
  screenOf(connection).facts.map((fact) => `${fact.name}: ${fact.text ?? dayOf(fact.at ?? '')}`);
const BACK = 'Back to d.example';

describe('of a connection the page says what the record says', () => {
  test.each<[string, Connection, string, string]>([
    ['it works', CONNECTION, `Claude Connected | [${BACK}], Connect again`, 'joined'],
    [
      'its end is near',
      CONNECTIONS.expiring,
      `Claude is connected until ${dayOf(at(15))} | [Renew now], ${BACK}`,
      'joined',
    ],
    [
      'it has expired',
      CONNECTIONS.expired,
      `Your Claude connection has expired | [Connect again], ${BACK}`,
      'broken',
    ],
    [
      'its key was revoked',
      CONNECTIONS.revoked,
      `Something is wrong with your OpenAI connection | [Replace the key], ${BACK}`,
      'broken',
    ],
    [
      'something else gets in its way',
      CONNECTIONS.overridden,
      `Something is wrong with your Claude connection | [${BACK}], Connect again`,
      'broken',
    ],
    [
      'a reason that only a newer version knows',
      CONNECTIONS.newer,
      `Something is wrong with your Claude connection | [Connect again], ${BACK}`,
      'broken',
    ],
    [
      'its machine has not been reached',
      CONNECTIONS.unknown,
      `Your machine has not been reached | [${BACK}], Connect again`,
      'resting',
    ],
    [
      'its machine says nothing',
      CONNECTIONS.silent,
      `This connection could not be checked | [${BACK}], Connect again`,
      'resting',
    ],
  ])('%s', (_, connection, expected, picture) => {
    const shown = seen(connection);
    expect([inOneLine(shown), shown.picture]).toEqual([`connected: ${expected}`, picture]);
  });

  test('OpenClaw keeps using what ends until the new one works, whichever method it is', () => {
    for (const method of ['setup-token', 'claude-login', 'api-key'])
      expect(screenOf({ ...CONNECTIONS.expiring, method }).lead).toContain('until the new one works');
  });

  test('only of what works, or has an end that is still to come, it is said that OpenClaw uses it', () => {
    const now = (Object.keys(CONNECTIONS) as Unwell[]).filter((which) =>
      /now use|can now/.test(screenOf(CONNECTIONS[which]).lead),
    );
    expect(now).toEqual(['expiring']);
    expect(screenOf(CONNECTION).lead).toMatch(/now uses/);
  });

  test('when it was last seen to work is said where that was after it was connected', () => {
    expect(factsOf(CONNECTION)).toEqual([`Connected: ${dayOf(at(0))}`, `Good until: ${dayOf(at(365))}`]);
    const later = { ...CONNECTION, seen: seenAs('working', { checkedAt: at(3) }) };
    expect(factsOf(later)).toContain(`Last checked: ${dayOf(at(3))}`);
  });

  test('what has expired was good until a day, and is not called good', () => {
    expect(factsOf(CONNECTIONS.expired)).toEqual([
      `Connected: ${dayOf(at(-350))}`,
      `Ended: ${dayOf(at(-2))}`,
    ]);
    expect(screenOf(CONNECTIONS.expired).lead).toBe(englishError('credential_expired', 'signIn'));
  });

  test('what is wrong is said in the words of the catalogue, with since when', () => {
    expect(screenOf(CONNECTIONS.revoked).lead).toBe(englishError('key_revoked', 'key'));
    expect(factsOf(CONNECTIONS.revoked)).toContain(`Noticed: ${dayOf(at(-1))}`);
  });

  test('what only support can put right comes with what support needs to know', () => {
    const { lead } = screenOf(CONNECTIONS.overridden);
    expect(lead).toContain(englishError('credential_overridden'));
    expect(lead.match(/contact support/g)).toHaveLength(1);
    expect(factsOf(CONNECTIONS.overridden)).toContain('Error: credential_overridden');
    const paused = seenAs('attention', { reason: 'credential_in_cooldown' });
    expect(screenOf({ ...CONNECTION, seen: paused }).lead).toMatch(/later\. Please contact support\./);
  });

  test.each(['of_a_newer_version', 'constructor', null])('the reason %p gets general words', (reason) => {
    const { lead } = screenOf({ ...CONNECTION, seen: seenAs('attention', { reason }) });
    expect(lead).toMatch(/^When we last checked it, it was not as it should be\. Please connect it again/);
  });

  test('of a machine that has not been reached: since when, and what was seen last', () => {
    const [since, last] = [-4, -5].map((days) => timeOf(NOW + days * 86_400_000));
    expect(screenOf(CONNECTIONS.unknown).lead).toBe(
      `We have not reached your machine since ${since}. When we last saw this connection, on ${last}, it worked. Nothing newer is known.`,
    );
  });

  test('of one that a limit keeps out of use: that it is paused, and nothing of a machine that could not be checked', () => {
    const { heading, lead, looks } = screenOf(CONNECTIONS.paused);
    expect([heading, lead, looks]).toEqual([
      expect.stringMatching(/ is paused$/),
      englishError('usage_capped'),
      'resting',
    ]);
  });

  test('of one that has said nothing for long: that it could not be checked, whatever that is due to', () => {
    const since = timeOf(NOW - 4 * 86_400_000);
    expect(screenOf(CONNECTIONS.silent).lead).toBe(
      `We have not been able to check this connection since ${since}. When we last saw this connection, on ${since}, it worked. Nothing newer is known.`,
    );
    const reaching = ERROR_CODES.filter((code) => isOfReach(code));
    const ofBox = ERROR_CODES.filter(
      (code) => ERROR_ROWS[code].phase === 'reaching' && !code.startsWith('inventory_'),
    );
    expect(reaching).toEqual([...ofBox, 'connection_lost']);
  });

  test('a health that only a newer version knows counts as not known', () => {
    const { heading, looks } = screenOf({ ...CONNECTION, seen: seenAs('of_a_newer_version') });
    expect([heading, looks]).toEqual(['Claude was connected', 'resting']);
  });

  test('a screen reader is told what is wrong, too', () => {
    expect(seen(CONNECTIONS.expired).said).toContain(englishError('credential_expired', 'signIn'));
    expect(seen(CONNECTION).said).toBe('Claude Connected');
  });
});

describe('while nobody says how it is', () => {
  const { seen: _, ...unsaid } = CONNECTION;

  test('what has just been connected was proved by that', () => {
    const fresh = { ...unsaid, connectedAt: new Date(NOW - 9 * MINUTE).toISOString() };
    expect(seen(fresh).screen.heading).toBe('Claude Connected');
    // The customer who stays on this page does not lose it.
    const later = stateAfter([SESSION, truth(fresh)], { later: 60 * MINUTE });
    expect(view(later).screen.heading).toBe('Claude Connected');
  });

  test('nothing is said of anything older but when it was connected', () => {
    const old = { ...unsaid, connectedAt: new Date(NOW - 11 * MINUTE).toISOString() };
    const { heading, lead, looks } = screenOf(old);
    expect([heading, looks]).toEqual(['Claude was connected', 'resting']);
    expect(lead).toContain(dayOf(old.connectedAt));
    expect(lead).not.toMatch(/now use/);
  });

  test('what was said before stays, and only what is newer takes its place', () => {
    const { expired } = CONNECTIONS;
    const { seen: __, ...pushed } = expired;
    const older = { ...expired, seen: seenAs('working', { healthSince: at(-350), checkedAt: at(-9) }) };
    for (const stale of [pushed, older])
      expect(viewAfter(SESSION, truth(expired), truth(stale)).screen.heading).toMatch(/has expired/);
    expect(viewAfter(SESSION, truth(older), truth(expired)).screen.heading).toMatch(/has expired/);
    const renewed = { ...pushed, connectedAt: new Date(NOW).toISOString(), expiresAt: at(365) };
    expect(viewAfter(SESSION, truth(expired), says('connected', {}, renewed)).screen.heading).toBe(
      'Claude Connected',
    );
  });
});

test('several connections: each by its own state', () => {
  const { expired, unknown, expiring } = CONNECTIONS;
  const groq = { ...unknown, provider: 'groq', method: 'api-key', profile: 'groq:keyferry' };
  const { screen } = viewAfter(OFFERED, truth(OPENAI_CONNECTION, expired, groq));
  if (screen.name !== 'connected') throw new Error(screen.name);
  expect([screen.heading, screen.looks]).toEqual(['OpenAI Connected', 'joined']);
  const since = timeOf(NOW - 4 * 86_400_000);
  expect(screen.others.map(({ name, state }) => [name, state])).toEqual([
    ['Claude', `It was good until ${dayOf(at(-2))}. ${englishError('credential_expired', 'signIn')}`],
    ['Groq', `Your machine has not been reached since ${since}.`],
  ]);
  expect(screen.others[0]?.times).toEqual([`since ${dayOf(at(-350))}`]);
  const other = viewAfter(OFFERED, truth(expired, OPENAI_CONNECTION)).screen;
  if (other.name !== 'connected') throw new Error(other.name);
  expect([other.looks, other.others.map(({ state }) => state)]).toEqual(['broken', [undefined]]);
  const soon = viewAfter(OFFERED, truth(OPENAI_CONNECTION, expiring)).screen;
  expect(soon).toMatchObject({ others: [{ again: { label: 'Renew now', does: 'startAnew' } }] });
});

describe('what is rare is loaded when it is needed', () => {
  test.each<[string, boolean, Parameters<typeof stateAfter>[0]]>([
    ['nothing is loaded for one that works', false, [SESSION, truth(CONNECTION)]],
    ['it is for one that has expired', true, [SESSION, truth(CONNECTIONS.expired)]],
    ['and for several', true, [SESSION, truth(CONNECTION, OPENAI_CONNECTION)]],
  ])('%s', (_, wants, events) => {
    const state = stateAfter(events);
    expect([wantsPlaces(state), view(state).screen.name]).toEqual([wants, wants ? 'loading' : 'connected']);
  });

  test('a page that cannot load it says so, and not that all is well', () => {
    const state = next(
      stateAfter([SESSION, truth(CONNECTIONS.expired)]),
      { type: 'keys', are: 'failed' },
      NOW,
    );
    expect(inOneLine(view(state))).toBe('trouble: Temporarily unavailable | [Reload the page]');
  });
});

describe('the list of what is connected', () => {
  const own = (more: Partial<OwnConnection>): OwnConnection => ({ ...(OWN[1] as OwnConnection), ...more });
  const time = (days: number) => timeOf(NOW + days * 86_400_000);

  test.each<[string, Partial<OwnConnection>, string | undefined]>([
    ['works', { checkedAt: at(-1) }, `It worked when it was last checked, ${time(-1)}`],
    [
      'has expired',
      { health: 'attention', reason: 'credential_expired', healthSince: at(-2), expiresAt: at(-2) },
      `It was good until ${time(-2)}. ${englishError('credential_expired', 'key')}`,
    ],
    [
      'has expired, and only its state says when',
      { health: 'attention', reason: 'credential_expired', healthSince: at(-2) },
      `It was good until ${time(-2)}. ${englishError('credential_expired', 'key')}`,
    ],
    [
      'does not work',
      { health: 'attention', reason: 'key_no_credit', checkedAt: at(-1), healthSince: at(-3) },
      `When it was last checked, ${time(-1)}: ${englishError('key_no_credit', 'key')}`,
    ],
    [
      'a limit keeps out of use',
      { health: 'unknown', reason: 'usage_capped', healthSince: at(-1), checkedAt: at(-1) },
      englishError('usage_capped', 'key'),
    ],
    [
      'has not been reached',
      { health: 'unknown', reason: 'box_unreachable', healthSince: at(-3), checkedAt: at(-4) },
      `Your machine has not been reached since ${time(-3)}, so nothing newer is known.`,
    ],
    [
      'has not been reached, as an api of the version before says it',
      { health: 'unknown', reason: null, healthSince: undefined },
      undefined,
    ],
  ])('of one that %s', (_, more, text) => {
    expect(healthOf(own(more))?.text).toBe(text);
  });

  test('what has expired is not called good until then', () => {
    const expired = own({ health: 'attention', reason: 'credential_expired', expiresAt: at(-2) });
    expect(timesOf(expired).join()).not.toMatch(/good until/);
    expect(timesOf(own({ expiresAt: at(20) })).join()).toMatch(/good until/);
  });
});

describe('two versions at once', () => {
  test('a state of a newer api, with what this page does not know, is read', () => {
    const newer = { ...CONNECTION, seen: { ...seenAs('of_a_newer_version'), looks: 3 }, more: 1 };
    const read = tolerant(customerStateSchema).safeParse({ snapshot: null, connection: newer }).data;
    expect(read?.connection).toEqual({ ...CONNECTION, seen: seenAs('of_a_newer_version') });
  });

  test('a state and a list of an api of the version before are read', () => {
    const { seen: _, ...older } = CONNECTION;
    const state = { snapshot: null, connection: older };
    expect(tolerant(customerStateSchema).safeParse(state).data).toEqual(state);
    const connections = OWN.map(({ healthSince: __, ...own }) => own);
    expect(tolerant(ownConnectionsSchema).safeParse({ connections }).data).toEqual({ connections });
  });

  test('a page of the version before reads a state with this, without it', () => {
    const { seen: _, ...shape } = customerStateSchema.shape.connection.unwrap().shape;
    const before = z.strictObject({ connection: z.strictObject(shape).nullable() });
    const { seen: __, ...older } = CONNECTION;
    expect(tolerant(before).safeParse({ connection: CONNECTION }).data).toEqual({ connection: older });
  });
});
