import { expect, test } from '@jest/globals';
import type { Answer } from '../../../../web/client/ask.ts';
import { untilEnded } from '../../../../web/console/client/until-ended.ts';
import type { Refusal } from '../../../../web/model/state.ts';

type Run = { state: string };
const is = (state: string): Answer<Run> => ({ ok: true, body: { state } });
const refused = (why: Refusal): Answer<Run> => ({ ok: false, why });

/** What comes of asking on, the states that were heard, and how many answers were not asked for. */
async function asking(first: Answer<Run>, answers: Answer<Run>[], isGone = () => false) {
  const heard: string[] = [];
  const answer = await untilEnded(first, async () => answers.shift() ?? is('waiting'), {
    everyMs: 0,
    most: 5,
    isGone,
    onState: ({ state }) => heard.push(state),
  });
  return { answer, heard, left: answers.length };
}

test('asks on until it has ended, and tells how far it is', async () => {
  expect(await asking(is('waiting'), [is('running'), is('done'), is('running')])).toEqual({
    answer: is('done'),
    heard: ['waiting', 'running'],
    left: 1,
  });
});

test('what says nothing of the run is passed over, any other refusal is the answer', async () => {
  const passing = [refused('offline'), refused('service_unavailable'), is('failed')];
  expect((await asking(is('running'), passing)).answer).toEqual(is('failed'));
  expect((await asking(is('running'), [refused('not_here')])).answer).toEqual(refused('not_here'));
  expect((await asking(refused('offline'), [is('done')])).answer).toEqual(refused('offline'));
});

test('ends after the last question, and when nobody waits any more', async () => {
  expect((await asking(is('running'), [])).answer).toEqual(refused('look_late'));
  expect(await asking(is('running'), [is('done')], () => true)).toMatchObject({ heard: [], left: 1 });
});
