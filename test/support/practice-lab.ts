import { setTimeout as sleep } from 'node:timers/promises';
import type { Box, BoxOptions } from '../../lab/box.ts';
import { type Lab, startLab } from '../../lab/lab.ts';
import { type PracticePrograms, type PracticeStyles, practicePrograms } from '../../lab/practice/programs.ts';
import { signalAll } from '../../lab/signal-all.ts';

/** A lab whose boxes have the simulated programs: quick, and like the version that is asked for. */
export interface PracticeLab {
  readonly anthropic: Lab['anthropic'];
  /** `claude` and `openclaw` of the given styles, unless `options` has others. */
  box(styles?: PracticeStyles, options?: BoxOptions): Promise<Box>;
  stop(): Promise<void>;
}

export async function startPracticeLab(): Promise<PracticeLab> {
  const lab = await startLab();
  const made = new Map<string, PracticePrograms>();
  const programs = (styles: PracticeStyles) => {
    const name = JSON.stringify(styles);
    const found =
      made.get(name) ?? practicePrograms({ anthropic: lab.anthropic.baseUrl, delayMs: 5, ...styles });
    made.set(name, found);
    return found;
  };
  return {
    anthropic: lab.anthropic,
    box: (styles = {}, options = {}) => {
      const { claude, openclaw } = programs(styles);
      return lab.freshBox({ claude, openclaw, ...options });
    },
    stop: async () => {
      await lab.stop();
      for (const { remove } of made.values()) remove();
    },
  };
}

/** Processes that stay on a box; those that are on their way out get three seconds. */
export async function leftOn(box: Box): Promise<number[]> {
  for (let look = 0; look < 60 && box.processes().length > 0; look += 1) await sleep(50);
  return box.processes();
}

/** Kills the processes that serve the box's SSH connections, and others of its sshd. */
export function cutSsh(box: Box, others: readonly number[] = []): void {
  signalAll([...box.sessionPids(), ...others], 'SIGKILL');
}
