import { expect, test } from '@jest/globals';
import { type Turn, unexplained } from '../../support/chatting.ts';

const REFUSAL =
  '1: prepared model catalog owner config was replaced during the read (/home/a/.openclaw/agents/main/agent)';

const SUPERSEDED =
  '1: prepared model runtime plugin generation was superseded for /home/a/.openclaw/agents/main/agent';

/** Turns of ten milliseconds each, one after another: `ok`, or what was printed. */
const turnsOf = (...ends: string[]): Turn[] =>
  ends.map((end, at) => ({
    begunAt: at * 10,
    endedAt: at * 10 + 9,
    ...(end === 'ok' ? { provider: 'anthropic' } : { printed: end }),
  }));
const left = (ends: string[], changes: number[]) =>
  unexplained(turnsOf(...ends), changes).map((turn) => turn.begunAt / 10);

test.each<[string, string[], number[], number[]]>([
  ['was answered', ['ok', 'ok'], [5], []],
  ['was refused as the configuration changed', ['ok', REFUSAL, 'ok'], [15], []],
  ['was refused in other words', ['ok', SUPERSEDED, 'ok'], [15], []],
  ['was refused as it had changed during the turn before', ['ok', REFUSAL, 'ok'], [5], []],
  ['was refused last, while the stream goes on', ['ok', REFUSAL], [15], []],
  ['was refused without a change', ['ok', REFUSAL, 'ok'], [], [1]],
  ['was refused long after the change', ['ok', 'ok', 'ok', REFUSAL, 'ok'], [5], [3]],
  ['was refused before the change', ['ok', REFUSAL, 'ok'], [25], [1]],
  ['was refused twice for one change', ['ok', REFUSAL, 'ok', REFUSAL, 'ok'], [25], [1]],
  ['was refused for each of two changes', ['ok', REFUSAL, 'ok', REFUSAL, 'ok'], [15, 35], []],
  ['was refused twice in a row', ['ok', REFUSAL, REFUSAL, 'ok'], [15, 25], [1]],
  ['failed for another reason as the configuration changed', ['ok', '1: HTTP 401', 'ok'], [15], [1]],
])('a turn that %s', (_, ends, changes, wanted) => {
  expect(left(ends, changes)).toEqual(wanted);
});
