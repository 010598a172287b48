import { shownError } from '../../../scripts/screenshots/fixtures.ts';
import type { Event } from '../../../web/model/state.ts';
import { CONNECTION, connectedOnly, nothingYet, OTHER_LINK, SESSION, says } from './page-states.ts';

/** What has happened, in words and in events, and the screen that it leads to, in one line. */
export type Path = [name: string, events: Event[], screen: string];

export const AT = '2026-06-18T10:00:00.000Z';
const DISCONNECTED = 'trouble: Claude is disconnected | [Start again]';
const CONSENT = 'consent: Connect your Claude account | [Connect Claude Account]';
const PREPARING = 'preparing: Getting your sign-in ready… | Cancel';
const OPEN = 'open: Your sign-in is ready | [Open Claude sign-in], Cancel';
const AGAIN = 'open: Please sign in once more | [Open Claude sign-in], Cancel';
const PASTE = 'paste: Paste your code | [Continue], Open the sign-in again, Cancel';
const PROGRESS = 'progress: Connecting… | Cancel';
const CONNECTED = 'connected: Claude Connected | Connect again';
const FAILED = 'trouble: That did not work | [Try again]';

const consented: Event = { type: 'consented' };
const opened: Event = { type: 'opened' };
const startAnew: Event = { type: 'startAnew' };
const putAside: Event = { type: 'putAside' };
const asked = (what: 'start' | 'code' | 'cancel'): Event => ({ type: 'asked', what });
const pasting = [SESSION, says('waiting'), opened];
const failed = (code: 'box_unreachable' | 'host_key_mismatch' = 'box_unreachable') =>
  says('failed', { error: shownError(code) });

/** The main path. */
export const PATHS: Path[] = [
  ['nothing is known yet', [], 'loading: One moment… | '],
  ['the session alone is known', [SESSION], 'loading: One moment… | '],
  ['there has been no handshake', [SESSION, nothingYet], CONSENT],
  ['the page has begun one unasked', [SESSION, nothingYet, asked('start')], CONSENT],
  ['it reaches the box', [SESSION, says('reaching')], CONSENT],
  ['its link is there', [SESSION, says('waiting')], CONSENT],
  [
    'the customer agreed before a handshake is there',
    [SESSION, nothingYet, asked('start'), consented],
    'preparing: Getting your sign-in ready… | ',
  ],
  ['… and now it is there', [SESSION, nothingYet, consented, says('queued')], PREPARING],
  ['… and the link comes', [SESSION, nothingYet, consented, says('queued'), says('waiting')], OPEN],
  ['the customer agreed while it was being prepared', [SESSION, says('opening'), consented], PREPARING],
  ['the customer clicked on a link that was there', pasting, PASTE],
  [
    'the customer opened the sign-in from "ready"',
    [SESSION, says('opening'), consented, says('waiting'), opened],
    PASTE,
  ],
  ['the code is being sent', [...pasting, asked('code')], PROGRESS],
  [
    'the code is being sent, and somebody has taken what waited on its box',
    [...pasting, asked('code'), says('waiting', { attempt: 2 })],
    PROGRESS,
  ],
  [
    'the code was not fit to be sent',
    [...pasting, { type: 'refused', what: 'code', why: 'code_incomplete' }],
    PASTE,
  ],
  ['the code is being checked', [...pasting, asked('code'), says('exchanging')], PROGRESS],
  ['another tab sent the code', [SESSION, says('waiting'), says('exchanging')], PROGRESS],
  ['the token is being given to OpenClaw', [SESSION, says('installing')], PROGRESS],
  ['OpenClaw is being asked', [SESSION, says('proving')], PROGRESS],
  ['it is connected', [...pasting, says('exchanging'), says('connected', {}, CONNECTION)], CONNECTED],
  ['it has long been connected', [SESSION, connectedOnly], CONNECTED],
  [
    'the code was rejected and there is a fresh link',
    [
      ...pasting,
      says('exchanging'),
      says('waiting', { link: OTHER_LINK, rejected: shownError('code_rejected') }),
    ],
    AGAIN,
  ],
  [
    'the code was rejected and the link is the same',
    [...pasting, says('exchanging'), says('waiting', { rejected: shownError('code_rejected') })],
    AGAIN,
  ],
  [
    'the worker did not like the shape of a code',
    [...pasting, asked('code'), says('waiting', { rejected: shownError('code_from_other_link') })],
    PASTE,
  ],
  [
    'the worker was lost and there is a fresh link',
    [...pasting, says('waiting', { attempt: 2, link: OTHER_LINK, notice: 'fresh_link' })],
    AGAIN,
  ],
  [
    'the worker was lost and there is no link yet',
    [...pasting, says('queued', { attempt: 2, notice: 'fresh_link' })],
    PREPARING,
  ],
  ['the sign-in expired', [...pasting, says('expired')], 'trouble: The sign-in has expired | [Start again]'],
  ['it expired and was never agreed to', [SESSION, says('waiting'), says('expired')], CONSENT],
  ['it was cancelled', [...pasting, says('cancelled')], 'trouble: Cancelled | [Start again]'],
  [
    'the connection was removed while the page was open',
    [
      SESSION,
      says('connected', {}, CONNECTION),
      says('connected', { disconnectedAt: AT, connection: undefined }),
    ],
    DISCONNECTED,
  ],
  [
    'the connection was removed, and an attempt after it had been cancelled',
    [SESSION, says('cancelled', { disconnectedAt: AT, connection: undefined })],
    DISCONNECTED,
  ],
  [
    '… and the customer starts again',
    [SESSION, says('connected', { disconnectedAt: AT, connection: undefined }), startAnew],
    CONSENT,
  ],
  ['it failed and may be tried again', [SESSION, failed()], FAILED],
  [
    'it failed for good',
    [SESSION, failed('host_key_mismatch')],
    'trouble: We could not finish this | Start again',
  ],
  ['the customer starts again', [...pasting, failed(), startAnew, asked('start')], CONSENT],
  [
    '… and it is under way',
    [...pasting, failed(), startAnew, says('reaching', { handshake: 'handshake-2' })],
    CONSENT,
  ],
  [
    '… and fails as well',
    [
      SESSION,
      failed(),
      startAnew,
      says('failed', { handshake: 'handshake-2', error: shownError('box_unreachable') }),
    ],
    FAILED,
  ],
  [
    'the start was refused before the customer agreed',
    [SESSION, nothingYet, { type: 'refused', what: 'start', why: 'too_many_requests' }],
    CONSENT,
  ],
  [
    'the start was refused after the customer agreed',
    [SESSION, nothingYet, consented, { type: 'refused', what: 'start', why: 'service_unavailable' }],
    'trouble: Temporarily unavailable | [Try again]',
  ],
  [
    'the api cannot be reached at all',
    [{ type: 'refused', what: 'visit', why: 'offline' }],
    'trouble: Temporarily unavailable | [Try again]',
  ],
  [
    'nobody is signed in',
    [{ type: 'barred', why: 'not_signed_in' }],
    'trouble: Please come back through your dashboard | ',
  ],
  ['the host is nobody’s', [{ type: 'barred', why: 'not_here' }], 'trouble: There is nothing here | '],
  [
    'the session ended on the way',
    [...pasting, { type: 'barred', why: 'not_signed_in' }],
    'trouble: Please come back through your dashboard | ',
  ],
];

const KEEP = `${CONSENT}, Keep the current connection`;
const again = { handshake: 'handshake-2' };
const isConnected = [SESSION, says('connected', {}, CONNECTION)];

/** Of a customer who is connected. */
export const PATHS_OF_CONNECTED: Path[] = [
  ['sees consent when they connect again', [...isConnected, startAnew, asked('start')], KEEP],
  [
    '… also once the handshake is there',
    [...isConnected, startAnew, says('waiting', again, CONNECTION)],
    KEEP,
  ],
  ['goes back when they keep what they have', [...isConnected, startAnew, putAside], CONNECTED],
  ['stays so in a tab that did not ask', [...isConnected, says('waiting', again, CONNECTION)], CONNECTED],
  [
    'sees what another tab is doing once a code was given',
    [...isConnected, says('exchanging', again, CONNECTION)],
    PROGRESS,
  ],
  [
    'is where they were after cancelling',
    [...isConnected, startAnew, says('waiting', again, CONNECTION), says('cancelled', again, CONNECTION)],
    CONNECTED,
  ],
  [
    'hears of a failure, and may leave it at that',
    [
      ...isConnected,
      startAnew,
      says('failed', { ...again, error: shownError('box_unreachable') }, CONNECTION),
    ],
    `${FAILED}, Not now`,
  ],
  [
    '… and is connected then',
    [
      ...isConnected,
      says('failed', { ...again, error: shownError('box_unreachable') }, CONNECTION),
      putAside,
    ],
    CONNECTED,
  ],
  [
    'connects once more, and again',
    [...isConnected, startAnew, says('proving', again, CONNECTION), says('connected', again, CONNECTION)],
    CONNECTED,
  ],
];
