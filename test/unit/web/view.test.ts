import { describe, expect, test } from '@jest/globals';
import { CATALOGUE } from '../../../core/contract/errors.ts';
import { practiceLink, shownError } from '../../../scripts/screenshots/fixtures.ts';
import type { Event } from '../../../web/model/state.ts';
import { changesAt, view, wantsStart } from '../../../web/model/view.ts';
import {
  connectedOnly,
  inOneLine,
  MINUTE,
  NOW,
  nothingYet,
  OTHER_LINK,
  SESSION,
  says,
  snapshot,
  stateAfter,
  viewAfter,
} from './page-states.ts';

const CONSENT = 'consent: Connect your Claude account | [Connect Claude Account]';
const OPEN = 'open: Your sign-in is ready | [Open Claude sign-in], Cancel';
const PASTE = 'paste: Paste your code | [Continue], Open the sign-in again, Cancel';

const consented: Event = { type: 'consented' };
const opened: Event = { type: 'opened' };
const asked = (what: 'start' | 'code' | 'cancel'): Event => ({ type: 'asked', what });
const pasting = [SESSION, says('waiting'), opened];
const failed = (code: 'box_unreachable' | 'host_key_mismatch' = 'box_unreachable') =>
  says('failed', { error: shownError(code) });

describe('the button of the consent', () => {
  test('opens the sign-in by the same click when the link is there', () => {
    const { screen } = viewAfter(SESSION, says('waiting'));
    expect(screen.primary).toEqual({
      does: 'open',
      label: 'Connect Claude Account',
      href: practiceLink(),
    });
  });

  test('remembers the click until the link is there', () => {
    expect(viewAfter(SESSION, says('opening')).screen.primary).toEqual({
      does: 'connect',
      label: 'Connect Claude Account',
    });
  });

  test('leads to the stand-in in a demonstration, which the page says', () => {
    const session: Event = {
      type: 'session',
      session: { customer: 'alice', csrf: 'x', standIn: 'http://127.0.0.1:9' },
    };
    const { screen, standIn } = viewAfter(session, says('waiting'));
    expect(standIn).toBe(true);
    expect(screen.primary).toMatchObject({
      href: practiceLink().replace('https://claude.com', 'http://127.0.0.1:9'),
    });
  });
});

describe('what is said about a sign-in that has to be made again', () => {
  test('a rejected code is explained, and that the old tab is no longer good', () => {
    const rejected = shownError('code_rejected');
    const { screen } = viewAfter(
      ...pasting,
      says('exchanging'),
      says('waiting', { link: OTHER_LINK, rejected }),
    );
    expect(screen).toMatchObject({
      isRejected: true,
      notice: `${CATALOGUE.code_rejected.customer} The earlier tab no longer works. You can close it.`,
    });
  });

  test('an attempt that is made again is explained while the customer waits', () => {
    expect(
      viewAfter(SESSION, says('opening'), consented, says('queued', { notice: 'retrying' })).screen,
    ).toMatchObject({
      notice: 'That did not work at first. We are trying again.',
    });
  });

  test('a turn that is long in coming is explained, at the moment when it is', () => {
    const at = new Date(NOW - 4_000).toISOString();
    const events = [SESSION, says('queued', { at }), consented];
    const notice = 'We are busy right now, so this is taking longer than usual. You keep your place.';
    const state = stateAfter(events);
    expect(view(state).screen).not.toHaveProperty('notice');
    expect(changesAt(state)).toBe(NOW + 6_000);
    const later = stateAfter(events, { later: 6_000 });
    expect(view(later).screen).toMatchObject({ name: 'preparing', notice });
    expect(changesAt(later)).toBeUndefined();
  });

  test('a failure for good has what support needs to know', () => {
    const { screen } = viewAfter(SESSION, failed('host_key_mismatch'));
    expect(screen).toMatchObject({
      message: CATALOGUE.host_key_mismatch.customer,
      reference: { handshake: snapshot('failed').handshake, code: 'host_key_mismatch' },
    });
  });
});

describe('the truth', () => {
  test('that is older than what is shown changes nothing', () => {
    const before = says('waiting');
    const state = stateAfter([SESSION, says('exchanging'), before]);
    expect(state.truth?.snapshot?.phase).toBe('exchanging');
  });

  test('of no handshake changes nothing once there was one', () => {
    expect(inOneLine(viewAfter(...pasting, nothingYet))).toBe(PASTE);
  });

  test('of an attempt that ended long ago counts as none', () => {
    const at = new Date(NOW - 11 * MINUTE).toISOString();
    const state = stateAfter([SESSION, says('failed', { at, error: shownError('box_unreachable') })]);
    expect(inOneLine(view(state))).toBe(CONSENT);
    expect(wantsStart(state)).toBe(true);
  });
});

describe('consent', () => {
  test('holds over a reload, for the same handshake', () => {
    const given = snapshot('waiting');
    const { handshake, attempt, seq } = given;
    const consent = { handshake, opened: { attempt, seq } };
    const told: Event = { type: 'truth', truth: { snapshot: given, connection: null } };
    expect(inOneLine(view(stateAfter([SESSION, told], { consent })))).toBe(PASTE);
    const unopened = { handshake, opened: undefined };
    expect(inOneLine(view(stateAfter([SESSION, told], { consent: unopened })))).toBe(OPEN);
  });

  test('is not carried over to another handshake', () => {
    const consent = { handshake: 'handshake-1', opened: undefined };
    expect(inOneLine(view(stateAfter([SESSION, says('waiting')], { consent })))).toBe(CONSENT);
    expect(inOneLine(viewAfter(...pasting, says('waiting', { handshake: 'handshake-2' })))).toBe(CONSENT);
  });
});

/** Where nothing is begun for who only looks. */
const SESSION_BY_CLICK: Event = {
  type: 'session',
  session: { customer: 'alice', csrf: 'x', begins: 'click' },
};

describe('a handshake is begun unasked', () => {
  test.each<[string, boolean, Event[]]>([
    ['when there has been none', true, [SESSION, nothingYet]],
    ['not before it is known who is here', false, [nothingYet]],
    ['not before the click where that is configured', false, [SESSION_BY_CLICK, nothingYet]],
    ['not while one is being begun', false, [SESSION, nothingYet, asked('start')]],
    ['not when one is under way', false, [SESSION, says('waiting')]],
    ['not when the customer is connected', false, [SESSION, connectedOnly]],
    ['not over the end of one that has just failed', false, [SESSION, failed()]],
    ['not over a cancellation', false, [SESSION, says('cancelled')]],
    ['in the place of one that expired unused', true, [SESSION, says('waiting'), says('expired')]],
  ])('%s: %p', (_, wants, events) => {
    expect(wantsStart(stateAfter(events))).toBe(wants);
  });
});

describe('an operator who looks at the page', () => {
  const looking: Event = {
    type: 'session',
    session: { customer: 'alice', csrf: 'x', viewer: 'olga' },
  };

  test('is told so, and the customer is not', () => {
    const events = [nothingYet, says('reaching'), connectedOnly, failed()];
    for (const event of events) {
      expect(viewAfter(looking, event).viewOnly).toBe(
        'This is what alice sees. Nothing here can be clicked.',
      );
      expect(viewAfter(SESSION, event).viewOnly).toBeUndefined();
    }
  });

  test.each<[string, Event[]]>([
    ['there has been none', [nothingYet]],
    ['one expired unused', [says('waiting', { link: undefined }), says('expired')]],
  ])('begins no handshake where the customer would: %s', (_, events) => {
    expect(wantsStart(stateAfter([SESSION, ...events]))).toBe(true);
    expect(wantsStart(stateAfter([looking, ...events]))).toBe(false);
  });

  test('sees the screens that the customer sees, and no way to the sign-in', () => {
    const without: Event[] = [says('waiting', { link: undefined })];
    for (const events of [[nothingYet], [says('exchanging')], [connectedOnly], [failed()], without])
      expect(viewAfter(looking, ...events).screen).toEqual(viewAfter(SESSION, ...events).screen);
    const { primary, quiet } = viewAfter(looking, ...without).screen;
    for (const action of [primary, ...quiet]) expect(action).not.toHaveProperty('href');
  });
});

describe('what is asked', () => {
  test('cannot be asked twice while it has no effect', () => {
    expect(viewAfter(...pasting, asked('cancel')).screen.quiet).toContainEqual({
      does: 'cancel',
      label: 'Cancelling…',
      busy: true,
    });
  });

  test('is given up after half a minute without effect', () => {
    const state = stateAfter([...pasting, asked('code')], { later: MINUTE / 2 });
    expect(view(state).screen).toMatchObject({
      name: 'paste',
      error: 'That took longer than it should have. Please try again.',
    });
  });

  test('and refused is explained where the customer is', () => {
    expect(viewAfter(...pasting, { type: 'refused', what: 'cancel', why: 'offline' }).screen.problem).toBe(
      'We got no answer. Please check your connection, then try again.',
    );
    expect(
      viewAfter(...pasting, { type: 'refused', what: 'code', why: 'too_many_requests' }).screen,
    ).toMatchObject({ error: CATALOGUE.too_many_requests.customer });
  });
});

describe('a line that breaks', () => {
  const broken = [...pasting, { type: 'line', stands: false } as Event];

  test('is not spoken of before two seconds', () => {
    expect(view(stateAfter(broken)).banner).toBeUndefined();
    expect(changesAt(stateAfter(broken))).toBe(NOW + 2_000);
    expect(view(stateAfter(broken, { later: 2_000 })).banner).toBe('Reconnecting…');
  });

  test('changes nothing more once the customer has to come back through the dashboard', () => {
    expect(changesAt(stateAfter([...broken, { type: 'barred', why: 'not_signed_in' }]))).toBeUndefined();
  });

  test('leaves the screen as it is, and is over when it stands again', () => {
    expect(inOneLine(view(stateAfter(broken, { later: 5_000 })))).toBe(PASTE);
    expect(
      view(stateAfter([...broken, { type: 'line', stands: true }], { later: 5_000 })).banner,
    ).toBeUndefined();
  });
});

describe('a service that is away', () => {
  const away = [...pasting, { type: 'service', available: false } as Event];
  const banner = (events: Event[], later = 2_000) => view(stateAfter(events, { later })).banner;

  test('is said above the screen, which stays, once two seconds are over', () => {
    expect(view(stateAfter(away)).banner).toBeUndefined();
    expect(changesAt(stateAfter(away))).toBe(NOW + 2_000);
    expect(banner(away)).toMatch(/^Part of our service cannot be reached right now\./);
    expect(inOneLine(view(stateAfter(away, { later: 2_000 })))).toBe(PASTE);
  });

  test('is over when it is back, also on a new line that says nothing of it', () => {
    expect(banner([...away, { type: 'service', available: true }])).toBeUndefined();
    const newLine: Event[] = [
      { type: 'line', stands: false },
      { type: 'line', stands: true },
    ];
    expect(banner([...away, ...newLine])).toBeUndefined();
  });

  test('matters less than a line that is broken, and not at all where nothing can go on', () => {
    expect(banner([...away, { type: 'line', stands: false }])).toBe('Reconnecting…');
    expect(banner([...away, { type: 'barred', why: 'not_signed_in' }])).toBeUndefined();
  });
});

test('a screen reader hears what changes by itself', () => {
  expect(viewAfter(SESSION, says('exchanging')).said).toBe('Checking your code with Anthropic');
  expect(viewAfter(SESSION, connectedOnly).said).toBe('Claude Connected');
  expect(viewAfter(SESSION, failed()).said).toBe(`That did not work. ${CATALOGUE.box_unreachable.customer}`);
  expect(viewAfter(...pasting).said).toBe('');
  expect(view(stateAfter(pasting, { later: 10 * MINUTE })).said).toBe(
    'This sign-in is good for 5 more minutes.',
  );
});

test('the title says where things stand, and whose page it is', () => {
  expect(viewAfter(SESSION, nothingYet).title).toBe('Connect Claude · alice');
  expect(viewAfter(SESSION, connectedOnly).title).toBe('Claude Connected · alice');
  expect(viewAfter({ type: 'barred', why: 'not_signed_in' }).title).toBe(
    'Please come back through your dashboard',
  );
});

test.each<[string, string, Event[]]>([
  ['rests while the customer has something to do', 'resting', pasting],
  ['works while they wait', 'working', [...pasting, says('exchanging')]],
  ['is joined when they are connected', 'joined', [SESSION, connectedOnly]],
  ['is broken when something failed', 'broken', [SESSION, failed()]],
  ['rests after a cancellation', 'resting', [...pasting, says('cancelled')]],
])('the picture %s', (_, picture, events) => {
  expect(viewAfter(...events).picture).toBe(picture);
});
