import { describe, expect, test } from '@jest/globals';
import type { Session } from '../../../core/contract/http-api.ts';
import { supportCode } from '../../../core/contract/support-code.ts';
import { CONNECTION, practiceSnapshot, shownError } from '../../../scripts/screenshots/fixtures.ts';
import { withWaysOn } from '../../../web/keys/ends.ts';
import { withHealthOf } from '../../../web/keys/health.ts';
import { screenOf } from '../../../web/keys/screens.ts';
import { english } from '../../../web/messages/english.ts';
import { initialState, next, type State } from '../../../web/model/state.ts';
import { view, wantsPlaces, wantsStart } from '../../../web/model/view.ts';

const NOW = Date.parse('2026-11-22T10:00:00.000Z');
const PLACES = { screenOf, withHealthOf, withWaysOn };
const SESSION: Session = { customer: 'alice', csrf: 'practice' };
const URLS = {
  returnUrl: 'https://dashboard.example/alice',
  refreshUrl: 'https://dashboard.example/alice/connect',
};
const BRAND = { supportUrl: 'https://example.com/help', supportEmail: 'help@example.com' };

const begun = (more: Parameters<typeof initialState>[2] = {}) => initialState(NOW, undefined, more);
const signedIn = (session: Session, more = {}): State => next(begun(more), { type: 'session', session }, NOW);
const told = (state: State, snapshot: Parameters<typeof practiceSnapshot>): State =>
  next(state, { type: 'truth', truth: { snapshot: practiceSnapshot(...snapshot), connection: null } }, NOW);

/** The labels of what can be done, and where each leads. */
function ways(state: State): [string, string | undefined][] {
  const { screen } = view(state, PLACES);
  return [...(screen.primary ? [screen.primary] : []), ...screen.quiet].map((action) => [
    action.label,
    'href' in action ? action.href : undefined,
  ]);
}

const REFRESH = [english('ends.refresh'), URLS.refreshUrl];
const BACK = [english('actions.backTo', { host: 'dashboard.example' }), URLS.returnUrl];
const SUPPORT = [
  [english('ends.support'), BRAND.supportUrl],
  [english('ends.mail'), 'mailto:help@example.com'],
];

describe('every end has a way on', () => {
  test('a link that is over: a fresh one, the way back, support, and a code to quote', () => {
    const session: Session = { ...SESSION, ...URLS, csrf: '', link: 'over', supportCode: '3EEPQKDV' };
    const state = next(signedIn(session, { brand: BRAND }), { type: 'barred', why: 'link_used' }, NOW);
    expect(ways(state)).toEqual([REFRESH, BACK, ...SUPPORT]);
    expect(view(state, PLACES).screen).toMatchObject({ name: 'trouble', ends: { code: '3EEPQKDV' } });
  });

  test('a visit that has ended, also after the page was loaded again', () => {
    const known = { ...URLS, supportCode: '3EEPQKDV' };
    const open = next(signedIn({ ...SESSION, ...known }), { type: 'barred', why: 'not_signed_in' }, NOW);
    expect(ways(open)).toEqual([REFRESH, BACK]);
    const again = next(begun({ brand: BRAND, ways: known }), { type: 'barred', why: 'not_signed_in' }, NOW);
    expect(ways(again)).toEqual([REFRESH, BACK, ...SUPPORT]);
    for (const state of [open, again])
      expect(view(state, PLACES).screen).toMatchObject({ name: 'trouble', ends: { code: '3EEPQKDV' } });
  });

  test('cookies that are not kept, and nothing at an address: the code of the visit that is known', () => {
    for (const why of ['cookies_blocked', 'not_here'] as const) {
      const session: Session = { ...SESSION, link: 'unopened', supportCode: '3EEPQKDV' };
      const state = next(signedIn(session, { brand: BRAND }), { type: 'barred', why }, NOW);
      expect(ways(state)).toEqual(SUPPORT);
      expect(view(state, PLACES).screen).toMatchObject({ ends: { code: '3EEPQKDV' } });
    }
  });

  test('a sign-in that cannot be begun: once more, the way back, support, and the code of the visit', () => {
    const session: Session = { ...SESSION, ...URLS, supportCode: '3EEPQKDV' };
    const truth = { snapshot: null, connection: null };
    const events = [
      { type: 'truth', truth },
      { type: 'consented' },
      { type: 'refused', what: 'start', why: 'queue_full' },
    ] as const;
    const state = events.reduce<State>(
      (so, event) => next(so, event, NOW),
      signedIn(session, { brand: BRAND }),
    );
    expect(wantsPlaces(state)).toBe(true);
    expect(ways(state)).toEqual([[english('actions.tryAgain'), undefined], BACK, ...SUPPORT]);
    expect(view(state, PLACES).screen).toMatchObject({ name: 'trouble', ends: { code: '3EEPQKDV' } });
  });

  test('a stranger is offered support, and nothing that is a customer’s', () => {
    const state = next(begun({ brand: BRAND }), { type: 'barred', why: 'link_used' }, NOW);
    expect(ways(state)).toEqual(SUPPORT);
    expect(view(state, PLACES).screen).toMatchObject({ ends: {} });
  });

  test.each([
    ['failed', english('actions.tryAgain')],
    ['cancelled', english('actions.startAgain')],
    ['expired', english('actions.startAgain')],
  ] as const)('a sign-in that has %s: once more, the way back, and support', (phase, again) => {
    const error = phase === 'failed' ? { error: shownError('box_unreachable') } : {};
    const before = signedIn({ ...SESSION, ...URLS }, { brand: BRAND });
    const snapshot = practiceSnapshot(phase, error);
    const wanted: State = { ...before, consent: { handshake: snapshot.handshake, opened: undefined } };
    const state = told(wanted, [phase, error]);
    const all = ways(state);
    expect(all[0]?.[0]).toBe(again);
    expect(all).toEqual(expect.arrayContaining([BACK, ...SUPPORT]));
    // The link is good: a fresh one would not help.
    expect(all).not.toContainEqual(REFRESH);
    const { screen } = view(state, PLACES);
    expect(screen).toMatchObject({ ends: { code: supportCode(snapshot.handshake) } });
    if (phase === 'failed') expect(screen).toMatchObject({ ends: { error: 'box_unreachable' } });
  });

  test('what a link says of support counts more than what is configured', () => {
    const brand = { supportUrl: 'https://other.example/help' };
    const state = next(
      signedIn({ ...SESSION, brand }, { brand: BRAND }),
      { type: 'barred', why: 'not_signed_in' },
      NOW,
    );
    expect(ways(state)).toEqual([[english('ends.support'), brand.supportUrl], SUPPORT[1]]);
  });

  test('an address that is none of a page leads nowhere', () => {
    const odd = { ...SESSION, refreshUrl: 'javascript:alert(1)', returnUrl: 'data:text/html,x' };
    expect(ways(next(signedIn(odd), { type: 'barred', why: 'link_used' }, NOW))).toEqual([]);
  });

  test('nothing is shown that would move when that is loaded; if it cannot be, the screen is there without it', () => {
    const state = next(signedIn({ ...SESSION, ...URLS }), { type: 'barred', why: 'not_signed_in' }, NOW);
    expect(view(state).screen.name).toBe('loading');
    expect(wantsPlaces(state)).toBe(true);
    const failed = next(state, { type: 'keys', are: 'failed' }, NOW);
    expect(view(failed).screen).toMatchObject({ name: 'trouble', primary: { href: URLS.returnUrl } });
  });

  test('what asking again may change is shown at once, and has nothing loaded', () => {
    const offline = next(begun(), { type: 'refused', what: 'visit', why: 'offline' }, NOW);
    expect(view(offline).screen.name).toBe('trouble');
    expect(wantsPlaces(offline)).toBe(false);
  });

  test('it is loaded while the customer signs in', () => {
    const state = told(signedIn(SESSION), ['waiting']);
    expect(wantsPlaces(state)).toBe(false);
    expect(wantsPlaces(next(state, { type: 'opened' }, NOW))).toBe(true);
  });
});

describe('what a link says of its visit', () => {
  const offers = [
    { provider: 'anthropic', methods: [{ method: 'setup-token' }] },
    { provider: 'openai', methods: [{ method: 'api-key' }] },
  ];
  const way = { provider: 'openai', method: 'api-key' };

  test('opens with its provider and method, once', () => {
    const state = signedIn({ ...SESSION, offers, way });
    expect(state.place).toEqual({ at: 'way', ...way });
    const gone = next(state, { type: 'went', place: undefined }, NOW);
    expect(next(gone, { type: 'session', session: { ...SESSION, offers, way } }, NOW).place).toBeUndefined();
  });

  test('opens with the main path where it is that', () => {
    const state = signedIn({ ...SESSION, offers, way: { provider: 'anthropic', method: 'setup-token' } });
    expect(state.place).toBeUndefined();
  });

  test('shows what is connected in that way already', () => {
    const connection = { ...CONNECTION, ...way, profile: 'openai:keyferry', model: 'openai/gpt-5.4' };
    const truth = { snapshot: null, connection };
    expect(next(signedIn({ ...SESSION, offers, way }), { type: 'truth', truth }, NOW).place).toBeUndefined();
  });

  test('is named before the slug, which nobody can choose for themself, and dressed', () => {
    const session = { ...SESSION, displayName: 'Ælice', brand: { name: 'Other' } };
    const state = signedIn(session, { brand: { name: 'Example', logo: '/assets/logo-1.svg' } });
    const shown = view(
      next(state, { type: 'truth', truth: { snapshot: null, connection: null } }, NOW),
      PLACES,
    );
    expect(shown.customer).toBe('Ælice (alice)');
    expect(shown.screen).toMatchObject({ name: 'consent', customer: 'Ælice (alice)' });
    const place = { at: 'way', provider: 'openai', method: 'api-key' } as const;
    expect(PLACES.screenOf(state, place)).toMatchObject({ name: 'key', customer: 'Ælice (alice)' });
    expect(shown.brand).toEqual({ name: 'Other', logo: '/assets/logo-1.svg' });
  });

  test('begins nothing before it is used up', () => {
    const session: Session = { ...SESSION, csrf: '', link: 'unopened' };
    const state = next(
      signedIn(session),
      { type: 'truth', truth: { snapshot: null, connection: null } },
      NOW,
    );
    expect(view(state).screen.name).toBe('consent');
    expect(wantsStart(state)).toBe(false);
  });
});

describe('a key that is pasted in place of a code', () => {
  const offers = [
    { provider: 'anthropic', methods: [{ method: 'setup-token' }, { method: 'api-key' }] },
    { provider: 'groq', methods: [{ method: 'api-key', lacks: 'plan' as const }] },
  ];
  const pasted = (of: string | undefined): State => {
    const before = told(signedIn({ ...SESSION, offers }), ['waiting']);
    return next(
      next(before, { type: 'opened' }, NOW),
      { type: 'refused', what: 'code', why: 'code_is_key', of },
      NOW,
    );
  };

  test('has a way to the page of its provider’s keys, where that is offered', () => {
    const { screen } = view(pasted('anthropic'), PLACES);
    expect(screen).toMatchObject({ name: 'paste' });
    expect(screen.quiet).toContainEqual({
      does: 'go',
      label: english('paste.useKey', { name: 'Anthropic' }),
      to: { at: 'way', provider: 'anthropic', method: 'api-key' },
    });
  });

  test.each([['groq'], ['openai'], [undefined]])('has none where it is not: %s', (of) => {
    expect(view(pasted(of), PLACES).screen.quiet.every(({ does }) => does !== 'go')).toBe(true);
  });
});
