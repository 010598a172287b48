import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { KeyferryError } from '../../../core/contract/errors.ts';
import { ReadyMark, watchForQuestion } from '../../../worker/transports/ready-mark.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** What a terminal ends with, in which a start-up file prints, and seconds pass behind each of its words. */
function ended(...steps: readonly [printed: string, seconds: number][]): KeyferryError | undefined {
  const mark = new ReadyMark();
  const errors: KeyferryError[] = [];
  const question = watchForQuestion(mark, (error) => errors.push(error));
  for (const [printed, seconds] of steps) {
    mark.push(Buffer.from(printed));
    question.look();
    jest.advanceTimersByTime(seconds * 1_000);
  }
  question.stop();
  return errors[0];
}

describe('a start-up file of the login shell', () => {
  test.each([
    'Load work env? [y/N] ',
    'Welcome\r\nContinue?',
    'Are you sure (yes/no)? ',
    'Are you sure you want to continue connecting (yes/no/[fingerprint])? ',
    'Overwrite (y/n): ',
    '[sudo] password for x: ',
    "Enter passphrase for key '/home/x/.ssh/id_ed25519': ",
    '\x1b[1;33mLoad work env?\x1b[0m ',
    'Load work env? \x1b]0;x@box: ~\x07',
    '\x1b[?2004hLoad work env? [y/N] ',
  ])('that asks is told within seconds: %j', (printed) => {
    const error = ended([printed, 4]);
    expect(error?.code).toBe('box_unusable');
    expect(error?.detail).toMatch(/asks something/);
  });

  test.each(['Starting agent: ', 'Keys [1/3] ', 'Loading node (v24.16.0)', 'Profile <work>'])(
    'that works behind an unfinished line for ten seconds is no question: %j',
    (printed) => {
      expect(ended([printed, 12], ['done\r\n', 60])).toBeUndefined();
    },
  );

  test('that goes on with its line again and again is no question, however long it takes', () => {
    expect(
      ended(...Array.from({ length: 20 }, (): [string, number] => ['\rKeys [1/3]', 10])),
    ).toBeUndefined();
  });

  test('that has stopped at an unfinished line is told with it before time is up, and not as one that asks', () => {
    const error = ended(['Which environment: ', 20]);
    expect(error?.code).toBe('box_unusable');
    expect(error?.detail).toMatch(/did not finish/);
    expect(error?.screen).toMatch(/Which environment:/);
  });

  test.each([
    ['ended by a bell', '\x1b]0;x@box: ~ [main]\x07'],
    ['ended by ST', '\x1b]2;Are you there?\x1b\\'],
    ['whose end has not come', '\x1b]0;x@box (work)'],
    ['behind a line', 'Welcome\r\n\x1b]0;x@box: ~ >\x07'],
  ])('that sets the window’s title asks nothing: %s', (_, printed) => {
    expect(ended([printed, 60])).toBeUndefined();
  });
});
