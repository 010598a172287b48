import type { ErrorCode } from '../../../core/contract/errors.ts';
import type { Session } from '../../../core/contract/http-api.ts';
import { shownError } from '../../../scripts/screenshots/fixtures.ts';
import {
  OPENAI_CONNECTION as OPENAI,
  WITH_OFFERS,
  withKey,
} from '../../../scripts/screenshots/key-fixtures.ts';
import type { Event } from '../../../web/model/state.ts';
import type { Place } from '../../../web/model/ways.ts';
import { nothingYet, OFFERED, SESSION, says, went } from './page-states.ts';
import type { Path } from './paths.ts';

export const OTHERS = 'Other providers and API keys';
export const CONSENT = 'consent: Connect your Claude account | [Connect Claude Account]';
const LIST = 'choices: Which provider do you want to use? | Back, What has been used';
export const KEY = 'key: Connect OpenAI with a key | [Connect OpenAI], Back';

const SAME_TIME = { startedAt: new Date().toISOString(), attempt: 1 };
const LOGIN = { method: 'claude-login', handshake: 'a-login-of-claude' };
export const providers: Place = { at: 'providers' };
export const openai: Place & { at: 'way' } = { at: 'way', provider: 'openai', method: 'api-key' };
export const login: Place = { at: 'way', provider: 'anthropic', method: 'claude-login' };
const consented: Event = { type: 'consented' };
const asked = (what: 'start' | 'key'): Event => ({ type: 'asked', what });
const refused = (what: 'start' | 'key', why: ErrorCode): Event => ({ type: 'refused', what, why });
export const key = (phase: Parameters<typeof withKey>[0], more = {}): Event => ({
  type: 'truth',
  truth: { snapshot: withKey(phase, more), connection: null },
});
/** A session that is offered only this of Anthropic's. */
export const only = (...methods: { method: string; lacks?: 'plan' | 'version' }[]): Event => {
  const others = (WITH_OFFERS.offers ?? []).filter(({ provider }) => provider !== 'anthropic');
  const session: Session = { ...WITH_OFFERS, offers: [{ provider: 'anthropic', methods }, ...others] };
  return { type: 'session', session };
};
/** Beside the main path. */
export const PLACE_PATHS: Path[] = [
  ['nothing else is offered: all is as before', [SESSION, nothingYet], CONSENT],
  ['others are offered: a quiet way there', [OFFERED, nothingYet], `${CONSENT}, ${OTHERS}`],
  [
    'only the one click is offered: no way to anything else',
    [
      {
        type: 'session',
        session: {
          ...WITH_OFFERS,
          offers: [{ provider: 'anthropic', methods: [{ method: 'setup-token' }] }],
        },
      },
      nothingYet,
    ],
    CONSENT,
  ],
  ['the list', [OFFERED, nothingYet, went(providers)], LIST],
  [
    'the list, while a sign-in that was begun unasked goes on',
    [OFFERED, says('waiting'), went(providers)],
    LIST,
  ],
  ['back from the list', [OFFERED, nothingYet, went(providers), went(undefined)], `${CONSENT}, ${OTHERS}`],
  [
    'a provider with several ways',
    [OFFERED, nothingYet, went({ at: 'provider', provider: 'anthropic' })],
    'choices: How do you want to use Anthropic? | Back',
  ],
  ['the field for a key', [OFFERED, nothingYet, went(openai)], KEY],
  [
    'a sign-in that stays on the machine',
    [OFFERED, nothingYet, went(login)],
    'consent: Connect your Claude account | [Connect Claude Account], Back',
  ],
  [
    '… the customer agrees',
    [OFFERED, nothingYet, went(login), consented, asked('start')],
    'preparing: Getting your sign-in ready… | ',
  ],
  [
    '… and its link is there',
    [OFFERED, nothingYet, went(login), consented, says('waiting', { method: 'claude-login' })],
    'open: Your sign-in is ready | [Open Claude sign-in], Cancel',
  ],
  [
    '… in the millisecond in which another was begun, which made room for it',
    [
      OFFERED,
      says('queued', { ...SAME_TIME, seq: 1 }),
      went(login),
      consented,
      says('cancelled', { ...SAME_TIME, seq: 2 }),
      says('queued', { ...SAME_TIME, ...LOGIN, seq: 2 }),
      says('waiting', { ...SAME_TIME, ...LOGIN, seq: 3 }),
    ],
    'open: Your sign-in is ready | [Open Claude sign-in], Cancel',
  ],
  [
    '… the start was refused',
    [OFFERED, nothingYet, went(login), consented, refused('start', 'queue_full')],
    'trouble: Temporarily unavailable | [Try again]',
  ],
  [
    '… it failed',
    [
      OFFERED,
      nothingYet,
      went(login),
      consented,
      says('reaching', { method: 'claude-login' }),
      says('failed', { method: 'claude-login', error: shownError('box_unreachable') }),
    ],
    `trouble: That did not work | [Try again], ${OTHERS}`,
  ],
  ['a key is being sent', [OFFERED, nothingYet, went(openai), asked('key')], 'progress: Connecting… | '],
  ['a key was refused', [OFFERED, nothingYet, went(openai), asked('key'), refused('key', 'queue_full')], KEY],
  [
    'a key is under way',
    [OFFERED, nothingYet, went(openai), key('installing')],
    'progress: Connecting… | Cancel',
  ],
  ['a key is under way in another tab', [OFFERED, key('reaching')], 'progress: Connecting… | Cancel'],
  ['it was cancelled: back to the field', [OFFERED, nothingYet, went(openai), key('cancelled')], KEY],
  [
    'it is connected',
    [
      OFFERED,
      nothingYet,
      went(openai),
      { type: 'truth', truth: { snapshot: withKey('connected'), connection: OPENAI } },
    ],
    'connected: OpenAI Connected | Replace the key, Names, order and checks, What has been used, Connect another provider',
  ],
  [
    'Claude by its sign-in is not offered: the list is where it begins',
    [only({ method: 'api-key' }), nothingYet],
    'choices: Which provider do you want to use? | What has been used',
  ],
  [
    'the machine signs in itself, and nothing else of Claude’s is offered: that is the one click',
    [only({ method: 'claude-login' }, { method: 'setup-token', lacks: 'version' }), nothingYet],
    `${CONSENT}, ${OTHERS}`,
  ],
  [
    'the machine is too old for the only other way: no way to anything else',
    [
      {
        type: 'session',
        session: {
          ...WITH_OFFERS,
          offers: [
            {
              provider: 'anthropic',
              methods: [{ method: 'setup-token' }, { method: 'claude-login', lacks: 'version' }],
            },
          ],
        },
      },
      nothingYet,
    ],
    CONSENT,
  ],
  [
    'a failed sign-in leaves the way to the others',
    [OFFERED, says('failed', { error: shownError('claude_missing') })],
    `trouble: We could not finish this | Start again, ${OTHERS}`,
  ],
];
