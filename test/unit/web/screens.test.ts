import { describe, expect, test } from '@jest/globals';
import type { Event } from '../../../web/model/state.ts';
import { connectedOnly, inOneLine, SESSION, says, viewAfter } from './page-states.ts';
import { AT, PATHS, PATHS_OF_CONNECTED } from './paths.ts';

describe('which screen a customer sees', () => {
  test.each(PATHS)('%s', (_, events, screen) => {
    expect(inOneLine(viewAfter(...events))).toBe(screen);
  });
});

describe('a customer who is connected', () => {
  test.each(PATHS_OF_CONNECTED)('%s', (_, events, screen) => {
    expect(inOneLine(viewAfter(...events))).toBe(screen);
  });

  test('is offered the way back to the platform', () => {
    const session: Event = {
      type: 'session',
      session: { customer: 'alice', csrf: 'x', returnUrl: 'https://dash.example.com/a?b' },
    };
    expect(viewAfter(session, connectedOnly).screen.primary).toEqual({
      does: 'leave',
      label: 'Back to dash.example.com',
      host: 'dash.example.com',
      href: 'https://dash.example.com/a?b',
    });
  });

  test('is told the model as people call it', () => {
    expect(viewAfter(SESSION, connectedOnly).screen).toMatchObject({ model: 'Claude Opus 5.5' });
  });
});

test('the receipt that is offered is that of the disconnection that the page tells of', () => {
  const receipt = '0d9f2c44-5b1e-4f0a-9c37-6a2b8d1e7f05';
  const screenOf = (more: object) =>
    viewAfter(SESSION, says('connected', { disconnectedAt: AT, connection: undefined, ...more })).screen;
  expect(screenOf({ receipt })).toMatchObject({ gone: { receipt } });
  expect(screenOf({ isForgotten: true })).toMatchObject({
    message: expect.stringContaining('We could not check your machine'),
  });
  expect(screenOf({})).toMatchObject({ message: expect.stringContaining('was removed from your machine') });
  expect(screenOf({})).toMatchObject({ gone: expect.not.objectContaining({ receipt: expect.anything() }) });
});
