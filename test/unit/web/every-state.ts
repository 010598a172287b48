import { ERROR_CODES } from '../../../core/contract/error-rows.ts';
import { type HandOverEnd, handOverEndSchema } from '../../../core/contract/hand-over.ts';
import type { Session } from '../../../core/contract/http-api.ts';
import type { OwnConnection } from '../../../core/contract/own-connections.ts';
import { NAMES } from '../../../core/contract/provider-names.ts';
import { CONNECTION, NOON, seenAs, shownError } from '../../../scripts/screenshots/fixtures.ts';
import { CONNECTIONS } from '../../../scripts/screenshots/health-states.ts';
import {
  CHOICES,
  OFFERS,
  OLLAMA_CONNECTION,
  OPENAI_CONNECTION,
  OWN,
  WITH_OFFERS,
  withKey,
} from '../../../scripts/screenshots/key-fixtures.ts';
import { ON_TWO, UNREAD, UNUSED, USED } from '../../../scripts/screenshots/usage-fixtures.ts';
import type { FirstShows } from '../../../web/hand-over/first-end.ts';
import type { SecondShows } from '../../../web/hand-over/second-end.ts';
import type { Going, Group, Models, Shown } from '../../../web/keys/manage/desk.ts';
import type { UsageShown } from '../../../web/keys/usage/usage-look.ts';
import type { Event, Refusal } from '../../../web/model/state.ts';
import { NOW, nothingYet, OFFERED, SESSION, says, went } from './page-states.ts';
import { PATHS, PATHS_OF_CONNECTED } from './paths.ts';
import { PLACE_PATHS } from './place-paths.ts';

const session = (more: Partial<Session>): Event => ({
  type: 'session',
  session: { ...WITH_OFFERS, ...more },
});
export const truth = (connection: typeof CONNECTION, ...others: (typeof CONNECTION)[]): Event => ({
  type: 'truth',
  truth: { snapshot: null, connection, ...(others.length > 0 && { connections: [connection, ...others] }) },
});
const UNANSWERED: readonly Refusal[] = ['offline', 'unheard', 'outdated', 'unsealed'];
/** All that ends a handshake are seen with a sign-in and with a key; elsewhere these do, one of each kind. */
const CODES = ['box_unreachable', 'credential_expired', 'key_revoked', 'turn_failed', 'worker_lost'] as const;
const WHYS: readonly Refusal[] = [
  ...CODES,
  'not_here',
  'queue_full',
  'code_incomplete',
  'code_is_key',
  'code_is_token',
  ...UNANSWERED,
];
const opened: Event = { type: 'opened' };
const consented: Event = { type: 'consented' };
const key = { at: 'way', provider: 'openai', method: 'api-key' } as const;
const waiting = [OFFERED, says('waiting')];
const BRAND = {
  name: 'Example Hosting',
  supportUrl: 'https://dash.example.com/help',
  supportEmail: 'help@example.com',
  termsUrl: 'https://dash.example.com/terms',
};
const failedWith = (code: (typeof ERROR_CODES)[number]): [string, Event[]][] => [
  [`a sign-in failed: ${code}`, [OFFERED, says('failed', { error: shownError(code) })]],
  [
    `a key failed: ${code}`,
    [
      OFFERED,
      {
        type: 'truth',
        truth: { snapshot: withKey('failed', { error: shownError(code) }), connection: null },
      },
    ],
  ],
];

/** What the tables of the paths have, and what they have not. */
export const STATES: [name: string, events: Event[], later?: number][] = [
  ...[...PATHS, ...PATHS_OF_CONNECTED, ...PLACE_PATHS].map(([name, events]): [string, Event[]] => [
    name,
    events,
  ]),
  ...[session({ copies: true }), session({ copies: false })].map((one): [string, Event[]] => [
    'copies',
    [one, nothingYet],
  ]),
  ['a demonstration', [session({ standIn: 'http://127.0.0.1:9' }), says('waiting')]],
  ['viewed by an operator', [session({ viewer: 'bob' }), says('waiting')]],
  ['viewed by an operator, connected', [session({ viewer: 'bob' }), truth(CONNECTION)]],
  [
    'dressed',
    [session({ displayName: 'bob', brand: BRAND, returnUrl: 'https://dash.example.com/a' }), nothingYet],
  ],
  [
    'dressed, and failed',
    [
      session({ brand: BRAND, returnUrl: 'https://dash.example.com/a' }),
      says('failed', { error: shownError('box_unreachable') }),
    ],
  ],
  [
    'a link that is over',
    [
      session({ supportCode: '3EEPQKDV', brand: BRAND, refreshUrl: 'https://dash.example.com/b' }),
      { type: 'barred', why: 'link_used' },
    ],
  ],
  ['the line is lost', [...waiting, { type: 'line', stands: false }], 5_000],
  ['the service is away', [...waiting, { type: 'service', available: false }], 5_000],
  ['it waits long', [OFFERED, says('queued'), consented], 30_000],
  [
    'a key waits long',
    [
      OFFERED,
      {
        type: 'truth',
        truth: { snapshot: withKey('queued', { at: new Date(NOW).toISOString() }), connection: null },
      },
    ],
    30_000,
  ],
  ['it is tried again', [OFFERED, nothingYet, consented, says('reaching', { notice: 'retrying' })]],
  ...(['queued', 'reaching', 'preparing', 'opening'] as const).map((phase): [string, Event[]] => [
    phase,
    [OFFERED, nothingYet, consented, says(phase)],
  ]),
  ...[0, 9 * 60_000, 9.5 * 60_000, 60 * 60_000].flatMap((later): [string, Event[], number][] => [
    [`the sign-in, ${later} ms later`, [OFFERED, nothingYet, consented, says('waiting')], later],
    [`the code, ${later} ms later`, [...waiting, opened], later],
  ]),
  ['cancelling', [...waiting, opened, { type: 'asked', what: 'cancel' }]],
  [
    'a key in place of a code',
    [...waiting, opened, { type: 'refused', what: 'code', why: 'code_is_key', of: 'openai' }],
  ],
  ...WHYS.flatMap((why): [string, Event[]][] => [
    [`no code: ${why}`, [...waiting, opened, { type: 'refused', what: 'code', why }]],
    [`no start: ${why}`, [OFFERED, nothingYet, consented, { type: 'refused', what: 'start', why }]],
    [`no cancelling: ${why}`, [...waiting, opened, { type: 'refused', what: 'cancel', why }]],
    [`no key: ${why}`, [OFFERED, nothingYet, went(key), { type: 'refused', what: 'key', why }]],
    [`no visit: ${why}`, [{ type: 'refused', what: 'visit', why }]],
  ]),
  ...ERROR_CODES.filter((code) => code !== 'cancelled').flatMap(failedWith),
  ...ERROR_CODES.map((why): [string, Event[]] => [`barred: ${why}`, [SESSION, { type: 'barred', why }]]),
  ...OFFERS.concat(
    Object.keys(NAMES).map((provider) => ({ provider, methods: [{ method: 'api-key' }] })),
  ).flatMap(({ provider }): [string, Event[]][] => [
    [`the ways of ${provider}`, [OFFERED, nothingYet, went({ at: 'provider', provider })]],
    [`the key of ${provider}`, [OFFERED, nothingYet, went({ at: 'way', provider, method: 'api-key' })]],
  ]),
  ...[false, true].flatMap((another): [string, Event[]][] => [
    ['a key beside', [session({ copies: true }), truth(OPENAI_CONNECTION), went({ ...key, another })]],
    [
      'a sign-in beside',
      [
        OFFERED,
        truth(CONNECTION),
        went({ at: 'way', provider: 'anthropic', method: 'setup-token', another }),
      ],
    ],
  ]),
  ['the list, with what is connected', [OFFERED, truth(OPENAI_CONNECTION), went({ at: 'providers' })]],
  ['a login is connected', [OFFERED, truth({ ...CONNECTION, method: 'claude-login' })]],
  ['an address is connected', [OFFERED, truth(OLLAMA_CONNECTION)]],
  [
    'an address is being connected',
    [
      OFFERED,
      { type: 'truth', truth: { snapshot: withKey('installing', { provider: 'ollama' }), connection: null } },
    ],
  ],
  ...Object.entries(CONNECTIONS).map(([name, connection]): [string, Event[]] => [
    name,
    [OFFERED, truth(connection)],
  ]),
  ['one that was not looked up', [OFFERED, truth((({ seen: _, ...connection }) => connection)(CONNECTION))]],
  [
    'one that was never looked up',
    [OFFERED, truth({ ...CONNECTION, seen: seenAs('unknown', { checkedAt: null }) })],
  ],
  [
    'what comes beside the main path cannot be loaded',
    [OFFERED, nothingYet, { type: 'keys', are: 'failed' }, went({ at: 'providers' })],
  ],
  [
    'several',
    [
      OFFERED,
      truth(
        OPENAI_CONNECTION,
        { ...CONNECTIONS.revoked, profile: 'openai:keyferry-2', label: 'personal' },
        CONNECTIONS.expired,
        { ...CONNECTIONS.expiring, profile: 'anthropic:second' },
        { ...CONNECTIONS.newer, profile: 'anthropic:third' },
        { ...CONNECTIONS.unknown, provider: 'groq', method: 'api-key', profile: 'groq:keyferry' },
        OLLAMA_CONNECTION,
      ),
    ],
  ],
  ...['anthropic', 'openai', 'ollama'].map((provider): [string, Event[]] => [
    `disconnected: ${provider}`,
    [
      OFFERED,
      says('connected', {
        provider,
        method: provider === 'anthropic' ? 'setup-token' : 'api-key',
        disconnectedAt: new Date(NOON).toISOString(),
        receipt: '0d9f2c44-5b1e-4f0a-9c37-6a2b8d1e7f05',
        connection: undefined,
      }),
    ],
  ]),
];

const NOW_OR: readonly (Going | undefined)[] = [
  undefined,
  { is: 'running', isHeard: true },
  { is: 'running', isHeard: false },
  { is: 'done' },
  ...WHYS.map((why): Going => ({ is: 'refused', why })),
];
const groupOf = (connections: readonly OwnConnection[], order?: Going): Group => ({
  key: 'default openai',
  box: 'default',
  provider: connections[0]?.provider ?? '',
  connections,
  order,
});
const NOTHING: Shown = {
  groups: undefined,
  refused: undefined,
  tests: {},
  names: {},
  models: {},
  ends: {},
  gone: [],
};
const [claude, work, personal, last] = OWN as [OwnConnection, OwnConnection, OwnConnection, OwnConnection];
const own = [claude, work, personal, last];
const KEYS = [work, personal, last];
const ofEach = <Thing>(thing: Thing) => Object.fromEntries(own.map(({ id }) => [id, thing]));
const lookedUp: Models = { is: 'shown', isHeard: true, choices: CHOICES };
const none: Models = { is: 'shown', isHeard: true, choices: { ...CHOICES, models: [] } };
const MODELS: readonly Models[] = [
  { is: 'looking', isHeard: true },
  lookedUp,
  none,
  { ...lookedUp, choices: { ...CHOICES, isAnsweredHere: false } },
  { ...lookedUp, choices: { ...CHOICES, now: null } },
  ...WHYS.map((why): Models => ({ is: 'shown', isHeard: true, why })),
  ...NOW_OR.flatMap((going): Models[] =>
    going ? [{ ...lookedUp, chosen: { model: 'openai/gpt-6-astra', going } }] : [],
  ),
  ...CODES.map(
    (verdict): Models => ({
      ...lookedUp,
      chosen: { model: 'openai/gpt-6-astra', going: { is: 'done' }, verdict },
    }),
  ),
];

/** What the page of what is connected shows. */
export const MANAGED: Shown[] = [
  NOTHING,
  { ...NOTHING, groups: [] },
  ...WHYS.map((refused): Shown => ({ ...NOTHING, refused })),
  { ...NOTHING, groups: [groupOf([claude]), { ...groupOf([work]), box: 'second' }] },
  ...NOW_OR.map(
    (going): Shown => ({
      ...NOTHING,
      groups: [groupOf([claude]), groupOf(KEYS, going)],
      ...(going && { names: ofEach(going), ends: ofEach(going) }),
      ...(going && going.is !== 'done' && { tests: ofEach(going) }),
    }),
  ),
  ...[undefined, ...CODES].map(
    (verdict): Shown => ({
      ...NOTHING,
      groups: [groupOf([claude]), groupOf(KEYS)],
      tests: ofEach({ is: 'said', at: NOW, ...(verdict && { verdict }) }),
    }),
  ),
  ...MODELS.map(
    (models): Shown => ({
      ...NOTHING,
      groups: [groupOf([claude]), groupOf(KEYS)],
      models: ofEach(models),
    }),
  ),
  ...(['working', 'attention', 'unknown', 'expiring', 'disconnected'] as const).flatMap((health) =>
    [null, ...CODES, 'of_a_newer_version'].map(
      (reason): Shown => ({
        ...NOTHING,
        groups: [groupOf(own.map((one) => ({ ...one, health, reason })))],
      }),
    ),
  ),
  ...(['removed', 'absent', 'replaced'] as const).map(
    (outcome): Shown => ({
      ...NOTHING,
      groups: [],
      gone: own.map((connection) => ({
        connection,
        end: {
          connection: connection.id,
          state: 'done',
          outcome,
          receipt: '0d9f2c44-5b1e-4f0a-9c37-6a2b8d1e7f05',
          revokeAt: NAMES.openai.revokeAt,
        },
      })),
    }),
  ),
];

/** What the page of what was used shows. */
export const USAGE: UsageShown[] = [
  {},
  ...WHYS.map((refused): UsageShown => ({ refused })),
  ...[USED, UNUSED, UNREAD, ON_TWO].map((usage): UsageShown => ({ usage })),
  ...['read', 'partial', 'none', 'unsaid', 'too_much', 'of_a_newer_version'].map(
    (state): UsageShown => ({
      usage: { ...USED, boxes: USED.boxes.map((box) => ({ ...box, state })) },
    }),
  ),
  ...['subscription', 'api-key', 'own', 'platform', 'unknown', 'of_a_newer_version'].flatMap((kind) =>
    [0, 0.004, 2.5].flatMap((costUsd) =>
      [0, 1.5].map(
        (estimateUsd): UsageShown => ({
          usage: {
            ...USED,
            sums: USED.sums.map((sum) => ({ ...sum, kind, costUsd, estimateUsd, unpricedRequests: 2 })),
            models: USED.models.map((model) => ({ ...model, kind })),
          },
        }),
      ),
    ),
  ),
];

const about = { customer: 'alice', displayName: 'bob' };
const WORDS = ['PIANO', 'TANGO', 'ZEBRA', 'KIWI'];
const ENDS: readonly HandOverEnd[] = handOverEndSchema.options;
/** What the first device of a hand-over shows. */
export const FIRST: FirstShows[] = [
  { at: 'making' },
  { at: 'code', url: 'https://alice.keyferry.example/continue/practice' },
  { at: 'paused' },
  { at: 'word', id: 'practice', choices: WORDS },
  { at: 'confirmed' },
  { at: 'entered' },
  { at: 'signedOut' },
  ...ENDS.map((why): FirstShows => ({ at: 'ended', why })),
  ...WHYS.flatMap((why): FirstShows[] => [
    { at: 'refused', why },
    { at: 'word', id: 'practice', choices: WORDS, problem: why },
  ]),
];
/** What the second one shows. */
export const SECOND: SecondShows[] = [
  { at: 'looking' },
  { at: 'question', about: { customer: 'alice' } },
  { at: 'word', word: 'PIANO', about },
  { at: 'word', word: 'PIANO', about: undefined },
  { at: 'confirmed' },
  { at: 'stopped' },
  ...[undefined, 'https://dash.example.com/b'].flatMap((refreshUrl) =>
    ENDS.map((why): SecondShows => ({ at: 'ended', why, refreshUrl })),
  ),
  ...WHYS.flatMap((why): SecondShows[] => [
    { at: 'refused', why },
    { at: 'question', about, problem: why },
  ]),
];
