import { expect } from '@jest/globals';
import type { Box, BoxOptions } from '../../lab/box.ts';
import { doctor } from '../../worker/doctor/doctor.ts';
import type { Finding, Report } from '../../worker/doctor/report.ts';
import { Ssh2Transport } from '../../worker/transports/ssh2.ts';
import { type PracticeLab, startPracticeLab } from './practice-lab.ts';
import { GOOD_NODE, Tools } from './unwell-box.ts';

/** What is broken on a box, and what the doctor has to say of it. */
export interface Case {
  /** What is broken, as a sentence's end. */
  named: string;
  options?: () => BoxOptions;
  after?: (box: Box) => void;
  /** All findings that are not good: id and status. */
  finds: string[];
  seen: RegExp;
}

/** In every place where a test puts a secret; never to be seen in a report. */
export const SECRET = 'sk-ant-api03-this-must-not-be-shown';

/** Boxes that lack nothing, and what is needed to break them. */
export class DoctorLab {
  readonly tools = new Tools();
  #lab: PracticeLab | undefined;

  async start(): Promise<void> {
    this.#lab = await startPracticeLab();
  }

  get lab(): PracticeLab {
    if (!this.#lab) throw new Error('not started');
    return this.#lab;
  }

  freshBox(options: BoxOptions = {}): Promise<Box> {
    return this.lab.box({}, { node: GOOD_NODE, ...options });
  }

  async stop(): Promise<void> {
    await this.#lab?.stop();
    this.tools.remove();
  }

  /** Breaks a box in one way and expects the doctor to find that and nothing else. */
  async check({ options, after, finds, seen }: Case): Promise<void> {
    const box = await this.freshBox(options?.());
    after?.(box);
    const found = unwell(await examineInTime(box));
    expect(found.map(described)).toEqual(finds);
    for (const finding of found) expect(finding.fix).toBeTruthy();
    expect(found.map((finding) => finding.seen).join('\n')).toMatch(seen);
    expect(JSON.stringify(found)).not.toContain(SECRET);
  }
}

export function examine(box: Box, more: Partial<Box> = {}, timeoutMs = 60_000): Promise<Report> {
  const { host, port, user, identityFile, knownHostsFile } = { ...box, ...more };
  const transport = new Ssh2Transport({ host, port, user, identityFile, knownHostsFile });
  return doctor(transport, { signal: new AbortController().signal, timeoutMs });
}

/** A program that answers late tells of this machine's load and not of the box. */
const LATE = /did not (answer|say its version) in time/;

/** Looks again, a few times, while something was late. */
export async function examineInTime(box: Box): Promise<Report> {
  for (let looks = 1; ; looks += 1) {
    const report = await examine(box);
    if (looks === 5 || !report.findings.some(({ seen }) => LATE.test(seen))) return report;
  }
}

export const unwell = ({ findings }: Report) => findings.filter(({ status }) => status !== 'ok');
export const described = (finding: Finding) => `${finding.id} ${finding.status}`;
