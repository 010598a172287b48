import { describe, expect, test } from '@jest/globals';
import { CAST } from '../../../../scripts/screenshots/console-fixtures.ts';
import {
  type Cast,
  firstPictureOf,
  lengthOf,
  marksOf,
  readCast,
  withoutPauses,
} from '../../../../web/console/model/cast.ts';

const read = (text: string): Cast => {
  const cast = readCast(text);
  if (!cast) throw new Error('not a recording');
  return cast;
};

describe('a recording', () => {
  test('has its size, its length and its phases', () => {
    const cast = read(CAST);
    expect([cast.columns, cast.rows, lengthOf(cast)]).toEqual([120, 30, 82.6]);
    expect(marksOf(cast).slice(0, 2)).toEqual([
      { at: 0, label: 'reaching' },
      { at: 1.1, label: 'preparing' },
    ]);
  });

  test('of version 3 counts from one event to the next', () => {
    const cast = read('{"version":3,"term":{"cols":80,"rows":24}}\n[1,"o","a"]\n[2,"m","opening"]\n');
    expect(cast.events).toEqual([
      [1, 'o', 'a'],
      [3, 'm', 'opening'],
    ]);
  });

  test('opens on the first picture: not on marks, blanks, or what only clears the screen', () => {
    const cast = read(
      '{"version":2,"width":80,"height":24}\n[0,"m","opening"]\n[0.2,"o","\\u001b[2J\\u001b[H"]\n[0.4,"o"," \\r\\n"]\n[1.5,"o","\\u001b[1mWelcome"]\n[2,"o","more"]\n',
    );
    expect(firstPictureOf(cast)).toBe(1.5);
    expect(firstPictureOf({ ...cast, events: [] })).toBe(0);
  });

  test('that broke off is played as far as it goes', () => {
    const cast = read('{"version":2,"width":80,"height":24}\n[1,"o","a"]\n[2,"o","b');
    expect(cast.events).toEqual([[1, 'o', 'a']]);
  });

  test.each(['', 'not JSON', '{"version":1}', '{"version":2,"width":0,"height":24}'])('is not %j', (text) => {
    expect(readCast(text)).toBeUndefined();
  });

  test('loses its pauses, and nothing else', () => {
    const cast = read(CAST);
    const short = withoutPauses(cast, 2);
    const texts = ({ events }: Cast) => events.map(([, code, data]) => [code, data]);
    expect(texts(short)).toEqual(texts(cast));
    const times = short.events.map(([at]) => at);
    times.forEach((at, index) => {
      const wait = at - (times[index - 1] ?? 0);
      expect(wait).toBeGreaterThanOrEqual(0);
      expect(wait).toBeLessThanOrEqual(2 + 1e-9);
    });
    expect(lengthOf(short)).toBeLessThan(lengthOf(cast));
  });
});
