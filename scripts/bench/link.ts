import { linkBare, linkBySsh } from './bare.ts';
import { type Bench, rounds } from './bench.ts';
import { restoreState } from './box-state.ts';
import { differences, type Result, show, summarize } from './figures.ts';
import { linkOurs } from './ours.ts';

/** Time to link over the bare program's own. */
export async function measureLink(bench: Bench): Promise<Result> {
  const { box, signal } = bench;
  const measured = await rounds(bench, 'link', async () => {
    await restoreState(box, signal);
    const bare = await linkBare(box, signal);
    await restoreState(box, signal);
    const { reaching = 0, preparing = 0, opening = 0, waiting = 0 } = await linkOurs(box, signal);
    await restoreState(box, signal);
    const bySsh = await linkBySsh(box, signal);
    const ours = {
      whole: waiting - reaching,
      reaching: preparing - reaching,
      preparing: opening - preparing,
    };
    return { bare, bySsh, ...ours, opening: waiting - opening };
  });
  const all = (name: keyof (typeof measured)[number]) => measured.map((round) => round[name]);
  const time = (name: keyof (typeof measured)[number]) => show(summarize(all(name)), 'ms');
  const opened = differences(all('opening'), all('bare'));
  const whole = differences(all('whole'), all('bySsh'));
  return {
    title: 'link: time until the whole sign-in link is there',
    columns: ['ours', 'bare', 'ours less bare'],
    rows: [
      ['the program alone', time('opening'), time('bare'), show(opened, 'ms')],
      ['with reaching the box', time('whole'), time('bySsh'), show(whole, 'ms')],
      ['· reaching', time('reaching'), '', ''],
      ['· preparing', time('preparing'), '', ''],
    ],
    notes: [
      'The program alone: from `opening` to `waiting`, against `claude setup-token` in a plain local terminal of the',
      "box's user. With reaching: from nothing, against `ssh -tt box claude setup-token`. Aim: within 150 ms.",
    ],
    data: { rounds: measured, oursLessBare: opened, wholeLessSsh: whole },
  };
}
