import { describe, expect, test } from '@jest/globals';
import type { ErrorCode } from '../../../core/contract/errors.ts';
import { shownError } from '../../../scripts/screenshots/fixtures.ts';
import { OPENAI_CONNECTION as OPENAI, WITH_OFFERS } from '../../../scripts/screenshots/key-fixtures.ts';
import { english, englishError } from '../../../web/messages/english.ts';
import type { Event } from '../../../web/model/state.ts';
import { view, wantsPlaces, wantsStart } from '../../../web/model/view.ts';
import {
  CONNECTION,
  connectedOnly,
  inOneLine,
  nothingYet,
  OFFERED,
  snapshot,
  stateAfter,
  viewAfter,
  went,
} from './page-states.ts';
import { CONSENT, KEY, key, login, OTHERS, only, openai, PLACE_PATHS, providers } from './place-paths.ts';

describe('which screen a customer sees beside the main path', () => {
  test.each(PLACE_PATHS)('%s', (_, events, screen) => {
    expect(inOneLine(viewAfter(...events))).toBe(screen);
  });

  test.each<[string, boolean | undefined, string | undefined]>([
    ['is said where one is kept', true, english('copies.kept')],
    ['is said not to be kept where none is', false, english('copies.none')],
    ['is not spoken of while nobody knows', undefined, undefined],
  ])('a copy %s, before anything is connected', (_, copies, text) => {
    const session: Event = {
      type: 'session',
      session: { ...WITH_OFFERS, ...(copies !== undefined && { copies }) },
    };
    const consent = viewAfter(session, nothingYet).screen;
    if (consent.name !== 'consent') throw new Error(consent.name);
    expect(consent.words.copies).toBe(text);
    const key = viewAfter(session, nothingYet, went(openai)).screen;
    if (key.name !== 'key') throw new Error(key.name);
    expect(key.copies).toBe(text);
    // Nothing of it ever comes into our hands.
    const atHome = viewAfter(session, nothingYet, went(login)).screen;
    if (atHome.name !== 'consent') throw new Error(atHome.name);
    expect(atHome.words.copies).toBeUndefined();
  });

  test('the customer is told where a sign-in stays, before it begins', () => {
    expect(viewAfter(OFFERED, nothingYet, went(login)).screen).toMatchObject({
      words: { privacy: expect.stringContaining('is made there, stays there') },
    });
    expect(viewAfter(OFFERED, nothingYet).screen).toMatchObject({
      words: { privacy: english('consent.setup-token.privacy') },
    });
  });
});

describe('the list', () => {
  const rows = (...events: Event[]) => {
    const { screen } = viewAfter(...events, went(providers));
    if (screen.name !== 'choices') throw new Error(screen.name);
    return screen.choices.map(({ name, about, to, mark }) => [name, about, to?.at, mark]);
  };

  test('is in the order of the offers; says what is connected and what is not in the plan; omits what the machine cannot do', () => {
    expect(rows(OFFERED, { type: 'truth', truth: { snapshot: null, connection: OPENAI } })).toEqual([
      ['Anthropic', 'Claude subscription or API key', 'provider', undefined],
      ['OpenAI', 'API key', 'way', 'Connected'],
      ['Google Gemini', 'API key', 'way', undefined],
      ['OpenRouter', 'API key', 'way', undefined],
      ['Groq', 'API key', 'way', undefined],
      ['Mistral', 'API key', 'way', undefined],
      ['DeepSeek', 'Not part of your plan', undefined, undefined],
      ['Ollama', 'Models that you run yourself', 'way', undefined],
      ['Another provider', 'Any OpenAI- or Anthropic-compatible address', 'way', undefined],
    ]);
  });

  test('says of a provider’s methods, too, what is not in the plan', () => {
    const session = only({ method: 'setup-token' }, { method: 'api-key', lacks: 'plan' });
    const { screen } = viewAfter(session, nothingYet, went({ at: 'provider', provider: 'anthropic' }));
    expect(screen).toMatchObject({
      choices: [
        { name: 'Claude subscription', to: { method: 'setup-token' } },
        { name: 'API key', about: 'Not part of your plan', to: undefined },
      ],
    });
  });
});

describe('what helps when a key did not get through', () => {
  const ended = (code: string) => {
    // Rows of the catalogue are written with the programs that find them.
    const error = { code: code as ErrorCode, message: 'The message.', retryable: true };
    return viewAfter(OFFERED, nothingYet, went(openai), key('failed', { error }));
  };

  test.each(['key_rejected', 'key_revoked', 'key_no_credit', 'key_no_access'])('%s: another key', (code) => {
    expect(inOneLine(ended(code))).toBe(`trouble: That did not work | [Use another key], ${OTHERS}`);
    expect(ended(code).screen).toMatchObject({ message: englishError(code, 'key'), primary: { to: openai } });
  });

  test('region_refused: another provider', () => {
    expect(inOneLine(ended('region_refused'))).toBe(
      `trouble: That did not work | [${OTHERS}], Paste the key again`,
    );
  });

  test.each(['provider_rate_limited', 'provider_down', 'provider_no_answer', 'box_unreachable'])(
    '%s: the same key, which is pasted again because the page no longer has it',
    (code) => {
      expect(inOneLine(ended(code))).toBe(`trouble: That did not work | [Paste the key again], ${OTHERS}`);
      expect(ended(code).screen).toMatchObject({
        message: `${englishError(code, 'key')} ${english('trouble.keyGone')}`,
      });
    },
  );

  test('also after the page was loaded again', () => {
    const error = shownError('box_unreachable');
    expect(viewAfter(OFFERED, key('failed', { error })).screen).toMatchObject({ primary: { to: openai } });
  });

  test('and the field is empty and without a word of it after that', () => {
    const error = shownError('box_unreachable');
    const events = [OFFERED, nothingYet, went(openai), key('failed', { error }), went(openai)];
    expect(viewAfter(...events).screen).not.toHaveProperty('error');
    expect(inOneLine(viewAfter(...events))).toBe(KEY);
  });
});

describe('several connections', () => {
  const all = (...connections: (typeof OPENAI)[]): Event => ({
    type: 'truth',
    truth: { snapshot: null, connection: connections[0] ?? null, connections },
  });

  test('the newest in full, the others as a list with what each is', () => {
    const personal = { ...OPENAI, profile: 'openai:keyferry-2', label: 'personal' };
    const { screen } = viewAfter(OFFERED, all(OPENAI, personal, CONNECTION));
    expect(screen).toMatchObject({
      heading: 'OpenAI Connected',
      model: 'gpt-5.4',
      modelLabel: 'Model that answered',
      others: [
        { name: 'OpenAI', kind: 'API key', model: 'gpt-5.4', connection: { label: 'personal' } },
        { name: 'Claude', kind: 'Subscription', model: 'Claude Opus 5.5' },
      ],
    });
  });

  test('the newest of a kind can be replaced, in its own way', () => {
    const { screen } = viewAfter(OFFERED, all(OPENAI, CONNECTION));
    expect(screen).toMatchObject({
      quiet: [{ does: 'go', to: openai }, { to: { at: 'connections' } }, { to: { at: 'usage' } }, {}],
      others: [{ again: { does: 'startAnew' } }],
    });
    const older = { ...OPENAI, profile: 'openai:keyferry-2' };
    const several = viewAfter(OFFERED, all(CONNECTION, OPENAI, older)).screen;
    if (several.name !== 'connected') throw new Error(several.name);
    // A new key takes the place of the newest, so the older one does not say that it would be replaced.
    expect(several.others.map(({ again }) => again)).toEqual([
      expect.objectContaining({ to: openai }),
      undefined,
    ]);
  });

  test('what is there already may be replaced or joined', () => {
    const connected: Event = { type: 'truth', truth: { snapshot: null, connection: OPENAI } };
    expect(viewAfter(OFFERED, connected, went(openai)).screen).toMatchObject({
      beside: { another: false, label: 'work' },
    });
    expect(viewAfter(OFFERED, connected, went({ ...openai, another: true })).screen).toMatchObject({
      beside: { another: true },
    });
    expect(viewAfter(OFFERED, connectedOnly, went(openai)).screen).not.toHaveProperty('beside');
  });
});

describe('a handshake that was begun unasked', () => {
  const running = snapshot('waiting');
  const clearing = [
    OFFERED,
    { type: 'truth', truth: { snapshot: running, connection: null } },
    went(openai),
    { type: 'clearing' },
  ] satisfies Event[];
  const over: Event = {
    type: 'truth',
    truth: { snapshot: { ...running, phase: 'cancelled', seq: running.seq + 1 }, connection: null },
  };

  test('makes room for a key without the customer hearing of it', () => {
    expect(inOneLine(viewAfter(...clearing))).toBe(KEY);
    expect(inOneLine(viewAfter(...clearing, over))).toBe(KEY);
    expect(inOneLine(viewAfter(...clearing, over, went(undefined)))).toBe(`${CONSENT}, ${OTHERS}`);
  });

  test('is begun again when the customer is back, once the one before has ended', () => {
    expect(wantsStart(stateAfter([...clearing]))).toBe(false);
    expect(wantsStart(stateAfter([...clearing, went(undefined)]))).toBe(false);
    expect(wantsStart(stateAfter([...clearing, went(undefined), over]))).toBe(true);
  });
});

describe('the screens beside the main path', () => {
  test('are loaded when somebody goes there, and not before', () => {
    expect(wantsPlaces(stateAfter([OFFERED, nothingYet]))).toBe(false);
    const state = stateAfter([OFFERED, nothingYet, went(providers)]);
    expect(wantsPlaces(state)).toBe(true);
    expect(view(state).screen.name).toBe('loading');
  });

  test('that cannot be loaded are said to be missing, with what helps', () => {
    const state = stateAfter([OFFERED, nothingYet, went(providers), { type: 'keys', are: 'failed' }]);
    expect(inOneLine(view(state))).toBe('trouble: Temporarily unavailable | [Reload the page]');
  });
});
