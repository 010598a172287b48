import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { OpenerMessage } from '../../../core/contract/opener.ts';
import type { Phase } from '../../../core/contract/phases.ts';
import { initialState, next, type State } from '../../../web/model/state.ts';

const ORIGIN = 'https://dashboard.test';
const HANDSHAKE = '0b9d8a52-6f5c-4c1e-9d55-0d8f2f3f7a10';

let tell: (state: State) => void;
let told: [OpenerMessage, string][];

beforeEach(async () => {
  jest.resetModules();
  const { tellOpener } = await import('../../../web/client/tell-opener.ts');
  told = [];
  const opener = { postMessage: (...said: unknown[]) => void told.push(said as [OpenerMessage, string]) };
  tell = (state) => tellOpener(opener, state);
});

const visit = (more: Partial<State> = {}, origin: string | undefined = ORIGIN): State => ({
  ...initialState(0, undefined),
  session: { customer: 'alice', csrf: 'a-secret', ...(origin && { origin }) },
  ...more,
});
const at = (phase: Phase): Partial<State> => ({
  truth: {
    connection: null,
    snapshot: {
      provider: 'anthropic',
      method: 'setup-token',
      handshake: HANDSHAKE,
      phase,
      link: 'https://claude.ai/oauth/authorize?secret',
      startedAt: '2026-11-22T10:00:00.000Z',
      at: '2026-11-22T10:00:00.000Z',
      attempt: 1,
      seq: 0,
    },
  },
});
const message = (state: OpenerMessage['state'], handshake: string | null = null) => [
  { keyferry: 1, state, handshake },
  ORIGIN,
];

describe('the page that opened this one in a popup', () => {
  test('is told each state once: its name and the handshake, and nothing else', () => {
    tell(visit());
    tell(visit());
    for (const phase of ['queued', 'waiting', 'waiting', 'exchanging', 'connected'] as const)
      tell(visit(at(phase)));
    expect(told).toEqual([
      message('open'),
      message('queued', HANDSHAKE),
      message('waiting', HANDSHAKE),
      message('exchanging', HANDSHAKE),
      message('connected', HANDSHAKE),
    ]);
  });

  test('is told that a handshake is of this visit once the api has said so, also when it has ended by then', () => {
    const state = next(visit(at('failed')), { type: 'answered', handshake: HANDSHAKE }, 0);
    tell(visit(at('failed')));
    tell(state);
    tell({ ...state, begun: 'another-one' });
    const [failed, origin] = message('failed', HANDSHAKE);
    expect(told).toEqual([
      [failed, origin],
      [{ ...(failed as OpenerMessage), isOfThisVisit: true }, origin],
      [failed, origin],
    ]);
  });

  test('is told nothing unless the link was made for its origin, whatever happens', () => {
    tell({ ...visit(), session: undefined, barred: 'link_used' });
    tell({ ...visit(), session: { customer: 'alice', csrf: 'a-secret' } });
    tell({ ...visit(at('connected')), session: { customer: 'alice', csrf: 'a-secret' } });
    expect(told).toEqual([]);
  });

  test.each([
    ['a start that the api does not grant', { refused: { what: 'start', why: 'queue_full' } }],
    ['a key that it does not take', { refused: { what: 'key', why: 'sealed_unreadable' } }],
    ['the end of the session', { barred: 'not_signed_in' }],
  ] as const)('is told of %s as a refusal', (_, more) => {
    tell(visit(more));
    expect(told).toEqual([message('refused')]);
  });

  test.each([
    ['a code of the wrong form', { refused: { what: 'code', why: 'code_malformed' } }],
    ['a cancellation that came too late', { refused: { what: 'cancel', why: 'not_waiting' } }],
    ['a network that is away', { refused: { what: 'start', why: 'offline' } }],
    ['an answer that did not come', { refused: { what: 'start', why: 'unheard' } }],
  ] as const)('is not told of %s: nobody has refused anything', (_, more) => {
    tell(visit({ ...at('waiting'), ...more }));
    expect(told).toEqual([message('waiting', HANDSHAKE)]);
  });
});
