import { differences, type Summary, summarize } from './figures.ts';
import type { MainThreadTime, Smoothness } from './list-probe.ts';
import { atPercent } from './page-probe.ts';

/** How much is on the list, how many look, and how often it is measured. */
export interface ConsoleBench {
  pairs: number;
  handshakes: number;
  viewers: number;
  changes: number;
  seconds: number;
}

/** What was seen of the list, of the api and of the viewers. */
export interface ListFigures extends Smoothness {
  /** Under way, in the page. */
  rows: number;
  /** Messages and bytes that came to the viewers, all together. */
  shown: number;
  bytes: number;
  /** Seconds. */
  work: MainThreadTime;
}

/** The figures, for people. */
export function report(
  machine: string,
  { pairs, handshakes, viewers, changes, seconds }: ConsoleBench,
  { longTasks, frames, messages, rows, shown, bytes, work }: ListFigures,
  { plain, watched }: { plain: readonly number[]; watched: readonly number[] },
): string {
  const share = (busy: number) => `${((100 * busy) / seconds).toFixed(1)} %`;
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  const line = (what: string, figure: string) => `  ${what.padEnd(54)}${figure.padStart(26)}\n`;
  const blocked = longTasks.reduce((sum, each) => sum + each, 0);
  const late = frames.filter((gap) => gap > 50).length;
  const spread = ({ median, min, max }: Summary) => `${ms(median)} (${min.toFixed(0)} to ${max.toFixed(0)})`;
  return `${machine}
${handshakes} live handshakes on the list (${rows} rows drawn), ${changes} changes a second, ${viewers} viewers of one terminal
Chromium, proxy, api, worker, Redis and boxes all on this machine

The list, for ${seconds} s
${line('long tasks (over 50 ms)', String(longTasks.length))}${line('the longest', ms(Math.max(0, ...longTasks)))}${line('share of the time in them', share(blocked / 1_000))}${line('share of the time in script, style, layout', [work.script, work.style, work.layout].map(share).join(' '))}${line('between frames: median', ms(atPercent(frames, 50)))}${line('between frames: p95', ms(atPercent(frames, 95)))}${line('gaps between frames over 50 ms', `${late} of ${frames.length}`)}
What the api says
${line('to the list, messages a second', (messages / seconds).toFixed(1))}${line('to the viewers, messages a second, all together', (shown / seconds).toFixed(1))}${line('to one viewer, KB a second', (bytes / viewers / seconds / 1_000).toFixed(1))}
The customer: link printed by the program on the box → in the page, ${pairs} pairs
${line('nobody watches: median, range', spread(summarize(plain)))}${line(`${viewers} watch this terminal: median, range`, spread(summarize(watched)))}${line('difference within a pair: median, range', spread(differences(watched, plain)))}
`;
}
