import type { Seen } from '../../chaos/crowd/boxes.ts';
import type { Finish } from './finish.ts';
import type { Slow } from './redis-meter.ts';
import type { ScaleEvidence } from './run.ts';
import { told } from './spread.ts';
import { KINDS, type Kind, type Loads } from './usage.ts';
import type { Way } from './way.ts';

/** All that was measured, a line each; median, 95th and 99th percentile where there are three. */
export function scaleReport(evidence: ScaleEvidence): string {
  const { options, way, wait, beside, finish, redis, second, term, slow, boxes, kept } = evidence;
  const lines = [
    `${options.boxes} simulated boxes, ${options.holding} of a hundred with tmux; ${options.workers} worker, ${options.apis} api; ${options.rate} a second`,
    ...ofWay('on the way there', way),
    ...ofSlow(slow.way),
    ...(wait ? ofLoads(wait) : []),
    ...(slow.wait ? ofSlow(slow.wait) : []),
    ...(beside ? ofWay('new ones beside those who wait', beside) : []),
    ...(finish ? ofFinish('finish', finish) : []),
  ];
  if (redis)
    lines.push(
      `Redis restarted: every lock was renewed after ${seconds(redis.held)}, the last page knew after ${seconds(redis.told)}; of ${redis.met} who waited ${redis.lost} lost, ${redis.changed} with another link`,
      ...ofFinish('pasted right before', redis.pasted),
    );
  if (second) lines.push(`a worker more: they hold ${second.join(' and ')}`);
  if (term)
    lines.push(
      `SIGTERM of a worker with ${term.had}: ended with ${term.code} after ${seconds(term.ms)}, ${term.kept} not handed over`,
      `  back with another worker: ${told(term.back)}; of ${term.met} who waited ${term.lost} lost, ${term.changed} with another link; workers hold ${term.after.join(' and ')}`,
    );
  lines.push(
    `codes typed: ${boxes.codes}, twice ${boxes.twice}`,
    `left by each who came: ${(kept.record / 1_024).toFixed(1)} KiB in the record, ${(kept.redis / 1_024).toFixed(1)} KiB in Redis`,
  );
  const wrong = wrongIn(evidence).map((words) => `wrong: ${words}`);
  return `${[...lines, ...wrong].join('\n')}\n`;
}

/** What is not as it has to be, in words. */
export function wrongIn({ way, beside, finish, redis, term, boxes }: ScaleEvidence): string[] {
  const ways = [way, beside].flatMap((each) => each ?? []);
  const finishes = [finish, redis?.pasted].flatMap((each) => each ?? []);
  const strikes = [redis, term].flatMap((each) => each ?? []);
  return [
    ...wrongOf(ways, finishes, boxes),
    ...strikes.flatMap(({ lost }) => (lost > 0 ? [`${lost} are lost`] : [])),
    ...(term && term.kept > 0 ? [`${term.kept} were not handed over`] : []),
  ];
}

/** The same of links that have not come, of codes that led to nothing, and of codes that were typed twice. */
export function wrongOf(
  ways: readonly Way[],
  finishes: readonly Finish[],
  boxes: Pick<Seen, 'twice'>,
): string[] {
  return [
    ...ways.flatMap(({ asked, arrived, troubles }) =>
      arrived < asked ? [`${asked - arrived} links have not come (${tally(troubles)})`] : [],
    ),
    ...finishes.flatMap(({ asked, connected, troubles }) =>
      connected < asked ? [`${asked - connected} are not connected (${tally(troubles)})`] : [],
    ),
    ...(boxes.twice > 0 ? [`${boxes.twice} codes were typed twice`] : []),
  ];
}

export function ofWay(title: string, way: Way): string[] {
  return [
    `${title}: ${way.arrived} of ${way.asked} links in ${way.seconds.toFixed(0)} s, ${way.again} of them after another try; a loop stood still for ${way.stood} ms at most`,
    `  start → link: ${told(way.startToLink)}`,
    `  screen → browser: ${told(way.screenToBrowser)}; first tenth ${told(way.firstTenth)}, last ${told(way.lastTenth)}`,
    ofProcessor(way.processor),
  ];
}

const ofProcessor = (all: Way['processor']) =>
  `  processor for each: ${each((kind) => `${all[kind].toFixed(0)} ms`)}`;

export function ofLoads(loads: Loads): string[] {
  return [
    'while all wait:',
    `  processor: ${each((kind) => `${loads[kind].processor.toFixed(1)} %`)}`,
    `  memory: ${each((kind) => `${loads[kind].memory.toFixed(0)} MB`)}`,
  ];
}

export function ofFinish(
  title: string,
  { asked, connected, seconds, codeToTyped, codeToConnected, processor }: Finish,
): string[] {
  return [
    `${title}: ${connected} of ${asked} connected in ${seconds.toFixed(1)} s`,
    `  code → typed: ${told(codeToTyped)}`,
    `  code → connected: ${told(codeToConnected)}`,
    ...(processor ? [ofProcessor(processor)] : []),
  ];
}

function ofSlow(all: readonly Slow[]): string[] {
  const some = all
    .slice(0, 3)
    .map(({ command, times, most }) => `${command} ${most.toFixed(0)} ms (${times})`);
  return some.length > 0 ? [`  kept Redis longest (how often over 5 ms): ${some.join(', ')}`] : [];
}

const each = (of: (kind: Kind) => string) => KINDS.map((kind) => `${kind} ${of(kind)}`).join(', ');

const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;

function tally(all: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const words of all) counts.set(words, (counts.get(words) ?? 0) + 1);
  return [...counts].map(([words, count]) => `${count}: ${words}`).join('; ');
}
