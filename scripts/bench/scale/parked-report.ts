import type { ParkedEvidence } from './parked.ts';
import { ofFinish, ofLoads, ofWay, wrongOf } from './report.ts';

/** All that was measured of those who wait with no worker, a line each. */
export function parkedReport(evidence: ParkedEvidence): string {
  const { options, way, met, parked, locks, connections, own, grown, sown, loads, cold, ahead, boxes } =
    evidence;
  const sum = ownBytes(own);
  const kinds = Object.entries(own)
    .toSorted(([, a], [, b]) => b - a)
    .map(([kind, bytes]) => `${kind} ${count(bytes)}`)
    .join(', ');
  const lines = [
    `${options.boxes} simulated boxes with tmux; ${options.workers} worker, ${options.apis} api; ${options.rate} a second`,
    ...ofWay('on the way there', way),
    `${parked} of ${met} who wait are parked; ${locks} locks, ${connections} connections to boxes`,
    `  bytes of Redis for each: ${count(sum)} in its own keys but the recording (${kinds}), ${count(grown)} of what Redis grew by`,
    ...(options.sown > 0 ? [`  with ${count(options.sown)} more: ${count(sown)} bytes each`] : []),
    ...ofLoads(loads),
    ...ofFinish('a code with no word before', cold),
    ...ofFinish('a code after the page has said that somebody is there', ahead),
    `codes typed: ${boxes.codes}, twice ${boxes.twice}`,
  ];
  const wrong = wrongInParked(evidence).map((words) => `wrong: ${words}`);
  return `${[...lines, ...wrong].join('\n')}\n`;
}

/** What is not as it has to be, in words. */
export function wrongInParked(evidence: ParkedEvidence): string[] {
  const { way, met, parked, locks, connections, cold, ahead, boxes } = evidence;
  return [
    ...wrongOf([way], [cold, ahead], boxes),
    ...(parked < met ? [`${met - parked} were not parked`] : []),
    ...(locks + connections > 0 ? [`${locks} are held, over ${connections} connections`] : []),
  ];
}

/** Of all that is one's own, but the recording, which is kept for days whether or not anybody waits. */
export const ownBytes = (own: ParkedEvidence['own']) =>
  Object.entries(own).reduce((all, [kind, bytes]) => (kind.startsWith('recording') ? all : all + bytes), 0);

const count = (bytes: number) => bytes.toLocaleString('en');
